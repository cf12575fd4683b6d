// Nothing acknowledged is ever lost, nothing is twice in a history: through every accident, one at a time. The random
// mixture is tests/torture/network.
#include "PeerFixture.h"

using namespace linnet;
using namespace linnet::test;
using peer::EventKind;

TEST_GROUP_BASE(Delivery, TwoFriends){// What bob holds from ada, once all is quiet.
                                      std::string bobHolds(){world.run(5 * kMinute);
return received(bob, "bob", "ada");
}
void say(const std::string& text)
{
    STRCMP_CONTAINS("ok: #", answer(ada, text).c_str());
}
void sayAll(std::initializer_list<const char*> texts)
{
    for (const char* text : texts)
        say(text);
    world.run(5 * kSecond);
}
void reboot(SimulatedBoard& board)
{
    if (board.running()) board.die(Death::Power);
    board.boot();
    board.openConsole();
    board.type("/chat " + std::string(&board == &ada ? "bob" : "ada"));
    world.run(10 * kSecond);
}
void restore(SimulatedBoard& board, const std::string& account, const StoredAccount& image)
{
    board.die(Death::Power);
    board.disk(account).durable = image;
    reboot(board);
}
StoredAccount image(SimulatedBoard& board, const std::string& account)
{
    world.run(2 * kMinute); // what nobody waits for is committed, too
    return board.disk(account).durable;
}
}
;

TEST(Delivery, AnOfflineUserIsNoErrorAndGetsItWithinTwoSecondsOfTheReturn)
{
    bob.die(Death::Process);
    world.run(3 * kMinute);
    TEXT_EQUAL("ok: #1 queued", answer(ada, "one"));
    TEXT_EQUAL("ok: #2 queued", answer(ada, "two"));
    LONGS_EQUAL(2, waiting(ada, "bob"));
    world.run(kHour);
    bob.boot();
    CHECK_TRUE(world.runUntil([&] { return bob.online(); }, kMinute));
    CHECK_TRUE(world.runUntil([&] { return received(bob, "bob", "ada") == "one two"; }, 2 * kSecond));
    CHECK_TRUE(world.runUntil([&] { return waiting(ada, "bob") == 0; }, kSecond));
}

TEST(Delivery, TheOutboxOutlivesAPowerCutOfItsOwnBoard)
{
    bob.die(Death::Process);
    world.run(3 * kMinute);
    sayAll({"one", "two"});
    reboot(ada);
    bob.boot();
    TEXT_EQUAL("one two", bobHolds());
}

TEST(Delivery, ALinkThatIsLostSilentlyIsNoticedAndNothingIsMissingOrTwice)
{
    sayAll({"one"});
    world.network.setPath(ada.host(), bob.host(), false);
    say("two");
    world.run(40 * kSecond);
    CHECK_FALSE(linked(ada, "bob"));
    world.network.healAll();
    TEXT_EQUAL("one two", bobHolds());
    LONGS_EQUAL(1, linksBetween(ada, bob));
}

TEST(Delivery, AWipedRecipientGetsEverythingAgain)
{
    sayAll({"one", "two"});
    restore(bob, "bob", {});
    say("three");
    TEXT_EQUAL("one two three", bobHolds());
}

TEST(Delivery, ARecipientSetBackToAnOlderImageGetsWhatItLost)
{
    sayAll({"one"});
    StoredAccount older = image(bob, "bob");
    sayAll({"two", "three"});
    restore(bob, "bob", older);
    TEXT_EQUAL("one two three", bobHolds());
}

TEST(Delivery, ASenderSetBackUsesNumbersTwiceAndNothingIsLostOrTwice)
{
    sayAll({"one"});
    StoredAccount older = image(ada, "ada");
    sayAll({"two", "three"});
    restore(ada, "ada", older);
    sayAll({"deux", "trois", "quatre"});
    TEXT_EQUAL("one two three deux trois quatre", bobHolds());
    LONGS_EQUAL(0, waiting(ada, "bob"));
}

