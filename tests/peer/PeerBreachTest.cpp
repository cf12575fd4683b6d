// What breaks the protocol closes that link, harms no other, and leaves nothing behind.
#include "PeerFixture.h"
#include "support/sim/RawPeer.h"

using namespace linnet;
using namespace linnet::test;
using peer::EventKind;

TEST_GROUP_BASE(PeerBreaches, PeerFixture)
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");
    RawPeer eve{world.network, world.random, "10.0.0.66", "eve"};

    void setup() override
    {
        befriend(ada, "ada", bob, "bob");
        world.registry.addAccount("eve", eve.identity.publicHalf());
        eve.registryKey = world.registry.publicKey();
    }
    void call()
    {
        eve.forget();
        eve.dial(world.network.dialled(ada.host()));
        world.run(kSecond);
        CHECK_TRUE(eve.link != 0);
    }
    void greet()
    {
        call();
        eve.say(eve.hello());
        world.run(kSecond);
    }
    // As far as both have consented.
    void agree()
    {
        greet();
        if (!ada.chats().find("eve")) {
            eve.say(wire::ChatRequest{""});
            world.run(kSecond);
            answer(ada, "/accept eve");
        }
        else
            eve.say(wire::ChatAnswer{wire::ChatAnswer::Answer::Accept});
        world.run(kSecond);
        CHECK_TRUE(eve.heard<wire::StreamState>().has_value());
    }
    // As far as messages flow.
    void flow()
    {
        agree();
        eve.say(stateAfter(0));
        world.run(kSecond);
        CHECK_TRUE(eve.link != 0);
    }
    wire::StreamState stateAfter(std::uint64_t received)
    {
        wire::StreamState state;
        state.sendingEpoch = 77;
        auto theirs = eve.heard<wire::StreamState>();
        state.receivedEpoch = received ? theirs->sendingEpoch : 0;
        state.received = received;
        return state;
    }
    template <class Packet>
    void breaches(const Packet& packet)
    {
        closes(wire::encode(packet));
    }
    void closes(const wire::Bytes& bytes)
    {
        CHECK_TRUE(eve.link != 0);
        eve.send(bytes);
        world.run(kSecond);
        LONGS_EQUAL(0, eve.link);
        CHECK_TRUE(eve.heard<wire::Goodbye>()->reason == wire::Goodbye::Reason::BadPacket);
        CHECK_TRUE(linked(ada, "bob"));
    }
    void staysOpen()
    {
        world.run(kSecond);
        CHECK_TRUE(eve.link != 0);
    }
};

TEST(PeerBreaches, AnythingBeforeHello)
{
    call();
    breaches(wire::ChatRequest{""});
    call();
    breaches(wire::Message{1, 0, "hi"});
}

TEST(PeerBreaches, ASecondHello)
{
    greet();
    breaches(eve.hello());
}

TEST(PeerBreaches, AHelloWithAMalformedNameOrAnotherKeysBinding)
{
    call();
    wire::Hello hello = eve.hello();
    hello.name = "e";
    breaches(hello);
    call();
    hello = eve.hello();
    hello.binding[5] ^= 1;
    breaches(hello);
}

TEST(PeerBreaches, UnknownTypesAndWrongLengths)
{
    greet();
    closes({0x60, 0});
    greet();
    closes({0x41, 5, 0});
    greet();
    closes({0x41, 1, 0x80});
    greet();
    eve.send(wire::Bytes{0x90, 3, 1, 2, 3}); // unknown and optional
    staysOpen();
}

TEST(PeerBreaches, PacketsOfTheRegistry)
{
    greet();
    breaches(wire::ListOnline{""});
    greet();
    breaches(wire::Done{});
}

TEST(PeerBreaches, StreamPacketsBeforeBothHaveConsented)
{
    greet();
    breaches(wire::StreamState{});
    greet();
    breaches(wire::Ack{0});
}

TEST(PeerBreaches, AMessageBeforeStreamState)
{
    agree();
    breaches(wire::Message{1, 0, "hi"});
}

TEST(PeerBreaches, AnAckOrARestartBeforeStreamState)
{
    agree();
    breaches(wire::Ack{0});
    agree();
    breaches(wire::StreamRestart{5, 0});
}

TEST(PeerBreaches, ASecondStreamState)
{
    flow();
    breaches(stateAfter(0));
}

TEST(PeerBreaches, AGapInTheNumbers)
{
    flow();
    eve.say(wire::Message{1, 0, "one"});
    staysOpen();
    breaches(wire::Message{3, 0, "three"});
    TEXT_EQUAL("one", received(ada, "ada", "eve"));
}

TEST(PeerBreaches, AnAckOfWhatWasNeverSent)
{
    flow();
    breaches(wire::Ack{1});
}

TEST(PeerBreaches, DigestsThatNobodyAskedForAndQueriesOfNothing)
{
    flow();
    breaches(wire::Digests{1, {}});
    flow();
    breaches(wire::DigestQuery{0, 1});
    flow();
    breaches(wire::DigestQuery{1, 0});
    flow();
    breaches(wire::DigestQuery{1, wire::kDigestPage + 1});
}

TEST(PeerBreaches, ARestartWithoutAnEpoch)
{
    flow();
    breaches(wire::StreamRestart{0, 0});
}

TEST(PeerBreaches, TextThatIsNotUtf8OrTooLong)
{
    flow();
    closes({0x44, 4, 1, 0, 0xc3, 0x28});
    flow();
    wire::Bytes body;
    wire::ByteWriter(body).varint(1);
    wire::ByteWriter(body).varint(0);
    body.insert(body.end(), wire::kMaxText + 1, 'x');
    wire::Bytes packet{0x44};
    wire::ByteWriter(packet).varint(body.size());
    wire::append(packet, body);
    closes(packet);
    LONGS_EQUAL(0, ada.count(EventKind::Message, "eve"));
}

TEST(PeerBreaches, SomeoneWhoSaysNothingIsClosedAfterHalfAMinute)
{
    call();
    world.run(40 * kSecond);
    LONGS_EQUAL(0, eve.link);
}

TEST(PeerBreaches, AMessageSentAgainIsAcknowledgedAgainAndShownOnce)
{
    flow();
    eve.say(wire::Message{1, 0, "one"});
    world.run(kSecond);
    eve.forget();
    eve.say(wire::Message{1, 0, "one"});
    staysOpen();
    LONGS_EQUAL(1, eve.heard<wire::Ack>()->number);
    LONGS_EQUAL(1, ada.count(EventKind::Message, "eve"));
}

TEST(PeerBreaches, AHostilePeerCannotFillTheBoard)
{
    greet();
    for (int i = 0; i < 40; ++i) {
        RawPeer another(world.network, world.random, "10.0.1." + std::to_string(i),
                        "eve" + std::to_string(i));
        another.dial(world.network.dialled(ada.host()));
        world.run(kSecond);
        another.say(another.hello());
        another.say(wire::ChatRequest{"hi"});
        world.run(kSecond);
        world.network.stop(another.host(), Death::Process);
    }
    CHECK_TRUE(ada.chats().inquiries().size() <= 16);
    CHECK_TRUE(linked(ada, "bob"));
}
