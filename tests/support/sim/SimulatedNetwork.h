// The network between simulated hosts: connections and datagrams with latency, partitions, hosts that die without
// a word, and ends that learn of it late or never. Everything happens on one schedule, by one seed.
//
// There is no Noise in it: an end's key is the one its host uses, and an expected key that is not it is a wrong key.
#pragma once

#include "core/Schedule.h"
#include "support/SeededRandom.h"

#include <deque>
#include <map>
#include <set>

namespace linnet::test {

using peer::ClosedLink;
using peer::LinkId;
using peer::Milliseconds;
using peer::OpenedLink;
using wire::ByteView;
using wire::Endpoint;
using wire::Key;

using HostId = std::size_t;

// How a host ends.
enum class Death {
    Process, // the kernel goes on: the other ends are told
    Power,   // silence
};

// What a host does with what the network brings it.
class Attached
{
public:
    virtual void onOpened(const OpenedLink& link) = 0;
    virtual void onRecord(LinkId link, ByteView plaintext) = 0;
    virtual void onClosed(const ClosedLink& link) = 0;
    virtual void onDrained(LinkId link) = 0;
    virtual void onDatagram(ByteView datagram, const Endpoint& from) = 0;

protected:
    ~Attached() = default;
};

class SimulatedNetwork
{
public:
    struct Conditions
    {
        Milliseconds leastLatency{1};
        Milliseconds mostLatency{30};
        unsigned datagramsLost = 0;  // percent
        unsigned datagramsTwice = 0; // percent
    };
    SimulatedNetwork(peer::Schedule& schedule, secure::Random& random) : schedule_(schedule), random_(random)
    {
    }

    // ---- hosts ----
    HostId addHost(const std::string& ip, std::uint16_t tcpPort, std::uint16_t udpPort, wire::Role accepts);
    void start(HostId host, Attached& attached);
    void stop(HostId host, Death death);
    // What it proves from now on; it accepts no connection before.
    void useKey(HostId host, const Key& key) { hosts_[host].key = key; }
    // As behind a firewall: nobody can dial it, and dials end by their deadline.
    void hide(HostId host, bool hidden) { hosts_[host].hidden = hidden; }
    void blockDatagrams(HostId host, bool blocked) { hosts_[host].udpBlocked = blocked; }
    // As a router that forgets its translations: datagrams come from another port from now on.
    void moveDatagrams(HostId host) { ++hosts_[host].udpPort; }
    void moveTo(HostId host, const std::string& ip) { hosts_[host].ip = ip; }
    Endpoint dialled(HostId host) const { return {hosts_[host].ip, hosts_[host].tcpPort}; }

    // ---- troubles ----
    void setPath(HostId a, HostId b, bool open);
    void healAll() { blocked_.clear(); }
    // Cuts the nth open connection, with all that is under way on it; each end learns of it within two seconds, or
    // (`halfOpen`) one of them only when it has something to send, or by its keep-alive.
    void breakConnection(std::size_t nth, bool halfOpen);
    // With both ends alive.
    std::size_t connectionsBetween(HostId a, HostId b) const;
    std::size_t mostQueued() const { return mostQueued_; }
    Conditions conditions;
    // Sees each record as it arrives.
    std::function<void(HostId from, HostId to, ByteView plaintext)> watch;

    // ---- what hosts do ----
    LinkId dial(HostId from, const Endpoint& to, wire::Role role, const std::optional<Key>& expectedKey);
    void send(LinkId link, ByteView packets);
    bool full(LinkId link) const;
    void close(LinkId link);
    void sendDatagram(HostId from, const Endpoint& to, ByteView datagram);

private:
    struct Host
    {
        std::string ip;
        std::uint16_t tcpPort = 0;
        std::uint16_t udpPort = 0;
        wire::Role accepts = wire::Role::PeerPeer;
        Attached* attached = nullptr; // null: switched off
        std::optional<Key> key;
        bool hidden = false;
        bool udpBlocked = false;
    };
    struct Item
    {
        enum class Kind { Open, Record, End } kind;
        wire::Bytes bytes;
        Milliseconds at;
    };
    enum class State { Opening, Open, Closed, Gone };
    struct Side
    {
        HostId host = 0;
        LinkId id = 0;
        State state = State::Opening;
        std::deque<Item> items; // from this side
        std::size_t queued = 0; // bytes of them
        bool wasFull = false;
        bool arriving = false; // an arrival is scheduled
        std::optional<Milliseconds> stalled;
        std::optional<Milliseconds> silent; // as keep-alive sees it
    };
    using ConnectionId = std::uint64_t;
    struct Connection
    {
        Side sides[2];
        OpenedLink acceptors; // what the accepting side will be told
        bool cut = false;     // nothing gets through any more
    };
    struct Dial
    {
        HostId from;
        Endpoint to;
        wire::Role role;
        std::optional<Key> expectedKey;
        Key key;
    };
    struct Where
    {
        ConnectionId connection;
        unsigned side;
    };

    Milliseconds latency();
    bool reaches(HostId from, HostId to) const;
    bool carries(const Connection& connection, unsigned side) const;
    std::optional<HostId> hostAt(const Endpoint& endpoint) const;

    void connect(LinkId id);
    void failDial(LinkId id, Milliseconds after, ClosedLink::Why why, const std::string& words);
    void establish(LinkId id, const Dial& dial, HostId to);
    void push(Connection& connection, ConnectionId id, unsigned side, Item::Kind kind, ByteView bytes);
    void scheduleArrival(ConnectionId id, unsigned side, Milliseconds at);
    void arrive(ConnectionId id, unsigned side);
    void stall(ConnectionId id, unsigned side);
    void handOver(ConnectionId id, unsigned to, const Item& item);
    void drain(ConnectionId id, unsigned side, std::size_t bytes);
    void keepAlive(ConnectionId id);
    void fail(ConnectionId id, unsigned side, const std::string& words);
    void failLater(ConnectionId id, unsigned side, Milliseconds after, const std::string& words);
    void forgetIfOver(ConnectionId id);

    peer::Schedule& schedule_;
    secure::Random& random_;
    std::vector<Host> hosts_;
    std::set<std::pair<HostId, HostId>> blocked_;
    std::map<ConnectionId, Connection> connections_;
    std::map<LinkId, Where> where_;
    std::map<LinkId, Dial> dials_;
    std::uint64_t last_ = 0;
    std::size_t mostQueued_ = 0;
};

} // namespace linnet::test
