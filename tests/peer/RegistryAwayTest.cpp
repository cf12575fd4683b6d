// The registry restarts or goes away: chats go on, and everyone comes back by himself.
#include "PeerFixture.h"

using namespace linnet;
using namespace linnet::test;
using peer::EventKind;

TEST_GROUP_BASE(RegistryAway, TwoFriends){bool bothOnline(){return ada.online() && bob.online();
}
std::size_t sessions()
{
    return world.registry.service().presence().size();
}
}
;

TEST(RegistryAway, ARestartedRegistryKnowsNobodyAndBothComeBackByThemselves)
{
    world.registry.restart();
    LONGS_EQUAL(0, sessions());
    CHECK_TRUE(world.runUntil([&] { return sessions() == 2 && bothOnline(); }, kMinute));
    LONGS_EQUAL(1, linksBetween(ada, bob));
}

TEST(RegistryAway, ChatsGoOnWhileItIsAway)
{
    world.registry.stop(Death::Power);
    world.run(5 * kMinute);
    CHECK_FALSE(ada.online());
    LONGS_EQUAL(1, ada.count(EventKind::RegistryLost));
    answer(ada, "still here?");
    CHECK_TRUE(shows(bob, "ada: still here?"));
    CHECK_TRUE(shows(ada, "delivered to bob"));
}

TEST(RegistryAway, FriendsFindEachOtherAgainWhileItIsAway)
{
    world.registry.stop(Death::Power);
    world.run(3 * kMinute);
    bob.die(Death::Process);
    bob.boot();
    answer(ada, "welcome back");
    CHECK_TRUE(world.runUntil([&] { return received(bob, "bob", "ada") == "welcome back"; }, 10 * kMinute));
}

TEST(RegistryAway, ItIsToldOnceAndTheReturnToo)
{
    world.registry.stop(Death::Process);
    world.run(kHour);
    world.registry.start();
    CHECK_TRUE(world.runUntil([&] { return bothOnline(); }, 2 * kMinute));
    LONGS_EQUAL(1, ada.count(EventKind::RegistryLost));
    LONGS_EQUAL(2, ada.count(EventKind::RegistryOnline));
}

TEST(RegistryAway, ManyBoardsDoNotComeBackAtOnce)
{
    for (int i = 0; i < 10; ++i)
        world.addBoard("person" + std::to_string(i));
    world.run(kMinute);
    world.registry.restart();
    Milliseconds first{0};
    world.runUntil([&] { return sessions() > 0; }, 2 * kMinute);
    first = world.clock.uptime();
    CHECK_TRUE(world.runUntil([&] { return sessions() == 12; }, 2 * kMinute));
    CHECK_TRUE(world.clock.uptime() - first > 5 * kSecond);
}

TEST(RegistryAway, WhereNoDatagramGetsThroughHeartbeatsGoOverTcp)
{
    world.network.blockDatagrams(ada.host(), true);
    world.run(10 * kMinute);
    CHECK_TRUE(ada.online());
    CHECK_TRUE(ada.peer().registry()->overTcp());
    LONGS_EQUAL(0, ada.count(EventKind::RegistryLost));
    bob.type("/find ada");
    CHECK_TRUE(shows(bob, "ada  online"));
    world.network.blockDatagrams(ada.host(), false);
    CHECK_TRUE(world.runUntil([&] { return !ada.peer().registry()->overTcp(); }, 10 * kMinute));
}

TEST(RegistryAway, ANoticeReachesWhoHasNoDatagrams)
{
    world.network.blockDatagrams(ada.host(), true);
    world.run(5 * kMinute);
    bob.die(Death::Process);
    world.run(2 * kMinute);
    answer(ada, "when you are back");
    world.run(kMinute);
    bob.boot();
    CHECK_TRUE(world.runUntil([&] { return bob.online(); }, kMinute));
    CHECK_TRUE(
        world.runUntil([&] { return received(bob, "bob", "ada") == "when you are back"; }, 2 * kSecond));
}

TEST(RegistryAway, ANoticeThatIsLostIsMadeUpForByAskingAgain)
{
    bob.die(Death::Process);
    world.run(2 * kMinute);
    answer(ada, "sooner or later");
    world.run(kMinute);
    world.network.setPath(ada.host(), world.registry.host(), false);
    bob.boot();
    world.run(20 * kSecond);
    world.network.healAll();
    bob.chats().setOpen(bob.chats().find("ada")->id, false);
    CHECK_TRUE(world.runUntil([&] { return received(bob, "bob", "ada") == "sooner or later"; }, kHour));
    LONGS_EQUAL(0, ada.count(EventKind::RegistryLost));
}

TEST(RegistryAway, ARouterThatForgetsItsTranslationsCostsNoPresence)
{
    for (int i = 0; i < 20; ++i) {
        world.network.moveDatagrams(ada.host());
        world.run(50 * kSecond);
    }
    CHECK_TRUE(ada.online());
    LONGS_EQUAL(0, ada.count(EventKind::RegistryLost));
    LONGS_EQUAL(2, sessions());
}

TEST(RegistryAway, LostAndRepeatedDatagramsAreNoTrouble)
{
    world.network.conditions.datagramsLost = 30;
    world.network.conditions.datagramsTwice = 30;
    world.run(2 * kHour);
    LONGS_EQUAL(2, sessions());
    CHECK_TRUE(bothOnline());
}
