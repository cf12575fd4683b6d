// What SocketReactor of POCO 1.11 does wrong and EventLoop must not: a test for each.
#include "LoopSupport.h"
#include "support/TestHarness.h"

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

#include <stdexcept>

using namespace linnet;
using namespace linnet::test;
using link::kNone;
using link::kRead;
using link::kWrite;

TEST_GROUP(EventLoopTraps)
{
    EventLoop loop;
};

TEST(EventLoopTraps, GivingUpTheInterestInWritingLeavesNothingArmed)
{
    auto [ours, theirs] = socketPair();
    CountingHandler handler;
    loop.watch(ours.get(), kRead | kWrite, handler);
    runRounds(loop, 2);
    CHECK_TRUE(handler.writable >= 1);

    loop.watch(ours.get(), kRead, handler);
    handler.writable = 0;
    CHECK_TRUE(costOfRunning(loop, kIdle).cpu.count() < kIdleCpu);
    LONGS_EQUAL(0, handler.writable);
    loop.unwatch(ours.get());
}

TEST(EventLoopTraps, APipeWhoseWriterHasClosedIsReadableAndEndsWithoutSpinning)
{
    auto [reader, writer] = pipePair();
    struct UntilEnd : CountingHandler
    {
        void onReadable() override
        {
            char byte = 0;
            ++readable;
            if (::read(fd, &byte, 1) == 0) {
                ended = true;
                loop->unwatch(fd);
            }
        }
        EventLoop* loop = nullptr;
        int fd = -1;
        bool ended = false;
    } handler;
    handler.loop = &loop;
    handler.fd = reader.get();
    loop.watch(reader.get(), kRead, handler);
    writer.reset();
    CHECK_TRUE(costOfRunning(loop, kIdle).cpu.count() < kIdleCpu);
    CHECK_TRUE(handler.ended);
    LONGS_EQUAL(1, handler.readable);
}

