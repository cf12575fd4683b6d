// Hosts, dials and datagrams. What happens on an established connection is in SimulatedConnections.cpp.
#include "support/sim/SimulatedNetwork.h"

namespace linnet::test {

namespace {
constexpr Milliseconds kDialDeadline{10000};
constexpr Milliseconds kKeepAlive{30000};
} // namespace

// ---- Hosts ----

HostId SimulatedNetwork::addHost(const std::string& ip, std::uint16_t tcpPort, std::uint16_t udpPort,
                                 wire::Role accepts)
{
    Host host;
    host.ip = ip;
    host.tcpPort = tcpPort;
    host.udpPort = udpPort;
    host.accepts = accepts;
    hosts_.push_back(host);
    return hosts_.size() - 1;
}

void SimulatedNetwork::start(HostId host, Attached& attached)
{
    hosts_[host].attached = &attached;
}

void SimulatedNetwork::stop(HostId host, Death death)
{
    hosts_[host].attached = nullptr;
    hosts_[host].key.reset();
    for (auto dial = dials_.begin(); dial != dials_.end();)
        dial = dial->second.from == host ? dials_.erase(dial) : std::next(dial);
    for (auto& [id, connection] : connections_)
        for (unsigned i = 0; i < 2; ++i) {
            Side& side = connection.sides[i];
            if (side.host != host) continue;
            where_.erase(side.id);
            if (death == Death::Process && side.state == State::Open)
                push(connection, id, i, Item::Kind::End, {});
            side.state = State::Gone;
            if (death == Death::Power) side.items.clear();
        }
}

void SimulatedNetwork::setPath(HostId a, HostId b, bool open)
{
    auto pair = std::minmax(a, b);
    if (open)
        blocked_.erase(pair);
    else
        blocked_.insert(pair);
}

bool SimulatedNetwork::reaches(HostId from, HostId to) const
{
    return hosts_[from].attached && hosts_[to].attached && blocked_.count(std::minmax(from, to)) == 0;
}

std::optional<HostId> SimulatedNetwork::hostAt(const Endpoint& endpoint) const
{
    for (HostId id = 0; id < hosts_.size(); ++id)
        if (hosts_[id].ip == endpoint.host) return id;
    return std::nullopt;
}

Milliseconds SimulatedNetwork::latency()
{
    auto range = static_cast<std::uint64_t>((conditions.mostLatency - conditions.leastLatency).count());
    return conditions.leastLatency + Milliseconds(random_.below(range + 1));
}

// ---- Dials ----

LinkId SimulatedNetwork::dial(HostId from, const Endpoint& to, wire::Role role,
                              const std::optional<Key>& expectedKey)
{
    LinkId id = ++last_;
    dials_[id] = {from, to, role, expectedKey, hosts_[from].key.value_or(Key{})};
    schedule_.after(2 * latency(), [this, id] { connect(id); });
    return id;
}

void SimulatedNetwork::connect(LinkId id)
{
    auto found = dials_.find(id);
    if (found == dials_.end()) return;
    Dial dial = found->second;
    std::optional<HostId> to = hostAt(dial.to);
    bool there = to && *to != dial.from && reaches(dial.from, *to) && !hosts_[*to].hidden;
    if (!there) return failDial(id, kDialDeadline, ClosedLink::Why::Unreachable, "connection timed out");
    Host& host = hosts_[*to];
    Milliseconds soon = latency();
    if (host.tcpPort != dial.to.port)
        return failDial(id, soon, ClosedLink::Why::Unreachable, "connection refused");
    if (host.accepts != dial.role || !host.key)
        return failDial(id, soon, ClosedLink::Why::Mismatch, "that is no Linnet of this kind");
    if (dial.expectedKey && *dial.expectedKey != *host.key)
        return failDial(id, soon, ClosedLink::Why::WrongKey, "another key");
    dials_.erase(id);
    establish(id, dial, *to);
}

void SimulatedNetwork::failDial(LinkId id, Milliseconds after, ClosedLink::Why why, const std::string& words)
{
    schedule_.after(after, [this, id, why, words] {
        auto found = dials_.find(id);
        if (found == dials_.end()) return;
        Attached* attached = hosts_[found->second.from].attached;
        dials_.erase(found);
        attached->onClosed({id, why, words});
    });
}

void SimulatedNetwork::establish(LinkId id, const Dial& dial, HostId to)
{
    ConnectionId connectionId = ++last_;
    Connection& connection = connections_[connectionId];
    connection.sides[0].host = dial.from;
    connection.sides[0].id = id;
    connection.sides[0].state = State::Open;
    connection.sides[1].host = to;
    connection.sides[1].id = ++last_;
    where_[id] = {connectionId, 0};
    where_[connection.sides[1].id] = {connectionId, 1};
    OpenedLink opened;
    random_.fill(opened.handshakeHash.data(), opened.handshakeHash.size());
    opened.role = dial.role;
    connection.acceptors = opened;
    connection.acceptors.id = connection.sides[1].id;
    connection.acceptors.remoteKey = dial.key;
    connection.acceptors.remote = {hosts_[dial.from].ip, static_cast<std::uint16_t>(40000 + id % 20000)};
    push(connection, connectionId, 0, Item::Kind::Open, {});
    schedule_.after(kKeepAlive, [this, connectionId] { keepAlive(connectionId); });
    opened.id = id;
    opened.dialled = true;
    opened.remoteKey = *hosts_[to].key;
    opened.remote = {hosts_[to].ip, hosts_[to].tcpPort};
    hosts_[dial.from].attached->onOpened(opened);
}

// ---- Datagrams ----

void SimulatedNetwork::sendDatagram(HostId from, const Endpoint& to, ByteView datagram)
{
    unsigned copies = random_.below(100) < conditions.datagramsTwice ? 2 : 1;
    Endpoint sender{hosts_[from].ip, hosts_[from].udpPort};
    for (; copies > 0; --copies) {
        if (random_.below(100) < conditions.datagramsLost) continue;
        schedule_.after(latency(), [this, from, to, sender, bytes = datagram.copy()] {
            std::optional<HostId> target = hostAt(to);
            if (!target || !reaches(from, *target) || hosts_[from].udpBlocked || hosts_[*target].udpBlocked)
                return;
            if (hosts_[*target].udpPort == to.port) hosts_[*target].attached->onDatagram(bytes, sender);
        });
    }
}

} // namespace linnet::test
