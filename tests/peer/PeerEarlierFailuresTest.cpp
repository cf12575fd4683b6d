// What earlier programs of this kind did on bad input, as far as it concerns a peer. The numbers are theirs; those of
// the registry are in tests/registry/EarlierFailuresTest.cpp.
#include "PeerFixture.h"
#include "support/sim/RawPeer.h"

using namespace linnet;
using namespace linnet::test;
using peer::EventKind;

TEST_GROUP_BASE(PeerEarlierFailures, TwoFriends){};

TEST(PeerEarlierFailures, B2_ATextOfManyBytesIsCutNowhere)
{
    std::string text;
    while (text.size() + 3 <= wire::kMaxText)
        text += "\u20ac";
    answer(ada, text);
    world.run(5 * kSecond);
    TEXT_EQUAL(text, received(bob, "bob", "ada"));
}

TEST(PeerEarlierFailures, B6_APeerThatConnectsAndStaysSilentHoldsUpNobody)
{
    RawPeer silent(world.network, world.random, "10.0.0.66", "eve");
    silent.dial(world.network.dialled(bob.host()));
    world.run(kSecond);
    answer(ada, "not held up");
    CHECK_TRUE(shows(bob, "ada: not held up", 2 * kSecond));
}

TEST(PeerEarlierFailures, B8_AnEmptyLineAndARegistryThatClosesHarmNothing)
{
    ada.type("");
    world.registry.stop(Death::Process);
    STRCMP_CONTAINS("no: ", answer(ada, "/who").c_str());
    answer(ada, "still here");
    CHECK_TRUE(shows(bob, "ada: still here"));
}

TEST(PeerEarlierFailures, B9_AKilledRegistryShowsNobodyOnlineWhoIsNotAndNobodyNeedsToActToReturn)
{
    bob.die(Death::Power);
    world.registry.restart();
    CHECK_TRUE(world.runUntil([&] { return world.registry.service().presence().size() == 1; }, kMinute));
    CHECK_TRUE(world.runUntil([&] { return ada.online(); }, kMinute));
    TEXT_EQUAL("ok: 1 online", answer(ada, "/who"));
}

TEST(PeerEarlierFailures, B11_APeerThatVanishesIsNoticedAndCostsNothing)
{
    bob.die(Death::Process);
    world.run(kSecond);
    CHECK_FALSE(linked(ada, "bob"));
    LONGS_EQUAL(0, ada.chats().linkCount());
    world.run(2 * kMinute);
    // Nothing is due sooner than a heartbeat: no spinning.
    std::size_t steps = 0;
    Milliseconds last = world.clock.uptime();
    world.runUntil(
        [&] {
            if (world.clock.uptime() != last) ++steps;
            last = world.clock.uptime();
            return false;
        },
        10 * kMinute);
    CHECK_TRUE(steps < 10 * 60);
}

TEST(PeerEarlierFailures, B12_TwoMessagesInOneRecordAreTwo)
{
    RawPeer zoe(world.network, world.random, "10.0.0.66", "zoe");
    zoe.dial(world.network.dialled(ada.host()));
    world.run(kSecond);
    wire::Bytes together = wire::encode(zoe.hello());
    wire::encode(wire::ChatRequest{""}, together);
    zoe.send(together);
    CHECK_TRUE(shows(ada, "zoe asks to chat"));
    answer(ada, "/accept zoe");
    world.run(kSecond);
    wire::StreamState state;
    state.sendingEpoch = 5;
    together = wire::encode(state);
    wire::encode(wire::Message{1, 0, "one"}, together);
    wire::encode(wire::Message{2, 0, "two"}, together);
    zoe.send(together);
    world.run(kSecond);
    TEXT_EQUAL("one two", received(ada, "ada", "zoe"));
}

TEST(PeerEarlierFailures, B13_ListsOfAnySizeAreShownWholeAndNothingOfThemIsEvaluated)
{
    for (int i = 0; i < 150; ++i)
        world.registry.addAccount("user" + std::to_string(1000 + i),
                                  secure::Identity::make(world.random).publicHalf());
    answer(ada, "/find user1*");
    CHECK_TRUE(ada.view.shows("user1000"));
    CHECK_TRUE(ada.view.shows("and more: a longer beginning finds fewer"));
}

