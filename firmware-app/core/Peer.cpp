// Log-in and log-out, and passing events on to whom they concern.
#include "core/Peer.h"

#include "secure/Scram.h"
#include "wire/Text.h"

namespace linnet::peer {

Peer::Peer(const Parts& parts, const PeerSettings& settings)
    : parts_(parts), settings_(settings), clock_(parts.clock), schedule_(clock_)
{
    if (settings_.registry)
        registry_ = std::make_unique<RegistrySession>(
            parts_.network, schedule_, parts_.random, parts_.accounts, parts_.diagnostics,
            *settings_.registry, settings_.advertise, static_cast<RegistrySession::Owner&>(*this));
}

Peer::~Peer() = default;

void Peer::tell(EventKind kind, std::string text, const std::string& name)
{
    parts_.events.emit({kind, name, std::move(text), 0, 0, 0});
}

// ---- Log-in ----

std::optional<Problem> Peer::checkNewLogin(const std::string& name) const
{
    if (account_)
        return Problem{ProblemCode::AlreadyLoggedIn, account_->name() + " is logged in here; /logout first"};
    if (!wire::isName(name)) return badName();
    if (!registry_) return Problem{ProblemCode::NoRegistry, "no registry is configured (--registry HOST)"};
    return std::nullopt;
}

void Peer::resume()
{
    std::string name = parts_.accounts.lastAccount();
    if (name.empty()) return;
    login(name, {}, [this](const std::optional<Problem>& problem) {
        if (problem) tell(EventKind::Information, problem->words);
    });
}

bool Peer::livesHere(const std::string& name)
{
    return wire::canonicalName(name) != movedAway_ && parts_.accounts.identity(name).has_value();
}

void Peer::login(const std::string& name, const std::string& password, Done done)
{
    if (auto problem = checkNewLogin(name)) return done(problem);
    std::optional<secure::Identity> kept = parts_.accounts.identity(name);
    if (kept && password.empty()) {
        // It lives here: chats go on whether or not the registry answers.
        parts_.network.useIdentity(kept->noiseKey());
        if (!open(name, *kept, done)) return;
        registry_->keepOnline(account_->name(), *kept);
        return done(std::nullopt);
    }
    if (password.empty())
        return done(
            Problem{ProblemCode::WrongPassword, "the password of " + name + " is needed on a new board"});
    secure::Identity identity = kept ? *kept : secure::Identity::make(parts_.random);
    parts_.network.useIdentity(identity.noiseKey());
    registry_->login(name, password, identity,
                     [this, name, identity, done](const RegistryLogin::Result& result) {
                         loggedIn(name, identity, result, done);
                     });
}

void Peer::signUp(const std::string& name, const std::string& password, const std::string& invitation,
                  Done done)
{
    if (auto problem = checkNewLogin(name)) return done(problem);
    if (!secure::isPassword(password)) return done(badPassword());
    secure::Identity identity = secure::Identity::make(parts_.random);
    parts_.network.useIdentity(identity.noiseKey());
    registry_->signUp(name, password, invitation, identity,
                      [this, name, identity, done](const RegistryLogin::Result& result) {
                          loggedIn(name, identity, result, done);
                      });
}

void Peer::loggedIn(const std::string& name, const secure::Identity& identity,
                    const RegistryLogin::Result& result, const Done& done)
{
    if (!result.grant) return done(result.problem);
    if (!parts_.accounts.keep(name, identity)) {
        registry_->logout([] {});
        return done(Problem{ProblemCode::NotStored, parts_.accounts.words()});
    }
    if (!open(name, identity, done)) return registry_->logout([] {});
    movedAway_.clear();
    done(std::nullopt);
}

bool Peer::open(const std::string& name, const secure::Identity& identity, const Done& done)
{
    std::unique_ptr<Store> store = parts_.accounts.open(name);
    std::string words = parts_.accounts.words();
    if (!store) {
        done(Problem{ProblemCode::NotStored, words});
        return false;
    }
    if (!words.empty()) tell(EventKind::StoreTrouble, words);
    Account::Parts parts{parts_.network,  schedule_,        parts_.random,
                         clock_,          parts_.events,    parts_.diagnostics,
                         registry_.get(), settings_.budget, settings_.limits};
    account_ = std::make_unique<Account>(parts, name, identity, std::move(store));
    parts_.accounts.setLastAccount(name);
    return true;
}

void Peer::logout(std::function<void()> done)
{
    if (!account_) return done();
    std::string name = account_->name();
    parts_.accounts.setLastAccount({});
    auto left = [this, name, done] {
        tell(EventKind::LoggedOut, {}, name);
        done();
    };
    // Callers of the registry are told before the account goes away that they refer to.
    if (registry_) registry_->logout(left);
    account_.reset();
    if (!registry_) left();
}

void Peer::leave(std::function<void()> done)
{
    if (registry_) registry_->logout(done);
    account_.reset();
    if (!registry_) done();
}

void Peer::changePassword(const std::string& password, Done done)
{
    if (!account_ || !registry_) return done(Problem{ProblemCode::NotLoggedIn, "nobody is logged in"});
    if (!secure::isPassword(password)) return done(badPassword());
    wire::Salt salt;
    parts_.random.fill(salt.data(), salt.size());
    registry_->request(wire::ChangePassword{secure::makeVerifier(password, salt, wire::kDefaultIterations)},
                       [done](const Reply& reply) {
                           if (reply.as<wire::Done>()) return done(std::nullopt);
                           done(reply.problem());
                       });
}

// ---- What the registry says ----

void Peer::registryOnline(const SessionGrant& grant)
{
    clock_.registryTime(grant.time);
    if (!account_) return;
    account_->registryTime(grant.time);
    tell(EventKind::RegistryOnline, wire::toString(registry_->settings().at), account_->name());
    account_->chats().registryOnline(registry_->registryKey());
}

void Peer::registryLost(const Problem& problem)
{
    tell(problem.code == ProblemCode::RegistryKey ? EventKind::RegistryKey : EventKind::RegistryLost,
         problem.words);
}

void Peer::accountMoved(const std::string& words)
{
    if (!account_) return;
    std::string name = account_->name();
    parts_.accounts.setLastAccount({});
    registry_->logout([] {});
    account_.reset();
    movedAway_ = wire::canonicalName(name);
    tell(EventKind::LoggedOut, words, name);
}

void Peer::userOnline(const std::string& name)
{
    if (account_) account_->chats().userOnline(name);
}

void Peer::userCalls(const std::string& name, const std::vector<Endpoint>& endpoints)
{
    if (account_) account_->chats().userCalls(name, endpoints);
}

// ---- What the network says ----

void Peer::opened(const OpenedLink& link)
{
    if (link.role == wire::Role::PeerRegistry) {
        if (!registry_ || !registry_->opened(link)) parts_.network.close(link.id);
    }
    else if (account_)
        account_->chats().opened(link);
    else
        parts_.network.close(link.id);
}

void Peer::record(LinkId link, ByteView plaintext)
{
    if (registry_ && registry_->record(link, plaintext)) return;
    if (account_) account_->chats().record(link, plaintext);
}

void Peer::closed(const ClosedLink& link)
{
    if (registry_ && registry_->closed(link)) return;
    if (account_) account_->chats().closed(link);
}

void Peer::drained(LinkId link)
{
    if (account_) account_->chats().drained(link);
}

void Peer::datagram(ByteView datagram)
{
    if (registry_) registry_->datagram(datagram);
}

} // namespace linnet::peer
