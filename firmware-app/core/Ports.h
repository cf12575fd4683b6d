// What the peer's core needs from the world, handed in by app/ and by tests: the network, the clock, accounts
// on disk, a place for diagnostics. The store's port is Store.h, the console's Console.h.
#pragma once

#include "core/Store.h"
#include "secure/Identity.h"
#include "wire/Greeting.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace linnet::peer {

using Milliseconds = std::chrono::milliseconds;
using LinkId = std::uint64_t; // a connection to a peer or a registry; 0: none
using wire::ByteView;

class Clock
{
public:
    virtual ~Clock() = default;
    // Since boot, never backwards. All deadlines are by this.
    virtual Milliseconds uptime() = 0;
    // Seconds since 1970 as the board believes; decoration only.
    virtual std::int64_t wall() = 0;
};

// A connection whose handshake is done.
struct OpenedLink
{
    LinkId id = 0;
    wire::Role role = wire::Role::PeerPeer;
    bool dialled = false;
    Key remoteKey{};     // proven
    Key handshakeHash{}; // for channel binding
    Endpoint remote;     // numeric
};

struct ClosedLink
{
    enum class Why {
        Unreachable, // never connected
        WrongKey,    // someone else than expected answered
        Mismatch,    // not Linnet, another role or version; the words say which
        Broken,      // was open, or in its handshake, and ended
    };
    LinkId id = 0;
    Why why = Why::Broken;
    std::string words;
};

class Network
{
public:
    virtual ~Network() = default;
    // The static key of all connections from now on. Listening begins with the first call and goes on.
    virtual void useIdentity(const secure::KeyPair& noiseKey) = 0;
    // Opens a connection; Peer::opened or Peer::closed follows, never from inside this call.
    virtual LinkId dial(const Endpoint& to, wire::Role role, const std::optional<Key>& expectedKey) = 0;
    // Whole packets. Ignored once the link is closed.
    virtual void send(LinkId link, ByteView packets) = 0;
    // Whether so much waits on this link that nothing should be added now; Peer::drained follows.
    virtual bool full(LinkId link) = 0;
    // What was sent is still offered to the kernel. No event follows.
    virtual void close(LinkId link) = 0;
    // To the registry, from one socket.
    virtual void sendDatagram(const Endpoint& numeric, ByteView datagram) = 0;
    // Where other peers can dial; 0: nowhere.
    virtual std::uint16_t listenPort() = 0;
};

// The accounts on this board.
class Accounts
{
public:
    virtual ~Accounts() = default;
    // The identity of `name`, if the account lives here.
    virtual std::optional<secure::Identity> identity(const std::string& name) = 0;
    // Makes it live here, durably; replaces an older identity. False: words() says why.
    virtual bool keep(const std::string& name, const secure::Identity& identity) = 0;
    // Opens its database, making one if there is none. Null: words() says why. A damaged one is moved aside
    // and a new one opened; words() then says so.
    virtual std::unique_ptr<Store> open(const std::string& name) = 0;
    virtual std::string words() const = 0;
    // The account to log in with at start, and the pinned key of a registry ("HOST:PORT" to fingerprint).
    virtual std::string lastAccount() = 0;
    virtual void setLastAccount(const std::string& name) = 0; // empty: logged out on purpose
    virtual std::optional<Key> registryPin(const Endpoint& registry) = 0;
    virtual bool pinRegistry(const Endpoint& registry, const Key& key) = 0;
};

// One line for the log; never message texts, passwords or keys.
class Diagnostics
{
public:
    enum class Level { Debug, Info, Warning, Error };
    virtual ~Diagnostics() = default;
    virtual void log(Level level, std::string_view line) = 0;
};

} // namespace linnet::peer
