// EventLoop's timers.
#include "LoopSupport.h"
#include "support/TestHarness.h"

#include <vector>

using namespace linnet;
using namespace linnet::test;
using link::TimerId;

TEST_GROUP(Timers)
{
    EventLoop loop;
};

TEST(Timers, FireInTheOrderInWhichTheyAreDue)
{
    std::string order;
    loop.callAfter(Milliseconds(9), [&] { order += 'c'; });
    loop.callAfter(Milliseconds(3), [&] { order += 'a'; });
    loop.callAfter(Milliseconds(6), [&] { order += 'b'; });
    CHECK_TRUE(runUntil(loop, [&] { return order.size() == 3; }));
    TEXT_EQUAL("abc", order);
}

TEST(Timers, DueAtTheSameTimeTheyFireInTheOrderInWhichTheyWereMade)
{
    std::string order;
    loop.post([&] { // one round, one time
        for (char c = 'a'; c <= 'e'; ++c)
            loop.callAfter(Milliseconds(2), [&order, c] { order += c; });
    });
    CHECK_TRUE(runUntil(loop, [&] { return order.size() == 5; }));
    TEXT_EQUAL("abcde", order);
}

TEST(Timers, NeverFireBeforeTheLoopsTimeHasRisenByTheDelay)
{
    Milliseconds begin = loop.now();
    Milliseconds fired{};
    loop.callAfter(Milliseconds(12), [&] { fired = loop.now(); });
    CHECK_TRUE(runUntil(loop, [&] { return fired.count() > 0; }));
    CHECK_TRUE(fired - begin >= Milliseconds(12));
}

TEST(Timers, OneThatIsCancelledDoesNotFire)
{
    bool fired = false;
    bool later = false;
    TimerId timer = loop.callAfter(Milliseconds(2), [&] { fired = true; });
    loop.callAfter(Milliseconds(8), [&] { later = true; });
    loop.cancel(timer);
    loop.cancel(timer);
    loop.cancel(0);
    CHECK_TRUE(runUntil(loop, [&] { return later; }));
    CHECK_FALSE(fired);
}

TEST(Timers, MayBeCancelledFromInsideOneThatIsDueAtTheSameTime)
{
    int fired = 0;
    TimerId first = 0;
    TimerId second = 0;
    loop.post([&] {
        first = loop.callAfter(Milliseconds(2), [&] {
            ++fired;
            loop.cancel(second);
        });
        second = loop.callAfter(Milliseconds(2), [&] {
            ++fired;
            loop.cancel(first);
        });
    });
    bool later = false;
    loop.callAfter(Milliseconds(10), [&] { later = true; });
    CHECK_TRUE(runUntil(loop, [&] { return later; }));
    LONGS_EQUAL(1, fired);
}

TEST(Timers, MayCancelThemselvesAndMakeOthers)
{
    int fired = 0;
    TimerId timer = 0;
    std::function<void()> tick = [&] {
        loop.cancel(timer);
        if (++fired < 3) timer = loop.callAfter(Milliseconds(0), tick);
    };
    timer = loop.callAfter(Milliseconds(0), tick);
    CHECK_TRUE(runUntil(loop, [&] { return fired == 3; }));
}

TEST(Timers, ThousandsAreMadeCancelledAndFired)
{
    constexpr int kMany = 5000;
    int fired = 0;
    std::vector<TimerId> cancelled;
    for (int i = 0; i < kMany; ++i) {
        loop.callAfter(Milliseconds(i % 20), [&] { ++fired; });
        cancelled.push_back(loop.callAfter(Milliseconds(i % 20), [&] { fired += kMany; }));
    }
    for (TimerId timer : cancelled)
        loop.cancel(timer);
    CHECK_TRUE(runUntil(loop, [&] { return fired >= kMany; }));
    LONGS_EQUAL(kMany, fired);
}

TEST(Timers, OneThatWasCancelledWakesNobody)
{
    std::vector<TimerId> timers;
    for (int i = 1; i < 100; ++i)
        timers.push_back(loop.callAfter(Milliseconds(i), [] {}));
    for (TimerId timer : timers)
        loop.cancel(timer);
    Cost cost = costOfRunning(loop, kIdle);
    CHECK_TRUE(cost.wakeUps <= 3);
}

TEST(Timers, ADelayBeyondAllTimeIsNeverDue)
{
    bool fired = false;
    TimerId timer = loop.callAfter(Milliseconds::max(), [&] { fired = true; });
    runRounds(loop, 3);
    CHECK_FALSE(fired);
    loop.cancel(timer);
}
