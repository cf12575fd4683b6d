// The whole peer without its sockets, terminals and files: no account at first, then one that is logged in.
// Commands call it, the network's events come in, events for the consoles go out.
#pragma once

#include "core/Account.h"

namespace linnet::peer {

struct PeerSettings
{
    std::optional<RegistrySettings> registry; // nothing: live without one
    std::string advertise;
    CommitBudget budget;
    OutboxLimits limits;
};

class Peer final : private RegistrySession::Owner
{
public:
    struct Parts
    {
        Network& network;
        Clock& clock;
        secure::Random& random;
        Accounts& accounts;
        EventSink& events;
        Diagnostics& diagnostics;
    };

    Peer(const Parts& parts, const PeerSettings& settings);
    ~Peer();

    using Done = std::function<void(const std::optional<Problem>& problem)>;

    // Opens the account that was in use when the board went down, if there is one.
    void resume();
    // Makes an account at the registry, and logs in.
    void signUp(const std::string& name, const std::string& password, const std::string& invitation,
                Done done);
    // By this board's key when the account lives here; otherwise `password` is needed (see livesHere()).
    void login(const std::string& name, const std::string& password, Done done);
    // Whether this board's key opens the account, as far as is known.
    bool livesHere(const std::string& name);
    // Back to no account. `done` when the registry knows, or at once without it.
    void logout(std::function<void()> done);
    // Before the program ends: offline at the registry, everything committed; logged in again at the next
    // start.
    void leave(std::function<void()> done);
    void changePassword(const std::string& password, Done done);

    Account* account() { return account_.get(); }
    RegistrySession* registry() { return registry_.get(); }
    Schedule& schedule() { return schedule_; }
    Clock& clock() { return clock_; }

    // Events of the network.
    void opened(const OpenedLink& link);
    void record(LinkId link, ByteView plaintext);
    void closed(const ClosedLink& link);
    void drained(LinkId link);
    void datagram(ByteView datagram);

private:
    void registryOnline(const SessionGrant& grant) override;
    void registryLost(const Problem& problem) override;
    void accountMoved(const std::string& words) override;
    void userOnline(const std::string& name) override;
    void userCalls(const std::string& name, const std::vector<Endpoint>& endpoints) override;

    std::optional<Problem> checkNewLogin(const std::string& name) const;
    // Opens the account's database; false: the problem has been told.
    bool open(const std::string& name, const secure::Identity& identity, const Done& done);
    void loggedIn(const std::string& name, const secure::Identity& identity,
                  const RegistryLogin::Result& result, const Done& done);
    void tell(EventKind kind, std::string text, const std::string& name = {});

    Parts parts_;
    PeerSettings settings_;
    DisplayClock clock_;
    Schedule schedule_;
    std::unique_ptr<RegistrySession> registry_;
    std::string movedAway_; // the account that another board has taken: only its password brings it back
    std::unique_ptr<Account> account_;
};

} // namespace linnet::peer
