// What waits for a console, and what is given up when it does not move.
#include "core/ConsoleQueue.h"
#include "support/TestHarness.h"

using namespace linnet;
using peer::ConsoleQueue;

TEST_GROUP(ConsoleQueue)
{
    ConsoleQueue queue{20};
};

TEST(ConsoleQueue, HandsBytesOutInOrder)
{
    queue.write("hello ");
    queue.write("world");
    TEXT_EQUAL("hello world", queue.bytes());
    queue.sent(3);
    TEXT_EQUAL("lo world", queue.bytes());
    queue.sent(6);
    queue.write("!");
    TEXT_EQUAL("ld!", queue.bytes());
    queue.sent(3);
    TEXT_EQUAL("", queue.bytes());
}

TEST(ConsoleQueue, GathersEventsIntoOneBlock)
{
    CHECK_FALSE(queue.hasEvents());
    queue.addEvent("one");
    queue.addEvent("");
    queue.addEvent("two");
    CHECK_TRUE(queue.hasEvents());
    TEXT_EQUAL("one\n\ntwo\n", queue.takeEvents());
    CHECK_FALSE(queue.hasEvents());
}

TEST(ConsoleQueue, CountsEventsBeyondItsBoundAndSaysSoAfterThoseKept)
{
    queue.addEvent("0123456789");
    queue.addEvent("does not fit");
    TEXT_EQUAL("0123456789\n[1 line skipped, /history shows them]\n", queue.takeEvents());
    queue.addEvent("0123456789");
    queue.addEvent("does not fit");
    queue.addEvent("x"); // would fit, but must not overtake
    TEXT_EQUAL("0123456789\n[2 lines skipped, /history shows them]\n", queue.takeEvents());
    queue.addEvent("again");
    TEXT_EQUAL("again\n", queue.takeEvents());
}

TEST(ConsoleQueue, IsFullOnlyByBytesThatWait)
{
    queue.write(std::string(ConsoleQueue::kFull - 1, 'x'));
    CHECK_FALSE(queue.full());
    queue.write("xx");
    CHECK_TRUE(queue.full());
    queue.sent(10);
    CHECK_FALSE(queue.full());
}