TEST(PeerEarlierFailures, B14_WordsWhereANumberIsWantedAreOneSentence)
{
    TEXT_EQUAL("no: there is no history with many", answer(ada, "/history bob many"));
    answer(ada, "/menu");
    TEXT_EQUAL("no: the menu has no 42", answer(ada, "42"));
    CHECK_TRUE(ada.online());
}

TEST(PeerEarlierFailures, B15_APasswordMayHoldSpaces)
{
    SimulatedBoard& home = world.addBoard();
    home.openConsole();
    answer(home, "/register zoe");
    answer(home, "a pass phrase with spaces");
    TEXT_EQUAL("ok: logged in as zoe", answer(home, "a pass phrase with spaces"));
    SimulatedBoard& other = world.addBoard();
    other.openConsole();
    answer(other, "/login zoe");
    TEXT_EQUAL("no: wrong name or password", answer(other, "a pass phrase"));
    world.run(kMinute);
    answer(other, "/login zoe");
    TEXT_EQUAL("ok: logged in as zoe", answer(other, "a pass phrase with spaces"));
}

TEST(PeerEarlierFailures, B16_AWrongPasswordAndADuplicateNameAreAnswersAndNoCrash)
{
    SimulatedBoard& home = world.addBoard();
    home.openConsole();
    answer(home, "/register zoe");
    answer(home, kPassword);
    answer(home, kPassword);
    SimulatedBoard& other = world.addBoard();
    other.openConsole();
    answer(other, "/login zoe");
    TEXT_EQUAL("no: wrong name or password", answer(other, "wrong horse"));
    answer(other, "/register zoe");
    answer(other, kPassword);
    STRCMP_CONTAINS("taken", answer(other, kPassword).c_str());
    TEXT_EQUAL("ok", answer(other, "/status"));
}

TEST(PeerEarlierFailures, B17_MoreThanAHundredAccountsAreNothingSpecial)
{
    for (int i = 0; i < 120; ++i)
        world.addBoard("user" + std::to_string(i));
    world.run(kMinute);
    for (auto& board : world.boards)
        CHECK_TRUE(board->online());
    TEXT_EQUAL("ok: 122 online", answer(ada, "/who"));
}

TEST(PeerEarlierFailures, B18_ColonsAreTextAndAHistoryShowsOnlyItsOwnConversation)
{
    SimulatedBoard& eve = person("eve");
    befriend(bob, "bob", eve, "eve");
    SimulatedBoard& fresh = world.addBoard();
    fresh.openConsole();
    STRCMP_CONTAINS("no: a name has", answer(fresh, "/register a:b").c_str());
    answer(bob, "secret: for eve");
    answer(bob, "/chat ada");
    answer(bob, "ada: bob: hello");
    CHECK_TRUE(shows(ada, "bob: ada: bob: hello"));
    answer(bob, "/history ada");
    CHECK_FALSE(bob.view.shows("for eve"));
}

TEST(PeerEarlierFailures, B19_ALinkThatNobodyWantsAnyMoreIsNotKeptForEver)
{
    RawPeer probe(world.network, world.random, "10.0.0.66", "eve");
    probe.dial(world.network.dialled(bob.host()));
    world.run(kSecond);
    world.network.stop(probe.host(), Death::Power);
    world.run(3 * kMinute);
    LONGS_EQUAL(1, bob.chats().linkCount());
}

TEST(PeerEarlierFailures, B20_UnknownCommandsAndMissingWordsAreAnswered)
{
    STRCMP_CONTAINS("did you mean /chat?", answer(ada, "/chta bob").c_str());
    TEXT_EQUAL("no: usage: /chat NAME [WORDS]", answer(ada, "/chat"));
    answer(ada, "goes on");
    CHECK_TRUE(shows(bob, "ada: goes on"));
}

TEST(PeerEarlierFailures, B21_TextOverTheLimitIsRefusedWithTheLimitAndNotCut)
{
    STRCMP_CONTAINS("the limit is 4096", answer(ada, std::string(5000, 'x')).c_str());
    answer(ada, std::string(2000, 'y'));
    world.run(5 * kSecond);
    TEXT_EQUAL(std::string(2000, 'y'), received(bob, "bob", "ada"));
}
