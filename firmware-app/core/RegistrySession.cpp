// Wanted and not online means: a retry is scheduled or a log-in is under way.
#include "core/RegistrySession.h"

#include "wire/Text.h"

#include <utility>

namespace linnet::peer {

namespace {
constexpr Milliseconds kFirstRetry{2000};
constexpr Milliseconds kMostRetry{60000};
constexpr std::uint64_t kComeBackSpread = 8000; // ms: after a restart of the registry not all come at once
constexpr std::size_t kMostEarly = 64;
} // namespace

RegistrySession::RegistrySession(Network& network, Schedule& schedule, secure::Random& random,
                                 Accounts& accounts, Diagnostics& diagnostics, RegistrySettings settings,
                                 std::string advertise, Owner& owner)
    : network_(network),
      schedule_(schedule),
      random_(random),
      owner_(owner),
      link_(network, schedule, accounts, diagnostics, std::move(settings)),
      login_(link_, random),
      heartbeats_(network, schedule, random, link_, *this),
      advertise_(std::move(advertise)),
      backoff_(random, kFirstRetry, kMostRetry)
{
    link_.onNotice([this](const wire::Notice& notice) { heartbeats_.noticeByTcp(notice); });
}

RegistrySession::~RegistrySession()
{
    schedule_.cancel(retry_);
}

LoginRequest RegistrySession::loginRequest(const std::string& password) const
{
    return {name_, password, network_.listenPort(), advertise_, status_};
}

RegistryLogin::Ended RegistrySession::onceEnded(const secure::Identity& identity, RegistryLogin::Ended ended)
{
    return [this, identity, ended = std::move(ended)](const RegistryLogin::Result& result) {
        if (result.grant) identity_ = identity;
        ended(result);
        if (result.grant) granted(*result.grant);
    };
}

void RegistrySession::login(const std::string& name, const std::string& password,
                            const secure::Identity& identity, RegistryLogin::Ended ended)
{
    startAnew(name);
    login_.login(loginRequest(password), identity, onceEnded(identity, std::move(ended)));
}

void RegistrySession::signUp(const std::string& name, const std::string& password,
                             const std::string& invitation, const secure::Identity& identity,
                             RegistryLogin::Ended ended)
{
    startAnew(name);
    login_.signUp(loginRequest(password), identity, invitation, onceEnded(identity, std::move(ended)));
}

void RegistrySession::keepOnline(const std::string& name, const secure::Identity& identity)
{
    startAnew(name);
    identity_ = identity;
    retry();
}

void RegistrySession::retry()
{
    login_.login(loginRequest({}), *identity_,
                 [this](const RegistryLogin::Result& result) { ended(result); });
}

void RegistrySession::ended(const RegistryLogin::Result& result)
{
    if (result.grant) return granted(*result.grant);
    if (result.passwordNeeded) {
        forget();
        owner_.accountMoved(
            "the account is used from another board now; /login with its password brings it here");
        return;
    }
    lost(result.problem);
    if (identity_) retryAfter(backoff_.next());
}

void RegistrySession::granted(const SessionGrant& grant)
{
    if (!identity_) return endSession([] {}); // logged out by whoever was told
    grant_ = grant;
    online_ = true;
    lostTold_ = false;
    trouble_.clear();
    backoff_.reset();
    heartbeats_.start(grant, status_);
    for (auto& [packet, replied] : std::exchange(early_, {}))
        ask(std::move(packet), std::move(replied));
    owner_.registryOnline(grant);
}

void RegistrySession::lost(const Problem& problem)
{
    online_ = false;
    heartbeats_.stop();
    trouble_ = problem.words;
    failEarly(problem);
    if (lostTold_) return;
    lostTold_ = true;
    owner_.registryLost(problem);
}

void RegistrySession::retryAfter(Milliseconds delay)
{
    schedule_.cancel(retry_);
    retry_ = schedule_.after(delay, [this] {
        retry_ = 0;
        retry();
    });
}

void RegistrySession::sessionUnknown()
{
    online_ = false;
    heartbeats_.stop();
    link_.useSession(std::nullopt);
    link_.reset("the registry has restarted");
    trouble_ = "the registry has restarted; logging in again";
    retryAfter(Milliseconds(random_.below(kComeBackSpread)));
}

void RegistrySession::registrySilent(const Problem& problem)
{
    lost(problem);
    if (identity_) retryAfter(backoff_.next());
}

void RegistrySession::ask(wire::Bytes packet, RegistryLink::Replied replied)
{
    if (online_)
        link_.ask(std::move(packet), [this, replied = std::move(replied)](const Reply& reply) {
            replied(reply);
            noticeLoss(reply);
        });
    else if (wanted() && trouble_.empty() && early_.size() < kMostEarly)
        early_.emplace_back(std::move(packet), std::move(replied));
    else
        replied(Reply(
            Problem{ProblemCode::NoRegistry, trouble_.empty() ? "not logged in at a registry" : trouble_}));
}

void RegistrySession::failEarly(const Problem& problem)
{
    for (auto& [packet, replied] : std::exchange(early_, {}))
        replied(Reply(problem));
}

// A request can show that the session is gone long before the heartbeats do.
void RegistrySession::noticeLoss(const Reply& reply)
{
    if (!online_) return;
    if (reply.unreachable())
        registrySilent(reply.problem());
    else if (reply.refusal() == wire::Refusal::NotLoggedIn ||
             reply.refusal() == wire::Refusal::UnknownSession)
        sessionUnknown();
}

void RegistrySession::noticed(const wire::Notice& notice)
{
    if (!wire::isName(notice.name) && notice.kind != wire::Notice::Kind::Moved) return;
    switch (notice.kind) {
    case wire::Notice::Kind::Online:
        owner_.userOnline(std::string(notice.name));
        break;
    case wire::Notice::Kind::CallBack:
        owner_.userCalls(std::string(notice.name), notice.endpoints);
        break;
    case wire::Notice::Kind::Moved:
        forget();
        owner_.accountMoved(
            "the account has logged in on another board; /login with its password brings it back");
        break;
    }
}

void RegistrySession::setStatus(wire::Status status)
{
    status_ = status;
    heartbeats_.setStatus(status);
}

void RegistrySession::logout(std::function<void()> done)
{
    bool wasOnline = online_;
    forget();
    Problem loggedOut{ProblemCode::NotLoggedIn, "logged out"};
    failEarly(loggedOut);
    link_.failCallers(loggedOut);
    if (!wasOnline) return done();
    endSession(done);
}

void RegistrySession::endSession(const std::function<void()>& done)
{
    link_.request(wire::Logout{}, [this, done](const Reply&) {
        link_.useSession(std::nullopt);
        link_.reset("logged out");
        done();
    });
}

// A connection of before has the key of another identity.
void RegistrySession::startAnew(const std::string& name)
{
    forget();
    link_.reset("superseded by another log-in");
    name_ = name;
}

void RegistrySession::forget()
{
    schedule_.cancel(retry_);
    login_.cancel();
    heartbeats_.stop();
    identity_.reset();
    grant_.reset();
    online_ = false;
    lostTold_ = false;
    trouble_.clear();
    backoff_.reset();
}

} // namespace linnet::peer
