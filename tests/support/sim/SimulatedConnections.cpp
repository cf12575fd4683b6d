// Established connections. Each direction is a queue whose items arrive in order, never before the one in front;
// while the other host can't be reached they wait, as TCP would repeat them, until its user timeout ends it.
#include "support/sim/SimulatedNetwork.h"

namespace linnet::test {

namespace {
constexpr Milliseconds kUserTimeout{25000};
constexpr Milliseconds kRepeat{500};
constexpr Milliseconds kKeepAlive{30000};
constexpr std::size_t kQueueHigh = 64 * 1024; // as link/Connection.h
constexpr std::size_t kQueueLimit = 2 * kQueueHigh;
} // namespace

// ---- Sending ----

void SimulatedNetwork::send(LinkId link, ByteView packets)
{
    auto where = where_.find(link);
    if (where == where_.end()) return;
    auto [id, index] = where->second;
    Connection& connection = connections_.at(id);
    Side& side = connection.sides[index];
    if (side.state != State::Open) return;
    side.queued += packets.size();
    mostQueued_ = std::max(mostQueued_, side.queued);
    if (side.queued > kQueueLimit)
        return failLater(id, index, Milliseconds(0), "the other side does not read");
    side.wasFull = side.wasFull || side.queued > kQueueHigh;
    push(connection, id, index, Item::Kind::Record, packets);
}

bool SimulatedNetwork::full(LinkId link) const
{
    auto where = where_.find(link);
    if (where == where_.end()) return false;
    return connections_.at(where->second.connection).sides[where->second.side].queued > kQueueHigh;
}

void SimulatedNetwork::close(LinkId link)
{
    dials_.erase(link);
    auto where = where_.find(link);
    if (where == where_.end()) return;
    auto [id, index] = where->second;
    Connection& connection = connections_.at(id);
    if (connection.sides[index].state == State::Open) push(connection, id, index, Item::Kind::End, {});
    connection.sides[index].state = State::Closed;
    where_.erase(where);
    schedule_.after(Milliseconds(0), [this, gone = id] { forgetIfOver(gone); });
}

void SimulatedNetwork::push(Connection& connection, ConnectionId id, unsigned side, Item::Kind kind,
                            ByteView bytes)
{
    std::deque<Item>& items = connection.sides[side].items;
    Milliseconds at = schedule_.now() + latency();
    if (!items.empty()) at = std::max(at, items.back().at);
    items.push_back({kind, bytes.copy(), at});
    scheduleArrival(id, side, at);
}

// ---- Arriving ----

void SimulatedNetwork::scheduleArrival(ConnectionId id, unsigned side, Milliseconds at)
{
    Side& from = connections_.at(id).sides[side];
    if (from.arriving) return;
    from.arriving = true;
    schedule_.after(std::max(Milliseconds(0), at - schedule_.now()), [this, id, side] {
        auto found = connections_.find(id);
        if (found == connections_.end()) return;
        found->second.sides[side].arriving = false;
        arrive(id, side);
    });
}

void SimulatedNetwork::arrive(ConnectionId id, unsigned side)
{
    Connection& connection = connections_.at(id);
    Side& from = connection.sides[side];
    if (from.items.empty()) return forgetIfOver(id);
    if (from.items.front().at > schedule_.now()) return scheduleArrival(id, side, from.items.front().at);
    if (!carries(connection, side)) return stall(id, side);
    from.stalled.reset();
    Item item = std::move(from.items.front());
    from.items.pop_front();
    if (!from.items.empty()) scheduleArrival(id, side, from.items.front().at);
    handOver(id, 1 - side, item);
    drain(id, side, item.bytes.size());
    forgetIfOver(id);
}

// From that side to the other.
bool SimulatedNetwork::carries(const Connection& connection, unsigned side) const
{
    HostId from = connection.sides[side].host;
    HostId to = connection.sides[1 - side].host;
    return !connection.cut && hosts_[to].attached && blocked_.count(std::minmax(from, to)) == 0;
}

// Nobody confirms what was sent.
void SimulatedNetwork::stall(ConnectionId id, unsigned side)
{
    Side& from = connections_.at(id).sides[side];
    if (!from.stalled) from.stalled = schedule_.now();
    if (schedule_.now() - *from.stalled < kUserTimeout)
        return scheduleArrival(id, side, schedule_.now() + kRepeat);
    from.items.clear();
    fail(id, side, "connection timed out");
}

void SimulatedNetwork::handOver(ConnectionId id, unsigned to, const Item& item)
{
    Connection& connection = connections_.at(id);
    Side& side = connection.sides[to];
    Attached* attached = hosts_[side.host].attached;
    if (item.kind == Item::Kind::Open && side.state == State::Opening) {
        side.state = State::Open;
        OpenedLink opened = connection.acceptors;
        return attached->onOpened(opened);
    }
    if (side.state != State::Open) {
        if (item.kind == Item::Kind::Record) failLater(id, 1 - to, latency(), "connection reset");
        return;
    }
    if (item.kind == Item::Kind::End) return fail(id, to, "the other side closed it");
    if (watch) watch(connection.sides[1 - to].host, side.host, item.bytes);
    attached->onRecord(side.id, item.bytes);
}

void SimulatedNetwork::drain(ConnectionId id, unsigned side, std::size_t bytes)
{
    auto found = connections_.find(id);
    if (found == connections_.end()) return;
    Side& from = found->second.sides[side];
    from.queued -= std::min(from.queued, bytes);
    if (!from.wasFull || from.queued > 0 || from.state != State::Open) return;
    from.wasFull = false;
    hosts_[from.host].attached->onDrained(from.id);
}

// ---- Ending ----

void SimulatedNetwork::keepAlive(ConnectionId id)
{
    auto found = connections_.find(id);
    if (found == connections_.end()) return;
    for (unsigned i = 0; i < 2; ++i) {
        Side& side = found->second.sides[i];
        Side& other = found->second.sides[1 - i];
        bool path = carries(found->second, i);
        bool answers = path && (other.state == State::Open || !other.items.empty() || !side.items.empty());
        if (answers || side.state != State::Open)
            side.silent.reset();
        else if (path)
            failLater(id, i, latency(), "connection reset");
        else if (!side.silent)
            side.silent = schedule_.now();
        else if (schedule_.now() - *side.silent >= kUserTimeout)
            failLater(id, i, Milliseconds(0), "connection timed out");
    }
    schedule_.after(kKeepAlive, [this, id] { keepAlive(id); });
    forgetIfOver(id);
}

void SimulatedNetwork::fail(ConnectionId id, unsigned side, const std::string& words)
{
    auto found = connections_.find(id);
    if (found == connections_.end()) return;
    Side& failed = found->second.sides[side];
    if (failed.state != State::Open) return;
    failed.state = State::Closed;
    failed.queued = 0;
    where_.erase(failed.id);
    hosts_[failed.host].attached->onClosed({failed.id, ClosedLink::Why::Broken, words});
}

void SimulatedNetwork::failLater(ConnectionId id, unsigned side, Milliseconds after, const std::string& words)
{
    schedule_.after(after, [this, id, side, words] {
        fail(id, side, words);
        forgetIfOver(id);
    });
}

void SimulatedNetwork::forgetIfOver(ConnectionId id)
{
    auto found = connections_.find(id);
    if (found == connections_.end()) return;
    for (const Side& side : found->second.sides)
        if (side.state == State::Open || !side.items.empty()) return;
    for (const Side& side : found->second.sides)
        where_.erase(side.id);
    connections_.erase(found);
}

void SimulatedNetwork::breakConnection(std::size_t nth, bool halfOpen)
{
    if (connections_.empty()) return;
    auto found = std::next(connections_.begin(), static_cast<std::ptrdiff_t>(nth % connections_.size()));
    unsigned first = static_cast<unsigned>(random_.below(2));
    found->second.cut = true;
    failLater(found->first, first, Milliseconds(random_.below(2000)), "connection reset");
    if (!halfOpen) failLater(found->first, 1 - first, Milliseconds(random_.below(2000)), "connection reset");
}

std::size_t SimulatedNetwork::connectionsBetween(HostId a, HostId b) const
{
    std::size_t count = 0;
    for (auto& [id, connection] : connections_) {
        bool between = std::minmax(connection.sides[0].host, connection.sides[1].host) == std::minmax(a, b);
        bool open = connection.sides[0].state == State::Open && connection.sides[1].state == State::Open;
        if (between && open) ++count;
    }
    return count;
}

} // namespace linnet::test
