// How two boards come to be linked, and whom a link is refused.
#include "PeerFixture.h"
#include "support/sim/RawPeer.h"

using namespace linnet;
using namespace linnet::test;
using peer::EventKind;

TEST_GROUP_BASE(LinkScenarios, TwoFriends){void unlink(){world.network.setPath(ada.host(), bob.host(), false);
world.run(3 * kMinute);
CHECK_FALSE(linked(ada, "bob"));
world.network.healAll();
}
bool delivered(const std::string& text, Milliseconds within)
{
    return world.runUntil([&] { return received(bob, "bob", "ada") == text; }, within);
}
}
;

TEST(LinkScenarios, CrossingDialsEndWithOneLinkOnBothSides)
{
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        SimulatedWorld crossing(seed);
        crossing.network.conditions.mostLatency = Milliseconds(1 + seed * 20);
        SimulatedBoard& one = crossing.addBoard("one");
        SimulatedBoard& two = crossing.addBoard("two");
        crossing.run(10 * kSecond);
        auto open = [](SimulatedBoard& board, const std::string& name) {
            board.chats().open(name, {}, [](const std::optional<peer::Problem>&, peer::ContactId) {});
        };
        open(one, "two");
        open(two, "one");
        crossing.run(30 * kSecond);
        LONGS_EQUAL(1, crossing.network.connectionsBetween(one.host(), two.host()));
        CHECK_TRUE(one.chats().isLinked(one.chats().find("two")->id));
        CHECK_TRUE(two.chats().isLinked(two.chats().find("one")->id));
        one.chats().say(one.chats().find("two")->id, "over it",
                        [](const std::optional<peer::Problem>&, std::uint64_t) {});
        CHECK_TRUE(
            crossing.runUntil([&] { return two.texts("two", "one", false).size() == 1; }, 10 * kSecond));
    }
}

TEST(LinkScenarios, WhoRebootsIsLinkedAgainAlthoughTheOldLinkIsNotKnownToBeDead)
{
    bob.die(Death::Power);
    bob.boot();
    answer(ada, "after the power cut");
    CHECK_TRUE(delivered("after the power cut", kMinute));
    world.run(3 * kMinute);
    LONGS_EQUAL(1, linksBetween(ada, bob));
    LONGS_EQUAL(1, ada.chats().linkCount());
}

TEST(LinkScenarios, WhoCannotBeDialledIsAskedToCallBack)
{
    unlink();
    world.network.hide(bob.host(), true);
    answer(ada, "call me");
    CHECK_TRUE(delivered("call me", kMinute));
}

TEST(LinkScenarios, WhereNeitherCanDialTheConsoleNamesThePortToOpen)
{
    world.network.hide(bob.host(), true);
    world.network.hide(ada.host(), true);
    unlink();
    CHECK_TRUE(shows(ada, "bob is online but not reachable", 2 * kMinute));
    CHECK_TRUE(ada.view.shows("must open its TCP port (here 5858)"));
    TEXT_EQUAL("ok: #1 queued", answer(ada, "nobody hears"));
    world.run(kHour);
    LONGS_EQUAL(1, ada.count(EventKind::NotReachable));
    world.network.hide(ada.host(), false);
    CHECK_TRUE(delivered("nobody hears", 10 * kMinute));
}

TEST(LinkScenarios, ADroppedLinkIsDialledAgainByItself)
{
    world.network.breakConnection(0, false);
    world.network.breakConnection(1, false);
    world.run(3 * kSecond);
    CHECK_TRUE(world.runUntil([&] { return linked(ada, "bob") && linked(bob, "ada"); }, kMinute));
    LONGS_EQUAL(1, linksBetween(ada, bob));
}

TEST(LinkScenarios, ABoardThatChangesItsAddressIsFoundAgain)
{
    bob.die(Death::Process);
    world.run(3 * kMinute);
    answer(ada, "where are you");
    world.network.moveTo(bob.host(), "10.0.0.99");
    bob.boot();
    CHECK_TRUE(delivered("where are you", kMinute));
}

TEST(LinkScenarios, AKeyTheRegistryNamesAnewIsAKeyChangeNothingIsSentAndTheOutboxIsKept)
{
    bob.die(Death::Process);
    world.run(3 * kMinute);
    answer(ada, "for bob alone");
    RawPeer impostor(world.network, world.random, "10.0.0.66", "bob");
    world.registry.accounts.byName["bob"].identity = impostor.identity.publicHalf();
    bob.accounts.identities.insert_or_assign("bob", impostor.identity);
    bob.boot();
    CHECK_TRUE(shows(ada, "KEY CHANGED, bob", 2 * kMinute));
    world.run(kHour);
    TEXT_EQUAL("", received(bob, "bob", "ada"));
    LONGS_EQUAL(1, waiting(ada, "bob"));
    LONGS_EQUAL(1, ada.count(EventKind::KeyChanged));
    STRCMP_CONTAINS("no: bob has a new key: nothing is sent before you trust it",
                    answer(ada, "more").c_str());
}

TEST(LinkScenarios, AWrongKeyAtARememberedAddressMeansNotThere)
{
    world.registry.stop(Death::Power);
    bob.die(Death::Power);
    world.run(3 * kMinute);
    world.network.moveTo(bob.host(), "10.0.0.77");
    RawPeer other(world.network, world.random, "10.0.0.2", "someone");
    answer(ada, "not for someone");
    world.run(kHour);
    LONGS_EQUAL(0, other.opened);
    LONGS_EQUAL(0, ada.count(EventKind::KeyChanged));
    LONGS_EQUAL(1, waiting(ada, "bob"));
}

TEST(LinkScenarios, AStrangerWithoutACommonRegistryIsShownAsUnconfirmed)
{
    RawPeer stranger(world.network, world.random, "10.0.0.66", "zoe");
    stranger.dial(world.network.dialled(ada.host()));
    world.run(kSecond);
    stranger.say(stranger.hello());
    stranger.say(wire::ChatRequest{"trust me"});
    CHECK_TRUE(shows(ada, "zoe asks to chat: trust me (name not confirmed)"));
    TEXT_EQUAL("ok: talking to zoe", answer(ada, "/accept zoe"));
    world.run(kSecond);
    CHECK_TRUE(stranger.heard<wire::ChatAnswer>()->answer == wire::ChatAnswer::Answer::Accept);
}

TEST(LinkScenarios, AStrangerWhoTakesAFriendsNameIsRefused)
{
    RawPeer stranger(world.network, world.random, "10.0.0.66", "bob");
    for (const Key& registryKey : {Key{}, world.registry.publicKey()}) {
        stranger.registryKey = registryKey;
        stranger.dial(world.network.dialled(ada.host()));
        world.run(kSecond);
        stranger.say(stranger.hello());
        stranger.say(wire::ChatRequest{"it is me"});
        world.run(10 * kSecond);
        LONGS_EQUAL(0, stranger.link);
    }
    LONGS_EQUAL(2, stranger.opened);
    LONGS_EQUAL(0, ada.count(EventKind::ChatRequested));
    CHECK_TRUE(linked(ada, "bob"));
}

TEST(LinkScenarios, NobodyTalksWhoHasNotBeenAccepted)
{
    RawPeer stranger(world.network, world.random, "10.0.0.66", "zoe");
    stranger.dial(world.network.dialled(ada.host()));
    world.run(kSecond);
    stranger.say(stranger.hello());
    stranger.say(wire::Message{1, 0, "buy this"});
    world.run(kSecond);
    LONGS_EQUAL(0, stranger.link);
    LONGS_EQUAL(0, ada.count(EventKind::Message));
}
