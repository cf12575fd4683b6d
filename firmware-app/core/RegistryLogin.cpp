// The steps of a log-in, each the reply to the one before.
#include "core/RegistryLogin.h"

namespace linnet::peer {

namespace {

std::string freshNonce(secure::Random& random)
{
    std::array<wire::Byte, 18> bytes;
    random.fill(bytes.data(), bytes.size());
    return secure::base64(bytes);
}

} // namespace

void RegistryLogin::start(const LoginRequest& request, const secure::Identity& identity, Ended ended)
{
    cancel();
    link_.useSession(std::nullopt);
    request_ = request;
    identity_ = identity.publicHalf();
    ended_ = std::move(ended);
}

void RegistryLogin::cancel()
{
    ++attempt_;
    ended_ = nullptr;
    scram_.reset();
}

RegistryLink::Replied RegistryLogin::during(void (RegistryLogin::*step)(const Reply&))
{
    return [this, step, attempt = attempt_](const Reply& reply) {
        if (attempt == attempt_) (this->*step)(reply);
    };
}

void RegistryLogin::login(const LoginRequest& request, const secure::Identity& identity, Ended ended)
{
    start(request, identity, std::move(ended));
    sendLogin();
}

void RegistryLogin::signUp(const LoginRequest& request, const secure::Identity& identity,
                           const std::string& invitation, Ended ended)
{
    start(request, identity, std::move(ended));
    wire::Register sent;
    sent.name = request_.name;
    wire::Salt salt;
    random_.fill(salt.data(), salt.size());
    sent.verifier = secure::makeVerifier(request_.password, salt, wire::kDefaultIterations);
    sent.signingKey = identity_.signingKey;
    sent.binding = identity_.binding;
    sent.invitation = invitation;
    link_.request(sent, [this, attempt = attempt_](const Reply& reply) {
        if (attempt != attempt_) return;
        if (reply.as<wire::Done>())
            sendLogin();
        else
            fail(reply);
    });
}

void RegistryLogin::sendLogin()
{
    wire::Login login;
    login.name = request_.name;
    login.listenPort = request_.listenPort;
    login.advertise = request_.advertise;
    login.status = request_.status;
    link_.request(login, [this, attempt = attempt_](const Reply& reply) {
        if (attempt != attempt_) return;
        if (auto loggedIn = reply.as<wire::LoggedIn>())
            grant(*loggedIn);
        else if (!reply.as<wire::PasswordNeeded>())
            fail(reply);
        else if (request_.password.empty())
            end({std::nullopt,
                 true,
                 false,
                 {ProblemCode::WrongPassword, "this board's key does not open the account " + request_.name +
                                                  ": its password is needed"}});
        else
            sendScramFirst();
    });
}

void RegistryLogin::sendScramFirst()
{
    scram_ = std::make_unique<secure::ScramClient>(request_.name, request_.password, link_.handshakeHash(),
                                                   freshNonce(random_));
    link_.request(wire::ScramFirst{scram_->first()}, during(&RegistryLogin::onChallenge));
}

void RegistryLogin::onChallenge(const Reply& reply)
{
    auto challenge = reply.as<wire::ScramChallenge>();
    if (!challenge) return fail(reply);
    std::optional<std::string> final = scram_->final(challenge->message);
    if (!final)
        return end({std::nullopt,
                    false,
                    false,
                    {ProblemCode::RegistryRefused, "the registry's log-in challenge is not acceptable"}});
    wire::ScramFinal sent;
    sent.message = *final;
    sent.signingKey = identity_.signingKey;
    sent.binding = identity_.binding;
    link_.request(sent, during(&RegistryLogin::onFinal));
}

void RegistryLogin::onFinal(const Reply& reply)
{
    auto loggedIn = reply.as<wire::LoggedIn>();
    if (!loggedIn) return fail(reply);
    if (!scram_->verify(loggedIn->scram))
        return end({std::nullopt,
                    false,
                    false,
                    {ProblemCode::RegistryRefused, "the registry does not know this account's password: "
                                                   "it may not be the one it claims to be"}});
    grant(*loggedIn);
}

void RegistryLogin::grant(const wire::LoggedIn& loggedIn)
{
    SessionGrant granted;
    granted.id = loggedIn.session;
    granted.keys = {loggedIn.upKey, loggedIn.downKey};
    granted.datagrams = {link_.remote().host, loggedIn.udpPort};
    granted.period = std::chrono::seconds(std::max<unsigned>(loggedIn.heartbeatPeriod, 5));
    granted.time = loggedIn.time;
    granted.observedHost = loggedIn.observedHost;
    link_.useSession(granted.id);
    end({granted, false, false, {}});
}

void RegistryLogin::fail(const Reply& reply)
{
    end({std::nullopt, false, reply.unreachable(), reply.problem()});
}

void RegistryLogin::end(const Result& result)
{
    Ended ended = std::move(ended_);
    cancel();
    secure::wipe(reinterpret_cast<wire::Byte*>(request_.password.data()), request_.password.size());
    request_.password.clear();
    if (ended) ended(result);
}

} // namespace linnet::peer
