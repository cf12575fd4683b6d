// A registry without a network: accounts in a map, a clock that is turned by hand, packets and datagrams
// caught where they would leave. A Board is a peer as far as the registry can tell.
#pragma once

#include "MemoryAccountStore.h"
#include "registry/core/RegistryService.h"
#include "secure/Identity.h"
#include "support/SeededRandom.h"

#include <deque>
#include <map>
#include <set>
#include <utility>

#include "support/TestHarness.h"

namespace linnet::test {

using namespace linnet::registry;

struct SentDatagram
{
    wire::Bytes bytes;
    Address to;
};

class RecordingOutbound final : public Outbound
{
public:
    void sendPackets(ConnectionId to, wire::ByteView packets) override
    {
        wire::append(packetsTo[to], packets);
    }
    void closeConnection(ConnectionId id, wire::Goodbye::Reason reason) override { closed[id] = reason; }
    void sendDatagram(wire::ByteView datagram, const Address& to) override
    {
        datagrams.push_back({datagram.copy(), to});
    }

    std::map<ConnectionId, wire::Bytes> packetsTo;
    std::map<ConnectionId, wire::Goodbye::Reason> closed;
    std::vector<SentDatagram> datagrams;
};

class RecordingDiagnostics final : public Diagnostics
{
public:
    void event(Level, std::string_view line) override { lines.emplace_back(line); }
    bool mentions(std::string_view text) const;

    std::vector<std::string> lines;
};

Address addressOf(unsigned a, unsigned b, unsigned c, unsigned d, std::uint16_t port = 40000);
inline const Address kLoopback = addressOf(127, 0, 0, 1);

struct World
{
    World();

    void advance(unsigned seconds, unsigned milliseconds = 0);
    // Lets the time pass as a program would: tick after tick.
    void run(unsigned seconds);
    void restart(); // the registry: same accounts and secret, nothing else

    SeededRandom random{1};
    MemoryAccountStore accounts;
    RecordingOutbound outbound;
    RecordingDiagnostics diagnostics;
    wire::Key secret{};
    Now now{1000000, 1700000000};
    std::optional<RegistryService> service;
    ConnectionId lastConnection = 0;
};

class Board
{
public:
    Board(World& world, std::string name, Address address = addressOf(192, 0, 2, 1));

    // Each opens a connection if none is open, and gives the first packet of the answer.
    void connect();
    wire::RawPacket request(wire::ByteView packets);
    template <class Packet>
    wire::RawPacket ask(const Packet& packet)
    {
        return request(wire::encode(packet));
    }
    // The reply, which must be of this type.
    template <class Reply, class Packet>
    Reply expect(const Packet& packet)
    {
        wire::RawPacket raw = ask(packet);
        STRCMP_EQUAL(std::string(wire::packetName(Reply::kType)).c_str(),
                     std::string(wire::packetName(raw.type)).c_str());
        std::optional<Reply> reply = wire::decodeBody<Reply>(raw.body);
        CHECK_TEXT(reply.has_value(), "a malformed reply");
        return *reply;
    }
    template <class Packet>
    wire::Refusal refusal(const Packet& packet)
    {
        return expect<wire::Refused>(packet).why;
    }

    // Registration with a key of this board and `password`.
    wire::Register registration(std::string_view password = "correct horse");
    void signUp(std::string_view password = "correct horse");
    wire::Login loginRequest(wire::Status status = wire::Status::Online) const;
    void logIn(wire::Status status = wire::Status::Online);
    void signUpAndLogIn(wire::Status status = wire::Status::Online);
    // The whole exchange by password; the last packet of the registry.
    wire::RawPacket logInByPassword(std::string_view password);
    // Keeps keys and session of a LoggedIn.
    void take(const wire::LoggedIn& loggedIn);

    bool closedFor(wire::Goodbye::Reason reason) const;

    // A heartbeat by datagram from `from`; the answer if there was one.
    wire::Bytes heartbeatBytes(std::uint64_t echo = 0, wire::Status status = wire::Status::Online);
    std::optional<wire::AnswerBody> deliver(wire::Bytes datagram, const Address& from);
    std::optional<wire::AnswerBody> heartbeat(const Address& from, std::uint64_t echo = 0,
                                              wire::Status status = wire::Status::Online);
    // Heartbeats from `udp` until the registry believes in it.
    void proveAddress();
    void seen(std::uint32_t id);
    // Notices sent to this board by datagram since the last call. Their text lives as long as the board.
    std::vector<wire::Notice> notices();

    World& world;
    std::string name;
    Address address;
    Address udp;
    secure::Identity identity;
    wire::Key handshakeHash{};
    ConnectionId connection = 0;
    std::uint16_t listenPort = 5858;
    std::string advertise;
    wire::SessionId session{};
    secure::SessionKeys keys{};
    std::uint64_t counter = 0;

private:
    std::deque<wire::Bytes> kept_; // what packets handed out borrow from
    std::size_t datagramsRead_ = 0;
};

} // namespace linnet::test
