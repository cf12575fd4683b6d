// Making accounts and changing their passwords.
#include "registry/core/RegistryService.h"
#include "secure/Identity.h"
#include "wire/Text.h"

namespace linnet::registry {

using wire::Refusal;

namespace {

bool isBelievable(const wire::ScramVerifier& verifier)
{
    return verifier.iterations >= wire::kMinIterations && verifier.iterations <= wire::kMaxIterations;
}

} // namespace

// What a limit for an address prefix is kept under. Under the secret, so that nobody can choose whom he
// displaces.
std::uint64_t RegistryService::prefixKey(std::string_view purpose, const Address& remote) const
{
    wire::Bytes text = wire::ByteView(purpose).copy();
    wire::append(text, prefixOf(remote.ip));
    wire::Key mac = secure::hmacSha256(secret_, text);
    std::uint64_t key = 0;
    std::memcpy(&key, mac.data(), sizeof key);
    return key;
}

void RegistryService::registerAccount(Caller& caller, const wire::Register& request)
{
    if (!mayRegister(caller, request)) return;
    TokenBucket* bucket = nullptr;
    if (!isLoopback(caller.remote.ip)) {
        bucket = &registrations_.obtain(prefixKey("linnet register", caller.remote), now_.milliseconds);
        std::uint64_t wait = bucket->wait(kRegistrationRate, 1, now_.milliseconds);
        if (wait > 0) return refuseForNow(caller, wait);
    }
    Account account;
    account.name = request.name;
    account.identity = {caller.key, request.signingKey, request.binding};
    account.verifier = request.verifier;
    bool invited = ports_.accounts.signUp() == SignUp::Invitation;
    using Outcome = AccountStore::Outcome;
    Outcome outcome = invited && request.invitation.empty()
                          ? Outcome::BadInvitation
                          : ports_.accounts.add(account, now_.wall, invited ? request.invitation : "");
    bool counts = outcome == Outcome::Done || outcome == Outcome::BadInvitation;
    if (bucket && counts) bucket->take(kRegistrationRate, 1, now_.milliseconds);
    switch (outcome) {
    case Outcome::NameTaken:
        return refuse(caller, Refusal::NameTaken, "This name is taken.");
    case Outcome::BadInvitation:
        return refuse(caller, Refusal::BadInvitation, "A valid invitation code is needed here.");
    case Outcome::Failed:
        return refuseFailed(caller);
    case Outcome::Done:
        break;
    }
    log(Diagnostics::Level::Info, "registered " + account.name + " from " + hostText(caller.remote.ip));
    reply(caller, wire::Done{});
}

bool RegistryService::mayRegister(Caller& caller, const wire::Register& request)
{
    wire::PublicIdentity identity{caller.key, request.signingKey, request.binding};
    if (ports_.accounts.signUp() == SignUp::Closed)
        refuse(caller, Refusal::SignUpClosed, "This registry takes no new accounts.");
    else if (!wire::isName(request.name))
        refuse(caller, Refusal::BadName,
               "A name is 3 to 32 letters, digits, _ . or -, and begins with a letter or digit.");
    else if (!isBelievable(request.verifier))
        refuse(caller, Refusal::Malformed, "The iteration count is out of bounds.");
    else if (!secure::bindingHolds(identity))
        refuse(caller, Refusal::BadIdentity, "The signature that binds the two keys does not hold.");
    else
        return true;
    return false;
}

void RegistryService::changePassword(Caller& caller, const wire::ChangePassword& request)
{
    if (!isBelievable(request.verifier))
        return refuse(caller, Refusal::Malformed, "The iteration count is out of bounds.");
    const Session& session = presence_.at(slotOf(caller));
    if (!ports_.accounts.setVerifier(session.account, request.verifier)) return refuseFailed(caller);
    log(Diagnostics::Level::Info, "password changed for " + std::string(presence_.name(slotOf(caller))) +
                                      " from " + hostText(caller.remote.ip));
    reply(caller, wire::Done{});
}

} // namespace linnet::registry
