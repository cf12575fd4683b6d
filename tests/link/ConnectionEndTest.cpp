// How connections end: each kind of reason, told once, and never told to one who closed it himself.
#include "LinkFixture.h"
#include "support/TestHarness.h"

using namespace linnet;
using namespace linnet::test;
using Kind = CloseReason::Kind;

#define CHECK_REASON(kindExpected, wordsExpected, side)                                                      \
    do {                                                                                                     \
        LONGS_EQUAL(1, (side).closes);                                                                       \
        CHECK_TRUE(Kind::kindExpected == (side).reason.kind);                                                \
        TEXT_EQUAL(wordsExpected, (side).reason.words);                                                      \
        CHECK_TRUE((side).connection->closed());                                                             \
    } while (false)

TEST_GROUP_BASE(ConnectionEnd, LinkFixture){
    void awaitClosed(const Side& side){LONGS_EQUAL(0, side.closes); // never from inside the constructor
await([&] { return side.closes > 0; });
runRounds(loop, 3);
}
}
;

TEST(ConnectionEnd, ADialToAClosedPortIsRefused)
{
    std::uint16_t port = 0;
    {
        Descriptor socket = link::openBound(SOCK_STREAM, {"127.0.0.1", 0});
        port = link::localAddress(socket.get()).port;
    }
    Side& side = dial({"127.0.0.1", port});
    awaitClosed(side);
    CHECK_REASON(Unreachable, "connection refused", side);
    LONGS_EQUAL(0, side.opened);
}

TEST(ConnectionEnd, ADialTriesEachAddressOfAName)
{
    listener = std::make_unique<link::Listener>(loop, Endpoint{"127.0.0.1", 0}, [](int fd, const Endpoint&) {
        ::close(fd); // reached, whichever address of localhost came first
    });
    Side& side = dial({"localhost", listener->port()});
    awaitClosed(side);
    CHECK_TRUE(side.reason.kind == Kind::ByOther);
}

TEST(ConnectionEnd, ADialToANameThatDoesNotExistSaysSo)
{
    Side& side = dial({"nobody.onion", 5858});
    awaitClosed(side);
    CHECK_REASON(Unreachable, "name not found", side);
}

TEST(ConnectionEnd, ADialThatNobodyAnswersTimesOut)
{
    // A listener with a full backlog does not answer at all.
    Descriptor socket = link::openBound(SOCK_STREAM, {"127.0.0.1", 0});
    LONGS_EQUAL(0, ::listen(socket.get(), 0));
    std::uint16_t port = link::localAddress(socket.get()).port;
    timing.dial = Milliseconds(60);
    timing.handshake = Milliseconds(60);
    std::size_t unreachable = 0;
    for (int i = 0; i < 4; ++i)
        dial({"127.0.0.1", port});
    for (auto& side : dialling) {
        await([&] { return side->closes == 1; });
        unreachable += side->reason.kind == Kind::Unreachable && side->reason.words == "timed out";
    }
    CHECK_TRUE(unreachable >= 2);
}

TEST(ConnectionEnd, ASilentAnswererTimesOut)
{
    Descriptor socket = link::openBound(SOCK_STREAM, {"127.0.0.1", 0});
    LONGS_EQUAL(0, ::listen(socket.get(), 5));
    timing.handshake = Milliseconds(30);
    Side& side = dial({"127.0.0.1", link::localAddress(socket.get()).port});
    awaitClosed(side);
    CHECK_REASON(TimedOut, "the handshake took too long", side);
}

TEST(ConnectionEnd, ASilentDiallerTimesOut)
{
    timing.handshake = Milliseconds(30);
    listen();
    Descriptor silent = rawDial();
    await([&] { return !answering.empty() && answering[0]->closes == 1; });
    CHECK_REASON(TimedOut, "the handshake took too long", *answering[0]);
}

TEST(ConnectionEnd, AnotherKeyThanExpectedFailsAndShowsTheAnswererNoIdentity)
{
    listen();
    Side& side = dial(dialKey.publicKey);
    awaitClosed(side);
    CHECK_REASON(Failed, secure::describe(Channel::Failure::UnexpectedKey), side);
    CHECK_TRUE(side.reason.failure == Channel::Failure::UnexpectedKey);
    await([&] { return answering[0]->closes == 1; });
    CHECK_REASON(ByOther, "closed during the handshake", *answering[0]);
    LONGS_EQUAL(0, answering[0]->opened);
}

TEST(ConnectionEnd, AStrangerIsShutOut)
{
    listen();
    Descriptor stranger = rawDial();
    std::string_view request = "GET / HTTP/1.1\r\nHost: example\r\n\r\n";
    LONGS_EQUAL(request.size(), ::send(stranger.get(), request.data(), request.size(), MSG_NOSIGNAL));
    await([&] { return !answering.empty() && answering[0]->closes == 1; });
    CHECK_REASON(Failed, secure::describe(Channel::Failure::NotLinnet), *answering[0]);
}

TEST(ConnectionEnd, TheGreetingThatExplainsAMismatchIsSentBeforeItIsClosed)
{
    listen();
    Descriptor other = rawDial();
    wire::GreetingBytes greeting = wire::encode(wire::Greeting{wire::Role::PeerRegistry});
    LONGS_EQUAL(greeting.size(), ::send(other.get(), greeting.data(), greeting.size(), MSG_NOSIGNAL));
    await([&] { return !answering.empty() && answering[0]->closes == 1; });
    CHECK_REASON(Failed, secure::describe(Channel::Failure::OtherRole), *answering[0]);

    wire::GreetingBytes answer{};
    LONGS_EQUAL(answer.size(), ::recv(other.get(), answer.data(), answer.size(), MSG_WAITALL));
    CHECK_TRUE(wire::decodeGreeting(answer)->role == wire::Role::PeerPeer);
}