TEST(Delivery, ASenderSetBackWhileOfflineIsFoundOutByDigests)
{
    sayAll({"one"});
    StoredAccount older = image(ada, "ada");
    sayAll({"two", "three"});
    bob.die(Death::Process);
    world.run(2 * kMinute);
    restore(ada, "ada", older);
    sayAll({"deux", "trois"});
    bob.boot();
    TEXT_EQUAL("one two three deux trois", bobHolds());
    LONGS_EQUAL(0, waiting(ada, "bob"));
}

TEST(Delivery, ALastMessageThatIsAlikeDoesNotHideADifferentOneBeforeIt)
{
    sayAll({"one"});
    StoredAccount older = image(ada, "ada");
    sayAll({"two", "ok"});
    bob.die(Death::Process);
    world.run(2 * kMinute);
    restore(ada, "ada", older);
    sayAll({"deux", "ok"});
    bob.boot();
    TEXT_EQUAL("one two ok deux ok", bobHolds());
    LONGS_EQUAL(0, waiting(ada, "bob"));
}

TEST(Delivery, BothSetBackToDifferentImages)
{
    sayAll({"one"});
    StoredAccount hers = image(ada, "ada");
    sayAll({"two"});
    StoredAccount his = image(bob, "bob");
    sayAll({"three"});
    bob.die(Death::Power);
    bob.disk("bob").durable = his;
    restore(ada, "ada", hers);
    sayAll({"deux"});
    bob.boot();
    TEXT_EQUAL("one two deux", bobHolds());
}

TEST(Delivery, AWipedSenderBeginsAnew)
{
    sayAll({"one", "two"});
    restore(ada, "ada", {});
    say("again one");
    TEXT_EQUAL("one two again one", bobHolds());
}

TEST(Delivery, NumbersUsedTwiceWhereTheOtherSideSkippedThemAreFoundOut)
{
    ada.settings.limits.lifetime = 600;
    reboot(ada);
    sayAll({"one"});
    StoredAccount older = image(ada, "ada");
    bob.die(Death::Process);
    world.run(2 * kMinute);
    sayAll({"late two", "late three"});
    world.run(2 * kHour);
    bob.boot();
    world.run(kMinute);
    restore(ada, "ada", older);
    sayAll({"deux", "trois", "quatre"});
    TEXT_EQUAL("one deux trois quatre", bobHolds());
}

TEST(Delivery, WhatIsTooOldExpiresIsSaidOnBothSidesAndNothingWaitsForIt)
{
    ada.settings.limits.lifetime = 30 * 60;
    reboot(ada);
    sayAll({"one"});
    bob.die(Death::Process);
    world.run(3 * kMinute);
    sayAll({"two", "three"});
    world.run(3 * kHour);
    LONGS_EQUAL(1, ada.count(EventKind::Expired, "bob"));
    LONGS_EQUAL(0, waiting(ada, "bob"));
    answer(ada, "/history bob");
    CHECK_TRUE(ada.view.shows("two  (#2 expired)"));
    say("four");
    bob.boot();
    TEXT_EQUAL("one four", bobHolds());
    LONGS_EQUAL(1, bob.count(EventKind::Missing, "ada"));
}

TEST(Delivery, ThirtyDaysAreCountedWithoutACalendar)
{
    bob.die(Death::Process);
    world.run(3 * kMinute);
    say("patience");
    ada.clock.wallError = 50ll * 365 * 24 * 3600;
    world.run(29 * 24 * kHour);
    LONGS_EQUAL(1, waiting(ada, "bob"));
    reboot(ada);
    world.run(2 * 24 * kHour);
    LONGS_EQUAL(0, waiting(ada, "bob"));
    LONGS_EQUAL(1, ada.count(EventKind::Expired, "bob"));
}

TEST(Delivery, AFullOutboxRefusesTheNextMessageAndNamesTheLimit)
{
    ada.settings.limits.messages = 3;
    reboot(ada);
    bob.die(Death::Process);
    world.run(3 * kMinute);
    sayAll({"one", "two", "three"});
    TEXT_EQUAL("no: too many messages wait for this user: the limit is 3", answer(ada, "four"));
    bob.boot();
    TEXT_EQUAL("one two three", bobHolds());
    say("four");
}

