// Hosting the registry's core, as registry/app/RegistryServer.cpp does it on sockets.
#include "support/sim/SimulatedRegistry.h"

#include <cstdio>

namespace linnet::test {

registry::Address addressOf(const Endpoint& endpoint)
{
    registry::Address address;
    address.ip[10] = address.ip[11] = 0xff;
    unsigned part[4] = {};
    if (std::sscanf(endpoint.host.c_str(), "%u.%u.%u.%u", &part[0], &part[1], &part[2], &part[3]) == 4)
        for (std::size_t i = 0; i < 4; ++i)
            address.ip[12 + i] = static_cast<wire::Byte>(part[i]);
    address.port = endpoint.port;
    return address;
}

SimulatedRegistry::SimulatedRegistry(SimulatedNetwork& network, peer::Schedule& schedule, WorldClock& clock,
                                     secure::Random& random)
    : network_(network),
      schedule_(schedule),
      clock_(clock),
      random_(random),
      host_(network.addHost("10.0.0.250", wire::kRegistryTcpPort, wire::kRegistryUdpPort,
                            wire::Role::PeerRegistry)),
      key_(secure::makeKeyPair(random))
{
    random_.fill(secret_.data(), secret_.size());
    start();
}

void SimulatedRegistry::start()
{
    service_.emplace(registry::RegistryService::Ports{accounts, *this, *this, random_}, secret_,
                     wire::kRegistryUdpPort);
    network_.start(host_, *this);
    network_.useKey(host_, key_.publicKey);
}

void SimulatedRegistry::stop(Death death)
{
    schedule_.cancel(tick_);
    network_.stop(host_, death);
    service_.reset();
}

void SimulatedRegistry::restart()
{
    stop(Death::Process);
    start();
}

void SimulatedRegistry::addAccount(const std::string& name, const wire::PublicIdentity& identity)
{
    registry::Account account;
    account.name = name;
    account.identity = identity;
    accounts.add(account, now().wall, {});
}

registry::Now SimulatedRegistry::now()
{
    return {static_cast<std::uint64_t>(clock_.uptime().count()) + 1000000,
            static_cast<std::uint64_t>(clock_.wall())};
}

void SimulatedRegistry::onOpened(const OpenedLink& link)
{
    service_->connectionOpened(link.id, addressOf(link.remote), link.remoteKey, link.handshakeHash, now());
}

void SimulatedRegistry::onRecord(LinkId link, ByteView plaintext)
{
    service_->record(link, plaintext, now());
    armTick();
}

void SimulatedRegistry::onDatagram(ByteView datagram, const Endpoint& from)
{
    wire::Bytes bytes = datagram.copy();
    service_->datagram(bytes.data(), bytes.size(), addressOf(from), now());
    armTick();
}

void SimulatedRegistry::closeConnection(registry::ConnectionId id, wire::Goodbye::Reason reason)
{
    network_.send(id, wire::encode(wire::Goodbye{reason}));
    network_.close(id);
    service_->connectionClosed(id);
}

void SimulatedRegistry::sendDatagram(ByteView datagram, const registry::Address& to)
{
    network_.sendDatagram(host_, {registry::hostText(to.ip), to.port}, datagram);
}

void SimulatedRegistry::armTick()
{
    Milliseconds period(service_->tickPeriod());
    Milliseconds due = schedule_.now() + period;
    if (period.count() == 0 || (tick_ && tickDue_ <= due)) return;
    schedule_.cancel(tick_);
    tickDue_ = due;
    tick_ = schedule_.after(period, [this] {
        tick_ = 0;
        service_->tick(now());
        armTick();
    });
}

} // namespace linnet::test