TEST(ConnectionEnd, AStrangerWhoAnswersIsToldApart)
{
    std::vector<Descriptor> strangers;
    listener = std::make_unique<link::Listener>(loop, Endpoint{"", 0}, [&](int fd, const Endpoint&) {
        strangers.emplace_back(fd);
        (void)link::trySend(fd, ByteView(std::string_view("SSH-2.0-example\r\n")));
    });
    Side& side = dial();
    awaitClosed(side);
    CHECK_REASON(Failed, secure::describe(Channel::Failure::NotLinnet), side);
}

TEST(ConnectionEnd, ARefusalForLackOfRoomIsUnderstood)
{
    listener = std::make_unique<link::Listener>(loop, Endpoint{"", 0}, [&](int fd, const Endpoint&) {
        (void)link::trySend(fd, Channel::refusal());
        ::close(fd);
    });
    Side& side = dial();
    awaitClosed(side);
    CHECK_REASON(Failed, secure::describe(Channel::Failure::Refused), side);
}

TEST(ConnectionEnd, TheOtherSideHearsOfAClose)
{
    Side& dialler = open();
    dialler.connection->close();
    CHECK_TRUE(dialler.connection->closed());
    await([&] { return answering[0]->closes == 1; });
    CHECK_REASON(ByOther, "closed", *answering[0]);
    LONGS_EQUAL(0, dialler.closes); // he knows
}

TEST(ConnectionEnd, AnotherWhoClosesHalfIsClosedAfterWhatHeHasSentWasDelivered)
{
    Side& dialler = open();
    Side& answerer = *answering[0];
    dialler.connection->sendEncoded(packetOf(30));
    dialler.connection->close();
    answerer.connection->sendEncoded(packetOf(30)); // into the void; must not lose what comes
    await([&] { return answerer.closes == 1; });
    BYTES_EQUAL(packetOf(30), answerer.received);
    CHECK_TRUE(answerer.reason.kind == Kind::ByOther);
}

TEST(ConnectionEnd, CloseStillSendsWhatIsQueued)
{
    Side& dialler = open();
    dialler.connection->sendEncoded(packetOf(4000));
    dialler.connection->send(wire::Goodbye{wire::Goodbye::Reason::ShuttingDown});
    dialler.connection->close();
    dialler.connection->sendEncoded(packetOf(1)); // not any more
    await([&] { return answering[0]->closes == 1; });
    Bytes expected = packetOf(4000);
    wire::encode(wire::Goodbye{wire::Goodbye::Reason::ShuttingDown}, expected);
    BYTES_EQUAL(expected, answering[0]->received);
}

TEST(ConnectionEnd, AQueueBeyondItsLimitEndsItButNotFromInsideSend)
{
    Side& dialler = open();
    for (int i = 0; i < 2000 && !dialler.connection->closed(); ++i) // nobody reads meanwhile
        dialler.connection->sendEncoded(packetOf(8000));
    LONGS_EQUAL(0, dialler.closes);
    await([&] { return dialler.closes == 1; });
    CHECK_REASON(Overflow, "it took no more of what was sent", dialler);
    CHECK_TRUE(dialler.connection->channel().queued() < link::kQueueLimit + 8192);
}

TEST(ConnectionEnd, AQueueOverflowsWhileDiallingToo)
{
    listen();
    Side& dialler = dial();
    for (int i = 0; i < 40; ++i)
        dialler.connection->sendEncoded(packetOf(8000));
    awaitClosed(dialler);
    CHECK_TRUE(dialler.reason.kind == Kind::Overflow);
    LONGS_EQUAL(0, dialler.opened);
}

TEST(ConnectionEnd, NothingFollowsACloseFromInsideACallback)
{
    Side& dialler = open();
    Side& answerer = *answering[0];
    answerer.whenRecord = [&] { answerer.connection->close(); };
    for (int i = 0; i < 5; ++i) { // five records that arrive together
        dialler.connection->sendEncoded(packetOf(8000));
    }
    await([&] { return dialler.closes == 1; });
    LONGS_EQUAL(1, answerer.records);
    LONGS_EQUAL(0, answerer.closes);
}

TEST(ConnectionEnd, ItMayBeDestroyedByATaskThatAnyCallbackPosts)
{
    listen();
    auto bury = [this](Side& side) { loop.post([&side] { side.connection.reset(); }); };
    whenAccepted = [&](Side& side) {
        side.whenRecord = [&] {
            side.connection->sendEncoded(packetOf(10)); // asks for the end of the round, which comes too late
            bury(side);
        };
    };
    Side& first = dial();
    first.whenOpen = [&] {
        first.connection->sendEncoded(packetOf(10));
        first.connection->sendEncoded(packetOf(8000));
    };
    first.whenClosed = [&] { bury(first); };
    Side& second = dial();
    second.whenOpen = [&] {
        second.connection->close();
        bury(second);
    };
    await([&] { return !first.connection && !second.connection; });
    LONGS_EQUAL(1, first.closes);
    LONGS_EQUAL(0, second.closes);
}

TEST(ConnectionEnd, ItMayBeDestroyedAtAnyTimeOutsideOfItsCallbacks)
{
    listen();
    for (int rounds = 0; rounds < 12; ++rounds) {
        Side& side = dial({"localhost", listener->port()});
        side.connection->sendEncoded(packetOf(10));
        runRounds(loop, rounds);
        side.connection.reset();
    }
    runRounds(loop, 10);
    for (const auto& side : dialling)
        LONGS_EQUAL(0, side->closes);
}
