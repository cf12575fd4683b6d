// Two ends of a link over loopback, on one loop: a listener whose connections an answering side owns, and
// dialled ones.
#pragma once

#include "LoopSupport.h"
#include "link/Connection.h"
#include "link/Listener.h"
#include "link/Resolver.h"
#include "secure/Primitives.h"
#include "support/SeededRandom.h"
#include "support/TestHarness.h"
#include "wire/RegistryPackets.h"

#include <memory>
#include <optional>
#include <vector>

namespace linnet::test {

using link::CloseReason;
using link::Connection;
using secure::Channel;
using wire::Bytes;
using wire::ByteView;
using wire::Endpoint;

// A well-formed packet of an unknown type, `size` bytes of body.
inline Bytes packetOf(std::size_t size, wire::Byte filling = 'x')
{
    Bytes packet{0x7f};
    wire::ByteWriter(packet).varint(size);
    packet.insert(packet.end(), size, filling);
    return packet;
}

// Owns one connection and writes down what it says.
struct Side : link::ConnectionHandler
{
    void onOpen(Connection&) override
    {
        ++opened;
        if (whenOpen) whenOpen();
    }
    void onRecord(Connection&, ByteView plaintext) override
    {
        ++records;
        append(received, plaintext);
        if (whenRecord) whenRecord();
    }
    void onClosed(Connection&, const CloseReason& why) override
    {
        ++closes;
        reason = why;
        if (whenClosed) whenClosed();
    }
    void onDrained(Connection&) override { ++drained; }

    std::unique_ptr<Connection> connection;
    std::function<void()> whenOpen;
    std::function<void()> whenRecord;
    std::function<void()> whenClosed;
    int opened = 0;
    int records = 0;
    int closes = 0;
    int drained = 0;
    Bytes received;
    CloseReason reason;
};

struct LinkFixture : Utest
{
    EventLoop loop;
    SeededRandom random{1};
    link::Resolver resolver{loop};
    Connection::Timing timing;
    secure::KeyPair dialKey = secure::makeKeyPair(random);
    secure::KeyPair answerKey = secure::makeKeyPair(random);
    std::vector<std::unique_ptr<Side>> answering;
    std::vector<std::unique_ptr<Side>> dialling;
    std::function<void(Side&)> whenAccepted;
    std::unique_ptr<link::Listener> listener;

    Channel::Setup setupOf(Channel::Side side, std::optional<wire::Key> expected = {})
    {
        bool dials = side == Channel::Side::Dialler;
        return {side, wire::Role::PeerPeer, dials ? dialKey : answerKey, expected};
    }

    void listen()
    {
        listener =
            std::make_unique<link::Listener>(loop, Endpoint{"", 0}, [this](int fd, const Endpoint& from) {
                answering.push_back(std::make_unique<Side>());
                Side& side = *answering.back();
                side.connection = std::make_unique<Connection>(
                    loop, side, answering.size(), fd, from, setupOf(Channel::Side::Answerer), random, timing);
                if (whenAccepted) whenAccepted(side);
            });
    }

    Side& dial(const Endpoint& to, std::optional<wire::Key> expected = {})
    {
        dialling.push_back(std::make_unique<Side>());
        Side& side = *dialling.back();
        side.connection =
            std::make_unique<Connection>(loop, side, dialling.size(), resolver, to,
                                         setupOf(Channel::Side::Dialler, expected), random, timing);
        return side;
    }
    Side& dial(std::optional<wire::Key> expected = {})
    {
        return dial({"127.0.0.1", listener->port()}, expected);
    }

    template <class Predicate>
    void await(Predicate done)
    {
        CHECK_TRUE(runUntil(loop, done));
    }

    // A listener and an open link to it.
    Side& open()
    {
        listen();
        Side& side = dial();
        await([&] { return side.opened == 1 && !answering.empty() && answering[0]->opened == 1; });
        return side;
    }

    // A plain connected socket, for those who do not keep to the protocol.
    Descriptor rawDial()
    {
        link::NativeAddress to = link::toNative(*link::toAddress({"127.0.0.1", listener->port()}), AF_INET);
        Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        LONGS_EQUAL(0, ::connect(socket.get(), to.get(), to.size));
        return socket;
    }
};

} // namespace linnet::test