TEST(EventLoopTraps, APtyMasterWhoseSlaveHasClosedIsTold)
{
    Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    LONGS_EQUAL(0, ::grantpt(master.get()));
    LONGS_EQUAL(0, ::unlockpt(master.get()));
    Descriptor slave(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    CountingHandler handler;
    loop.watch(master.get(), kRead, handler);
    slave.reset();
    CHECK_TRUE(runUntil(loop, [&] { return handler.readable + handler.errors > 0; }));
    char byte = 0;
    LONGS_EQUAL(-1, ::read(master.get(), &byte, 1));
    loop.unwatch(master.get());
}

TEST(EventLoopTraps, AHangUpThatNobodyReadsIsToldOnceAndDoesNotSpin)
{
    auto [reader, writer] = pipePair();
    CountingHandler handler;
    loop.watch(reader.get(), kWrite, handler); // a reading end is never writable: only the hang-up comes
    writer.reset();
    CHECK_TRUE(costOfRunning(loop, kIdle).cpu.count() < kIdleCpu);
    LONGS_EQUAL(1, handler.errors);
}

TEST(EventLoopTraps, WithoutInterestAHangUpDoesNotSpin)
{
    auto [ours, theirs] = socketPair();
    CountingHandler handler;
    loop.watch(ours.get(), kRead, handler);
    loop.watch(ours.get(), kNone, handler);
    theirs.reset();
    CHECK_TRUE(costOfRunning(loop, kIdle).cpu.count() < kIdleCpu);
    LONGS_EQUAL(0, handler.readable + handler.errors);
    loop.unwatch(ours.get());
}

TEST(EventLoopTraps, ALoopThatWatchesNothingWaitsQuietly)
{
    Cost cost = costOfRunning(loop, kIdle);
    CHECK_TRUE(cost.cpu.count() < kIdleCpu);
    CHECK_TRUE(cost.wakeUps <= 3); // that of the timer which ended it, and the machine's
}

TEST(EventLoopTraps, ATimerFiresUnderSteadyInput)
{
    auto [ours, theirs] = socketPair();
    CountingHandler handler; // never reads: the socket is readable in each round
    loop.watch(ours.get(), kRead, handler);
    poke(theirs);
    bool fired = false;
    loop.callAfter(Milliseconds(20), [&] { fired = true; });
    CHECK_TRUE(runUntil(loop, [&] { return fired; }));
    CHECK_TRUE(handler.readable > 1);
    loop.unwatch(ours.get());
}

TEST(EventLoopTraps, AWritableRoundCostsTheSameHoweverManyAreWatched)
{
    constexpr int kMany = 300;
    std::vector<std::pair<Descriptor, Descriptor>> pairs;
    CountingHandler idle;
    CountingHandler busy;
    for (int i = 0; i < kMany; ++i) {
        pairs.push_back(socketPair());
        loop.watch(pairs.back().first.get(), kRead, idle);
    }
    loop.watch(pairs.front().first.get(), kWrite, busy);
    runRounds(loop, 10);
    LONGS_EQUAL(10, busy.writable);
    LONGS_EQUAL(0, idle.readable + idle.errors);
    for (auto& pair : pairs)
        loop.unwatch(pair.first.get());
}

TEST(EventLoopTraps, StopEndsTheWaitAtOnce)
{
    auto begin = std::chrono::steady_clock::now();
    loop.callAfter(Milliseconds(5), [this] { loop.post([this] { loop.stop(); }); });
    loop.run();
    CHECK_TRUE(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
}

TEST(EventLoopTraps, ItRunsAgainAfterItWasStopped)
{
    for (int i = 0; i < 3; ++i) {
        bool ran = false;
        loop.post([&] {
            ran = true;
            loop.stop();
        });
        loop.run();
        CHECK_TRUE(ran);
    }
}

TEST(EventLoopTraps, UnwatchingWhatIsAlreadyClosedIsHarmless)
{
    auto [ours, theirs] = socketPair();
    CountingHandler first;
    CountingHandler second;
    int number = ours.get();
    loop.watch(number, kRead, first);
    ours.reset();
    loop.unwatch(number);

    auto [other, others] = socketPair(); // takes the number that is free again
    LONGS_EQUAL(number, other.get());
    CHECK_TRUE(loop.watch(number, kRead, second));
    poke(others);
    runRounds(loop, 2);
    LONGS_EQUAL(0, first.readable);
    CHECK_TRUE(second.readable > 0);
    loop.unwatch(number);
}

TEST(EventLoopTraps, ANumberThatWasReusedUnnoticedBelongsToItsNewHandler)
{
    auto [ours, theirs] = socketPair();
    CountingHandler first;
    CountingHandler second;
    int number = ours.get();
    loop.watch(number, kRead, first);
    ours.reset();

    auto [other, others] = socketPair();
    LONGS_EQUAL(number, other.get());
    CHECK_TRUE(loop.watch(number, kRead, second));
    poke(others);
    runRounds(loop, 2);
    LONGS_EQUAL(0, first.readable);
    CHECK_TRUE(second.readable > 0);
    loop.unwatch(number);
}

TEST(EventLoopTraps, AnErrorThatComesAloneIsToldAndClearedNotPolledForEver)
{
    Descriptor socket = link::openBound(SOCK_DGRAM, {"127.0.0.1", 0});
    Descriptor gone = link::openBound(SOCK_DGRAM, {"127.0.0.1", 0});
    link::NativeAddress to = link::toNative(link::localAddress(gone.get()), AF_INET6);
    LONGS_EQUAL(0, ::connect(socket.get(), to.get(), to.size));
    gone.reset();
    CountingHandler handler;
    loop.watch(socket.get(), kRead, handler);
    poke(socket); // nobody listens there any more: the kernel tells so by an error
    CHECK_TRUE(costOfRunning(loop, kIdle).cpu.count() < kIdleCpu);
    LONGS_EQUAL(1, handler.errors);
    LONGS_EQUAL(ECONNREFUSED, handler.lastError);
    loop.unwatch(socket.get());
}

namespace {

struct CountingErrorHandler : Poco::ErrorHandler
{
    void exception(const Poco::Exception&) override { ++count; }
    void exception(const std::exception&) override { ++count; }
    void exception() override { ++count; }
    int count = 0;
};

} // namespace

TEST(EventLoopTraps, WhatHandlersTimersAndTasksThrowIsReportedAndHarmsNoOther)
{
    CountingErrorHandler errors;
    Poco::ErrorHandler* before = Poco::ErrorHandler::set(&errors);
    struct Throwing : CountingHandler
    {
        void onReadable() override { throw Poco::RuntimeException("handler"); }
    } throwing;
    auto [ours, theirs] = socketPair();
    auto [others, ends] = socketPair();
    CountingHandler good;
    loop.watch(ours.get(), kRead, throwing);
    loop.watch(others.get(), kRead, good);
    poke(theirs);
    poke(ends);
    int tasks = 0;
    int timers = 0;
    loop.post([] { throw std::runtime_error("task"); });
    loop.post([&] { ++tasks; });
    loop.callAfter(Milliseconds(1), [] { throw 1; });
    loop.callAfter(Milliseconds(1), [&] { ++timers; });
    CHECK_TRUE(runUntil(loop, [&] { return timers > 0; }));
    Poco::ErrorHandler::set(before);
    LONGS_EQUAL(1, tasks);
    CHECK_TRUE(good.readable > 0);
    CHECK_TRUE(errors.count >= 3);
    loop.unwatch(ours.get());
    loop.unwatch(others.get());
}
