// The account's presence at the registry, kept up for as long as the user wants it: logs in by key, sends
// heartbeats, notices a registry that restarted or went away, and comes back by itself.
#pragma once

#include "core/Backoff.h"
#include "core/Heartbeats.h"

namespace linnet::peer {

class RegistrySession final : private Heartbeats::Listener
{
public:
    // Who is told. Every call may end the session.
    class Owner
    {
    public:
        virtual void registryOnline(const SessionGrant& grant) = 0; // at each log-in, also the ones by itself
        virtual void registryLost(const Problem& problem) = 0;      // once, until it is back
        virtual void
        accountMoved(const std::string& words) = 0; // this board's key is not the account's any more
        virtual void userOnline(const std::string& name) = 0; // a waitFor() has come true
        virtual void userCalls(const std::string& name, const std::vector<Endpoint>& endpoints) = 0;

    protected:
        ~Owner() = default;
    };

    RegistrySession(Network& network, Schedule& schedule, secure::Random& random, Accounts& accounts,
                    Diagnostics& diagnostics, RegistrySettings settings, std::string advertise, Owner& owner);
    ~RegistrySession();

    // Logs in once and tells the result; when granted, stays online from then on.
    void login(const std::string& name, const std::string& password, const secure::Identity& identity,
               RegistryLogin::Ended ended);
    void signUp(const std::string& name, const std::string& password, const std::string& invitation,
                const secure::Identity& identity, RegistryLogin::Ended ended);
    // Stays online by key, trying for as long as it takes. For an account that lives on this board.
    void keepOnline(const std::string& name, const secure::Identity& identity);
    // Ends the session at the registry if it is there, and stops trying. Requests under way fail.
    void logout(std::function<void()> done);

    bool wanted() const { return identity_.has_value(); }
    bool online() const { return online_; }
    const std::optional<SessionGrant>& grant() const { return grant_; }
    const RegistrySettings& settings() const { return link_.settings(); }
    const Key& registryKey() const { return link_.registryKey(); }
    bool overTcp() const { return heartbeats_.overTcp(); }
    // Why it is not online; empty otherwise.
    const std::string& trouble() const { return trouble_; }
    void setStatus(wire::Status status);
    wire::Status status() const { return status_; }

    // Requests of a logged-in user. While the log-in is under way they wait for it; when the registry is
    // known to be away they fail at once.
    template <class Packet>
    void request(const Packet& packet, RegistryLink::Replied replied)
    {
        ask(wire::encode(packet), std::move(replied));
    }

    // Events of the network; false when they are not the registry's.
    bool opened(const OpenedLink& link) { return link_.opened(link); }
    bool record(LinkId link, ByteView plaintext) { return link_.record(link, plaintext); }
    bool closed(const ClosedLink& link) { return link_.closed(link); }
    void datagram(ByteView datagram) { heartbeats_.datagram(datagram); }

private:
    void sessionUnknown() override;
    void registrySilent(const Problem& problem) override;
    void noticed(const wire::Notice& notice) override;

    LoginRequest loginRequest(const std::string& password) const;
    void ended(const RegistryLogin::Result& result);
    void granted(const SessionGrant& grant);
    void lost(const Problem& problem);
    void retryAfter(Milliseconds delay);
    void retry();
    void ask(wire::Bytes packet, RegistryLink::Replied replied);
    void failEarly(const Problem& problem);
    void noticeLoss(const Reply& reply);
    void endSession(const std::function<void()>& done);
    // Tells `ended`, and stays online from then on if there is a grant.
    RegistryLogin::Ended onceEnded(const secure::Identity& identity, RegistryLogin::Ended ended);
    void startAnew(const std::string& name);
    void forget();

    Network& network_;
    Schedule& schedule_;
    secure::Random& random_;
    Owner& owner_;
    RegistryLink link_;
    RegistryLogin login_;
    Heartbeats heartbeats_;
    std::string advertise_;
    std::string name_;
    std::optional<secure::Identity> identity_; // while the user wants to be online
    wire::Status status_ = wire::Status::Online;
    bool online_ = false;
    bool lostTold_ = false;
    std::optional<SessionGrant> grant_;
    std::string trouble_;
    std::vector<std::pair<wire::Bytes, RegistryLink::Replied>> early_; // wait for the log-in
    Backoff backoff_;
    Schedule::Timer retry_ = 0;
};

} // namespace linnet::peer
