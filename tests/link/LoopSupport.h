// Drives a real event loop in a test: until something has happened, never for longer than a bound.
#pragma once

#include "link/EventLoop.h"
#include "link/SocketIo.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <utility>

namespace linnet::test {

using link::Descriptor;
using link::EventLoop;
using link::Milliseconds;

// True as soon as `done()` holds; false when it still does not after `limit`.
template <class Predicate>
bool runUntil(EventLoop& loop, Predicate done, Milliseconds limit = Milliseconds(3000))
{
    auto end = std::chrono::steady_clock::now() + limit;
    while (!done()) {
        if (std::chrono::steady_clock::now() > end) return false;
        loop.runOnce(Milliseconds(20));
    }
    return true;
}

// Runs whatever is ready, without waiting.
inline void runRounds(EventLoop& loop, int rounds)
{
    for (int i = 0; i < rounds; ++i)
        loop.runOnce(Milliseconds(0));
}

// What a stretch of run() has cost this process.
struct Cost
{
    Milliseconds cpu{};
    long wakeUps = 0; // times it gave up the processor to wait
};

inline Cost costSoFar()
{
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return {Milliseconds(time.tv_sec * 1000 + time.tv_nsec / 1000000), usage.ru_nvcsw};
}

inline Cost costOfRunning(EventLoop& loop, Milliseconds duration)
{
    loop.callAfter(duration, [&loop] { loop.stop(); });
    Cost before = costSoFar();
    loop.run();
    Cost after = costSoFar();
    return {after.cpu - before.cpu, after.wakeUps - before.wakeUps};
}

// A spinning loop would use all of this time, an idle one nearly nothing.
constexpr Milliseconds kIdle{150};
constexpr long kIdleCpu = 30; // milliseconds; generous for sanitizers and a busy machine

// Counts what it is told.
struct CountingHandler : link::DescriptorHandler
{
    void onReadable() override { ++readable; }
    void onWritable() override { ++writable; }
    void onDescriptorError(int errorNumber) override
    {
        ++errors;
        lastError = errorNumber;
    }
    void onRoundEnd() override { ++roundEnds; }

    int readable = 0;
    int writable = 0;
    int errors = 0;
    int lastError = -1;
    int roundEnds = 0;
};

inline std::pair<Descriptor, Descriptor> socketPair(int type = SOCK_STREAM)
{
    int both[2] = {-1, -1};
    (void)::socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, both);
    return {Descriptor(both[0]), Descriptor(both[1])};
}

inline std::pair<Descriptor, Descriptor> pipePair()
{
    int both[2] = {-1, -1};
    (void)!::pipe2(both, O_NONBLOCK | O_CLOEXEC);
    return {Descriptor(both[0]), Descriptor(both[1])};
}

inline void poke(const Descriptor& descriptor)
{
    (void)!::write(descriptor.get(), "x", 1);
}

} // namespace linnet::test
