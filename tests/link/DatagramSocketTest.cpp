#include "link/DatagramSocket.h"

#include "LoopSupport.h"
#include "support/TestHarness.h"
#include "wire/Datagram.h"

#include <stdexcept>

using namespace linnet;
using namespace linnet::test;
using link::DatagramSocket;
using link::SocketAddress;
using link::toAddress;
using wire::Byte;
using wire::Bytes;
using wire::ByteView;

TEST_GROUP(DatagramSocket)
{
    struct Inbox
    {
        DatagramSocket::Received receiver()
        {
            return [this](Byte* bytes, std::size_t size, const SocketAddress& sender) {
                all.emplace_back(bytes, bytes + size);
                from = sender;
            };
        }
        std::vector<Bytes> all;
        SocketAddress from;
    };

    EventLoop loop;
    Inbox inbox;
};

TEST(DatagramSocket, CarriesDatagramsBothWaysOverIpv4AndIpv6)
{
    DatagramSocket server(loop, {"", 0}, inbox.receiver());
    for (const char* host : {"127.0.0.1", "::1"}) {
        Inbox answers;
        DatagramSocket client(loop, {host, 0}, answers.receiver());
        inbox.all.clear();
        client.send(ByteView(std::string_view("hello")), *toAddress({host, server.port()}));
        CHECK_TRUE(runUntil(loop, [&] { return inbox.all.size() == 1; }));
        BYTES_EQUAL(ByteView(std::string_view("hello")), inbox.all[0]);
        TEXT_EQUAL(host, link::toEndpoint(inbox.from).host);
        LONGS_EQUAL(client.port(), inbox.from.port);

        server.send(ByteView(std::string_view("answer")), inbox.from);
        CHECK_TRUE(runUntil(loop, [&] { return answers.all.size() == 1; }));
        BYTES_EQUAL(ByteView(std::string_view("answer")), answers.all[0]);
        CHECK_TRUE(answers.from == *toAddress({host, server.port()}));
    }
}

TEST(DatagramSocket, TakesManyDatagramsInOneRoundInTheirOrder)
{
    DatagramSocket server(loop, {"127.0.0.1", 0}, inbox.receiver());
    DatagramSocket client(loop, {"127.0.0.1", 0}, [](Byte*, std::size_t, const SocketAddress&) {});
    for (unsigned i = 0; i < 50; ++i)
        client.send(std::array<Byte, 1>{static_cast<Byte>(i)}, *toAddress({"127.0.0.1", server.port()}));
    loop.runOnce(Milliseconds(1000));
    LONGS_EQUAL(50, inbox.all.size());
    for (std::size_t i = 0; i < inbox.all.size(); ++i)
        LONGS_EQUAL(i, inbox.all[i][0]);
}

TEST(DatagramSocket, DropsWhatIsLongerThanADatagramMayBe)
{
    DatagramSocket server(loop, {"127.0.0.1", 0}, inbox.receiver());
    DatagramSocket client(loop, {"127.0.0.1", 0}, [](Byte*, std::size_t, const SocketAddress&) {});
    SocketAddress to = *toAddress({"127.0.0.1", server.port()});
    client.send(Bytes(wire::kMaxDatagram + 1), to);
    client.send(Bytes(9000), to);
    client.send(Bytes(wire::kMaxDatagram), to);
    CHECK_TRUE(runUntil(loop, [&] { return !inbox.all.empty(); }));
    LONGS_EQUAL(1, inbox.all.size());
    LONGS_EQUAL(wire::kMaxDatagram, inbox.all[0].size());
}

TEST(DatagramSocket, SaysWhichPortIsInUse)
{
    DatagramSocket first(loop, {"127.0.0.1", 0}, inbox.receiver());
    std::string words;
    try {
        DatagramSocket second(loop, {"127.0.0.1", first.port()}, inbox.receiver());
    }
    catch (const std::runtime_error& error) {
        words = error.what();
    }
    TEXT_EQUAL("port " + std::to_string(first.port()) + " is in use on this machine", words);
}

TEST(DatagramSocket, GoesOnAfterSomethingCouldNotBeDelivered)
{
    DatagramSocket server(loop, {"127.0.0.1", 0}, inbox.receiver());
    std::uint16_t closedPort = 0;
    {
        DatagramSocket gone(loop, {"127.0.0.1", 0}, inbox.receiver());
        closedPort = gone.port();
    }
    server.send(ByteView(std::string_view("lost")), *toAddress({"127.0.0.1", closedPort}));
    server.send(ByteView(std::string_view("lost")), *toAddress({"2001:db8::1", 9}));
    runRounds(loop, 3);
    server.send(ByteView(std::string_view("found")), *toAddress({"127.0.0.1", server.port()}));
    CHECK_TRUE(runUntil(loop, [&] { return inbox.all.size() == 1; }));
}