TEST(Delivery, AnOutboxFullOfLongTextsArrivesWithoutOverflowingTheLink)
{
    bob.die(Death::Process);
    world.run(3 * kMinute);
    for (int i = 0; i < 100; ++i)
        say(std::string(wire::kMaxText, static_cast<char>('a' + i % 26)));
    bob.boot();
    bobHolds();
    LONGS_EQUAL(100, bob.texts("bob", "ada", false).size());
    CHECK_TRUE(world.network.mostQueued() < 128 * 1024);
}

TEST(Delivery, WhatAFullDiskDoesNotTakeIsNotAcknowledgedAndComesAgain)
{
    bob.disk("bob").failing = true;
    sayAll({"one", "two"});
    world.run(3 * kMinute);
    LONGS_EQUAL(0, ada.count(EventKind::Delivered));
    LONGS_EQUAL(1, bob.count(EventKind::StoreTrouble));
    CHECK_TRUE(bob.view.shows("nothing can be stored now: the disk is full"));
    LONGS_EQUAL(0, bob.count(EventKind::Message));
    bob.disk("bob").failing = false;
    TEXT_EQUAL("one two", bobHolds());
    LONGS_EQUAL(1, bob.count(EventKind::StoreWell));
}

TEST(Delivery, ARequestAcceptedWhileTheDiskIsFullIsNotLost)
{
    SimulatedBoard& eve = person("eve");
    eve.type("/chat bob");
    CHECK_TRUE(shows(bob, "eve asks to chat"));
    bob.disk("bob").failing = true;
    STRCMP_CONTAINS("no: ", answer(bob, "/accept eve").c_str());
    bob.disk("bob").failing = false;
    world.run(kSecond);
    TEXT_EQUAL("ok: talking to eve", answer(bob, "/accept eve"));
    answer(eve, "hello");
    world.run(kMinute);
    TEXT_EQUAL("hello", received(bob, "bob", "eve"));
}

TEST(Delivery, AMessageThatIsNotStoredIsNotTaken)
{
    ada.disk("ada").failing = true;
    STRCMP_CONTAINS("no: the message was not", answer(ada, "lost").c_str());
    ada.disk("ada").failing = false;
    world.run(kSecond);
    say("found");
    TEXT_EQUAL("found", bobHolds());
}

TEST(Delivery, AHistoryOfBoundedSizeLosesNothingThatWaits)
{
    ada.disk("ada").keep = 4;
    sayAll({"one", "two", "three", "four", "five", "six"});
    world.run(2 * kHour);
    CHECK_TRUE(ada.texts("ada", "bob", true).size() < 6);
    bob.die(Death::Process);
    world.run(3 * kMinute);
    sayAll({"a", "b", "c", "d", "e", "f", "g"});
    world.run(2 * kHour);
    bob.boot();
    TEXT_EQUAL("one two three four five six a b c d e f g", bobHolds());
}

TEST(Delivery, AClockIn1970AndJumpsOfFiftyYearsChangeNothing)
{
    constexpr std::int64_t kFiftyYears = 50ll * 365 * 24 * 3600;
    ada.clock.wallError = -world.clock.wall();
    say("one");
    ada.clock.wallError = kFiftyYears;
    bob.clock.wallError = -kFiftyYears;
    say("two");
    ada.clock.wallError = -kFiftyYears;
    bob.clock.wallError = kFiftyYears;
    say("three");
    TEXT_EQUAL("one two three", bobHolds());
    LONGS_EQUAL(1, linksBetween(ada, bob));
    LONGS_EQUAL(0, ada.count(EventKind::Expired) + ada.count(EventKind::RegistryLost));
}

TEST(Delivery, AnIdleConversationWritesNothing)
{
    sayAll({"one"});
    world.run(5 * kMinute);
    std::size_t hers = ada.disk("ada").commits;
    std::size_t his = bob.disk("bob").commits;
    world.run(2 * kHour);
    LONGS_EQUAL(hers, ada.disk("ada").commits);
    LONGS_EQUAL(his, bob.disk("bob").commits);
}
