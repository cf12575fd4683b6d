// The real core of the registry as a host of the simulated network; its accounts are in memory.
#pragma once

#include "registry/MemoryAccountStore.h"
#include "registry/core/RegistryService.h"
#include "secure/Identity.h"
#include "support/sim/SimulatedClock.h"
#include "support/sim/SimulatedNetwork.h"

#include <optional>

namespace linnet::test {

class SimulatedRegistry final : private Attached, private registry::Outbound, private registry::Diagnostics
{
public:
    SimulatedRegistry(SimulatedNetwork& network, peer::Schedule& schedule, WorldClock& clock,
                      secure::Random& random);

    // Forgets all sessions between the two.
    void start();
    void stop(Death death);
    void restart();
    bool running() const { return service_.has_value(); }

    HostId host() const { return host_; }
    Endpoint endpoint() const { return network_.dialled(host_); }
    const Key& publicKey() const { return key_.publicKey; }
    // Another machine at this address.
    void changeKey() { key_ = secure::makeKeyPair(random_); }
    const registry::RegistryService& service() const { return *service_; }
    // An account without the work of a password.
    void addAccount(const std::string& name, const wire::PublicIdentity& identity);

    MemoryAccountStore accounts;

private:
    void onOpened(const OpenedLink& link) override;
    void onRecord(LinkId link, ByteView plaintext) override;
    void onClosed(const ClosedLink& link) override { service_->connectionClosed(link.id); }
    void onDrained(LinkId) override {}
    void onDatagram(ByteView datagram, const Endpoint& from) override;

    void sendPackets(registry::ConnectionId to, ByteView packets) override { network_.send(to, packets); }
    void closeConnection(registry::ConnectionId id, wire::Goodbye::Reason reason) override;
    void sendDatagram(ByteView datagram, const registry::Address& to) override;
    void event(Level, std::string_view) override {}

    registry::Now now();
    void armTick();

    SimulatedNetwork& network_;
    peer::Schedule& schedule_;
    WorldClock& clock_;
    secure::Random& random_;
    HostId host_;
    secure::KeyPair key_;
    Key secret_{};
    std::optional<registry::RegistryService> service_;
    peer::Schedule::Timer tick_ = 0;
    Milliseconds tickDue_{0};
};

// "10.0.0.7" and a port, as the registry keeps it.
registry::Address addressOf(const Endpoint& endpoint);

} // namespace linnet::test
