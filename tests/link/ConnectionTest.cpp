// What goes well between two connections.
#include "link/Connection.h"

#include "LinkFixture.h"
#include "support/TestHarness.h"

using namespace linnet;
using namespace linnet::test;

TEST_GROUP_BASE(Connection, LinkFixture){};

TEST(Connection, OpensOnBothSidesAndKnowsTheOther)
{
    Side& dialler = open();
    Side& answerer = *answering[0];
    BYTES_EQUAL(answerKey.publicKey, dialler.connection->channel().remoteKey());
    BYTES_EQUAL(dialKey.publicKey, answerer.connection->channel().remoteKey());
    BYTES_EQUAL(dialler.connection->channel().handshakeHash(),
                answerer.connection->channel().handshakeHash());
    CHECK_TRUE(dialler.connection->local() == answerer.connection->remote());
    CHECK_TRUE(dialler.connection->remote() == answerer.connection->local());
}

TEST(Connection, DialsNamesAndBothFamilies)
{
    listen();
    for (const char* host : {"localhost", "127.0.0.1", "::1"}) {
        Side& side = dial({host, listener->port()});
        await([&] { return side.opened == 1; });
        CHECK_TRUE(link::toAddress(side.connection->remote()).has_value()); // numeric now
    }
}

TEST(Connection, CarriesPacketsBothWaysInTheirOrder)
{
    Side& dialler = open();
    Side& answerer = *answering[0];
    Bytes sent;
    for (wire::Byte i = 0; i < 100; ++i) {
        wire::append(sent, packetOf(i, i));
        dialler.connection->sendEncoded(packetOf(i, i));
        if (i % 7 == 0) runRounds(loop, 1);
    }
    await([&] { return answerer.received.size() == sent.size(); });
    BYTES_EQUAL(sent, answerer.received);
    answerer.connection->send(wire::Goodbye{wire::Goodbye::Reason::Idle});
    await([&] { return dialler.records == 1; });
}

TEST(Connection, PacketsOfOneRoundShareARecord)
{
    Side& dialler = open();
    Side& answerer = *answering[0];
    for (int i = 0; i < 10; ++i)
        dialler.connection->sendEncoded(packetOf(20));
    await([&] { return answerer.received.size() == 10 * packetOf(20).size(); });
    LONGS_EQUAL(1, answerer.records);
}

TEST(Connection, WhatIsSentBeforeItIsOpenLeavesWhenItIs)
{
    listen();
    whenAccepted = [](Side& side) { side.connection->sendEncoded(packetOf(5, 'a')); };
    Side& dialler = dial();
    dialler.connection->sendEncoded(packetOf(7, 'd'));
    await([&] { return dialler.records == 1 && answering[0]->records == 1; });
    BYTES_EQUAL(packetOf(5, 'a'), dialler.received);
    BYTES_EQUAL(packetOf(7, 'd'), answering[0]->received);
}

TEST(Connection, MayAnswerFromInsideItsCallbacks)
{
    listen();
    whenAccepted = [](Side& side) {
        side.whenRecord = [&side] { side.connection->sendEncoded(packetOf(side.received.size())); };
    };
    Side& dialler = dial();
    dialler.whenOpen = [&] { dialler.connection->sendEncoded(packetOf(1)); };
    dialler.whenRecord = [&] {
        if (dialler.records < 20) dialler.connection->sendEncoded(packetOf(1));
    };
    await([&] { return dialler.records == 20; });
}

TEST(Connection, TellsWhenAFullQueueHasDrained)
{
    Side& dialler = open();
    Side& answerer = *answering[0];
    std::size_t sent = 0;
    while (!dialler.connection->full()) {
        dialler.connection->sendEncoded(packetOf(4000));
        sent += packetOf(4000).size();
    }
    LONGS_EQUAL(0, dialler.drained); // never from inside send()
    await([&] { return dialler.drained == 1 && answerer.received.size() == sent; });
    CHECK_FALSE(dialler.connection->full());
    LONGS_EQUAL(0, answerer.drained);
}

TEST(Connection, CarriesMegabytesToAReceiverThatPausesByBackPressureAlone)
{
    constexpr std::size_t kTotal = 8 << 20;
    Side& dialler = open();
    Side& answerer = *answering[0];
    std::size_t sent = 0;
    auto fill = [&] {
        while (sent < kTotal && !dialler.connection->full()) {
            Bytes packet = packetOf(8000);
            dialler.connection->sendEncoded(packet);
            sent += packet.size();
        }
        return answerer.received.size() >= kTotal;
    };
    CHECK_TRUE(runUntil(loop, fill, Milliseconds(20000)));
    await([&] { return answerer.received.size() == sent; });
    LONGS_EQUAL(0, dialler.closes);
    CHECK_TRUE(dialler.drained > 0);
}

TEST(Connection, AnOpenButSilentLinkCostsNothing)
{
    open();
    Cost cost = costOfRunning(loop, kIdle);
    CHECK_TRUE(cost.wakeUps <= 3); // the handshake's timers are gone, too
    CHECK_TRUE(cost.cpu.count() < kIdleCpu);
}

TEST(Connection, TwoHundredLinksShareOneLoop)
{
    constexpr std::size_t kLinks = 200;
    listen();
    whenAccepted = [](Side& side) {
        side.whenRecord = [&side] { side.connection->sendEncoded(packetOf(3)); };
    };
    for (std::size_t i = 0; i < kLinks; ++i) {
        Side& side = dial();
        side.whenOpen = [&side] { side.connection->sendEncoded(packetOf(3)); };
    }
    auto allAnswered = [&] {
        return std::all_of(dialling.begin(), dialling.end(),
                           [](const auto& side) { return side->records == 1; });
    };
    CHECK_TRUE(runUntil(loop, allAnswered, Milliseconds(20000)));
    LONGS_EQUAL(kLinks, answering.size());
}
