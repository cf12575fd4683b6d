// Finding someone, asking, being answered, and talking.
#include "PeerFixture.h"

using namespace linnet;
using namespace linnet::test;

TEST_GROUP_BASE(Chatting, PeerFixture){};

TEST(Chatting, FindTellsWhereSomeoneIsAndTheKeyOfTheBoard)
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");
    TEXT_EQUAL("ok", answer(ada, "/find bob"));
    CHECK_TRUE(ada.view.shows("bob  online at 10.0.0.2:5858"));
    CHECK_TRUE(ada.view.shows(secure::fingerprint(bob.chats().identity().publicHalf().key)));
    answer(bob, "/logout");
    answer(ada, "/find bo*");
    CHECK_TRUE(ada.view.shows("bob  offline, last seen"));
    TEXT_EQUAL("no: there is no user of this name", answer(ada, "/find zoe"));
}

TEST(Chatting, WhoListsEveryoneOnlineAndOneself)
{
    SimulatedBoard& ada = person("ada");
    person("bob");
    TEXT_EQUAL("ok: 2 online", answer(ada, "/who"));
    CHECK_TRUE(ada.view.shows("ada  (you)"));
    CHECK_TRUE(ada.view.shows("bob"));
}

TEST(Chatting, ARequestShowsItsWordsAndOnceAcceptedLinesGoBothWays)
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");
    std::string asked = answer(ada, "/chat bob it is me, ada");
    STRCMP_CONTAINS("ok: bob is asked to chat", asked.c_str());
    CHECK_TRUE(shows(bob, "ada asks to chat: it is me, ada"));
    TEXT_EQUAL("ok: talking to ada", answer(bob, "/accept ada"));
    CHECK_TRUE(shows(ada, "bob accepted the chat"));
    STRCMP_CONTAINS("ok: #1", answer(ada, "hello bob").c_str());
    CHECK_TRUE(shows(bob, "ada: hello bob"));
    CHECK_TRUE(shows(ada, "delivered to bob: #1"));
    answer(bob, "hello ada");
    CHECK_TRUE(shows(ada, "bob: hello ada"));
    TEXT_EQUAL("ada to bob> ", ada.view.prompt);
}

TEST(Chatting, WhatIsWrittenBeforeTheAnswerIsDeliveredAfterIt)
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");
    answer(ada, "/chat bob");
    answer(ada, "early");
    world.run(kMinute);
    TEXT_EQUAL("", received(bob, "bob", "ada"));
    answer(bob, "/accept ada");
    CHECK_TRUE(shows(bob, "ada: early"));
}

TEST(Chatting, ADeclinedRequestRefusesWhatWaitsAndMayBeAskedAgain)
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");
    answer(ada, "/chat bob");
    answer(ada, "please");
    shows(bob, "ada asks to chat");
    TEXT_EQUAL("ok", answer(bob, "/decline ada"));
    CHECK_TRUE(shows(ada, "bob declined the chat"));
    STRCMP_CONTAINS("no: bob declined", answer(ada, "really").c_str());
    answer(ada, "/history bob");
    CHECK_TRUE(ada.view.shows("please  (#1 refused)"));
    bob.view.take();
    answer(ada, "/chat bob sorry");
    CHECK_TRUE(shows(bob, "ada asks to chat: sorry", kMinute));
    answer(bob, "/accept ada");
    world.run(5 * kSecond);
    answer(ada, "thank you");
    world.run(5 * kSecond);
    TEXT_EQUAL("thank you", received(bob, "bob", "ada"));
}

TEST(Chatting, BusyKeepsTheRequestForLater)
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");
    answer(ada, "/chat bob");
    shows(bob, "ada asks to chat");
    answer(bob, "/busy ada");
    CHECK_TRUE(shows(ada, "bob is busy now"));
    ada.die(Death::Process);
    ada.boot();
    CHECK_TRUE(shows(bob, "ada asks to chat", 5 * kMinute));
}

TEST(Chatting, BothAskAndNobodyHasToAnswer)
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");
    ada.type("/chat bob");
    bob.type("/chat ada");
    CHECK_TRUE(shows(ada, "bob accepted the chat"));
    CHECK_TRUE(shows(bob, "ada accepted the chat"));
    answer(ada, "at once");
    CHECK_TRUE(shows(bob, "ada: at once"));
}

TEST(Chatting, SeveralChatsAreOpenAndOneIsCurrent)
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");
    SimulatedBoard& eve = person("eve");
    befriend(ada, "ada", bob, "bob");
    befriend(ada, "ada", eve, "eve");
    answer(ada, "to eve");
    CHECK_TRUE(shows(eve, "ada: to eve"));
    answer(bob, "from bob");
    CHECK_TRUE(shows(ada, "bob: from bob"));
    answer(ada, "/msg bob to bob");
    CHECK_TRUE(shows(bob, "ada: to bob"));
    CHECK_FALSE(eve.view.shows("to bob"));
    TEXT_EQUAL("ada to eve> ", ada.view.prompt);
}

TEST(Chatting, NobodyTalksToOneselfOrToSomeoneUnknown)
{
    SimulatedBoard& ada = person("ada");
    TEXT_EQUAL("no: that is yourself", answer(ada, "/chat Ada"));
    STRCMP_CONTAINS("no: there is no user", answer(ada, "/chat zoe").c_str());
    TEXT_EQUAL("no: nobody called zoe asks to chat", answer(ada, "/accept zoe"));
    CHECK_TRUE(ada.chats().contacts().empty());
}

TEST(Chatting, TheHistoryIsThereAfterAPowerCut)
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");
    befriend(ada, "ada", bob, "bob");
    answer(ada, "one");
    answer(bob, "two");
    world.run(2 * kMinute);
    bob.die(Death::Power);
    bob.boot();
    bob.openConsole();
    answer(bob, "/chat ada");
    CHECK_TRUE(bob.view.shows("ada: one"));
    CHECK_TRUE(bob.view.shows("bob: two  (#1 delivered)"));
}

TEST(Chatting, RemoteTextCannotActOnATerminal)
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");
    befriend(ada, "ada", bob, "bob");
    answer(ada, "\x1b[2Jboo");
    CHECK_TRUE(shows(bob, "boo"));
    CHECK_FALSE(bob.view.shows("\x1b"));
    TEXT_EQUAL("\x1b[2Jboo", received(bob, "bob", "ada"));
}

TEST(Chatting, LinesThatCameWithoutAConsoleAreCountedAndShownWhenOneOpens)
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");
    befriend(ada, "ada", bob, "bob");
    bob.closeConsole();
    answer(ada, "are you there");
    answer(ada, "hello?");
    world.run(5 * kSecond);
    bob.die(Death::Power);
    bob.boot();
    world.run(5 * kSecond);
    bob.view.take();
    bob.openConsole();
    CHECK_TRUE(bob.view.shows("2 unread from ada"));
    CHECK_TRUE(bob.view.shows("ada: are you there"));
    CHECK_TRUE(bob.view.shows("ada: hello?"));
    bob.closeConsole();
    bob.view.take();
    bob.openConsole();
    CHECK_FALSE(bob.view.shows("unread"));
}
