// Logging in: by the pinned key, or by password, which moves the account to the board that knows it.
#include "registry/core/RegistryService.h"
#include "secure/Identity.h"
#include "wire/Text.h"

namespace linnet::registry {

using wire::Refusal;

namespace {

constexpr std::string_view kBanned = "This account has been banned.";
constexpr std::string_view kWrong = "The name or the password is wrong.";

std::string scramNonce(secure::Random& random)
{
    std::array<wire::Byte, 18> bytes;
    random.fill(bytes.data(), bytes.size());
    return secure::base64(bytes);
}

} // namespace

void RegistryService::login(Caller& caller, const wire::Login& request)
{
    caller.login.reset();
    if (!wire::isName(request.name)) return refuse(caller, Refusal::BadName, "This is no name.");
    if (!request.advertise.empty() && !wire::isHost(request.advertise))
        return refuse(caller, Refusal::Malformed, "The declared host is no host name or address.");
    std::optional<Account> account;
    if (!ports_.accounts.findByName(request.name, account)) return refuseFailed(caller);
    Arrival arrival{request.listenPort, std::string(request.advertise), knownStatus(request.status)};
    if (account && account->identity.key == caller.key) {
        if (account->banned) return refuse(caller, Refusal::Banned, kBanned);
        return beginSession(caller, *account, arrival, {});
    }
    // From here on a name that nobody has is treated as one that someone has.
    caller.login = std::make_unique<PasswordLogin>();
    caller.login->name = wire::canonicalName(request.name);
    caller.login->arrival = std::move(arrival);
    caller.login->account = std::move(account);
    reply(caller, wire::PasswordNeeded{});
}

void RegistryService::scramFirst(Caller& caller, const wire::ScramFirst& request)
{
    PasswordLogin& login = *caller.login;
    if (caller.passwordTries >= kPasswordTries)
        return refuse(caller, Refusal::SlowDown, "Three tries for each connection: connect again.");
    std::uint64_t wait = guessing_.wait(prefixKey(login.name, caller.remote), now_.milliseconds);
    if (wait > 0) return refuseForNow(caller, wait);
    ++caller.passwordTries;

    login.scram.emplace(caller.handshakeHash, scramNonce(ports_.random));
    std::optional<std::string> name = login.scram->start(request.message);
    if (!name || wire::canonicalName(*name) != login.name) {
        login.scram.reset();
        return refuse(caller, Refusal::Malformed,
                      "This SCRAM message is malformed, unbound or of another name.");
    }
    std::string message = login.scram->challenge(
        login.account ? login.account->verifier : secure::unknownVerifier(secret_, login.name));
    reply(caller, wire::ScramChallenge{message});
}

void RegistryService::scramFinal(Caller& caller, const wire::ScramFinal& request)
{
    PasswordLogin& login = *caller.login;
    if (!login.scram) return refuse(caller, Refusal::LoginExpired, "Begin the log-in again.");
    std::uint64_t guess = prefixKey(login.name, caller.remote);
    std::uint64_t wait = guessing_.wait(guess, now_.milliseconds);
    if (wait > 0) return refuseForNow(caller, wait);
    std::optional<std::string> proven = login.scram->finish(request.message);
    login.scram.reset();
    if (!proven || !login.account) {
        guessing_.failed(guess, now_.milliseconds);
        log(Diagnostics::Level::Warning,
            "wrong password for " + login.name + " from " + hostText(caller.remote.ip));
        return refuse(caller, Refusal::WrongPassword, kWrong);
    }
    guessing_.succeeded(guess);
    passwordProven(caller, request, *proven);
}

void RegistryService::passwordProven(Caller& caller, const wire::ScramFinal& request,
                                     std::string_view serverFinal)
{
    wire::PublicIdentity identity{caller.key, request.signingKey, request.binding};
    if (!secure::bindingHolds(identity))
        return refuse(caller, Refusal::BadIdentity, "The signature that binds the two keys does not hold.");
    // Anew: an operator may have acted since the log-in began.
    std::optional<Account> account;
    if (!ports_.accounts.findById(caller.login->account->id, account)) return refuseFailed(caller);
    if (!account || account->verifier.storedKey != caller.login->account->verifier.storedKey)
        return refuse(caller, Refusal::WrongPassword, kWrong);
    if (account->banned) return refuse(caller, Refusal::Banned, kBanned);
    if (!moveHere(caller, *account, identity)) return refuseFailed(caller);
    Arrival arrival = std::move(caller.login->arrival);
    caller.login.reset();
    beginSession(caller, *account, arrival, serverFinal);
}

// The account's identity becomes `identity`; the board it leaves is told.
bool RegistryService::moveHere(Caller& caller, Account& account, const wire::PublicIdentity& identity)
{
    bool moved = account.identity.key != identity.key;
    if (!ports_.accounts.setIdentity(account.id, identity)) return false;
    account.identity = identity;
    if (!moved) return true;
    log(Diagnostics::Level::Info, account.name + " moved to another board at " + hostText(caller.remote.ip));
    Slot old = presence_.findAccount(account.id);
    if (old == kNoSlot) return true;
    const Session& session = presence_.at(old);
    wire::Notice notice;
    notice.kind = wire::Notice::Kind::Moved;
    notice.name = account.name;
    std::optional<Address> lastAddress;
    if (session.udpPort != 0) lastAddress = session.address();
    notices_.add(notice, session.id, lastAddress, now_.milliseconds);
    sendNotices();
    return true;
}

void RegistryService::resume(Caller& caller, const wire::Resume& request)
{
    Slot slot = presence_.findSession(request.session);
    std::optional<Account> account;
    if (slot != kNoSlot && !ports_.accounts.findById(presence_.at(slot).account, account))
        return refuseFailed(caller);
    bool theirs = account && !account->banned && account->identity.key == caller.key;
    if (!theirs) return refuse(caller, Refusal::UnknownSession, "There is no such session: log in again.");
    caller.login.reset();
    caller.session = request.session;
    reply(caller, wire::Done{});
}

void RegistryService::logout(Caller& caller, const wire::Logout&)
{
    endSession(slotOf(caller), now_.wall);
    caller.session.reset();
    reply(caller, wire::Done{});
}

} // namespace linnet::registry
