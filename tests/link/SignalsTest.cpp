#include "link/Signals.h"

#include "LoopSupport.h"
#include "support/TestHarness.h"

#include <csignal>
#include <vector>

using namespace linnet;
using namespace linnet::test;

TEST_GROUP(Signals){};

TEST(Signals, ComeAsEventsOfTheLoop)
{
    EventLoop loop;
    std::vector<int> received;
    link::Signals signals(loop, {SIGUSR1, SIGTERM}, [&](int signal) { received.push_back(signal); });
    ::raise(SIGTERM);
    ::raise(SIGUSR1);
    CHECK_TRUE(runUntil(loop, [&] { return received.size() == 2; }));
    CHECK_TRUE((std::vector<int>{SIGUSR1, SIGTERM}) == received); // the lower number first
}

TEST(Signals, AreBlockedOnlyAsLongAsSomeoneReceivesThem)
{
    EventLoop loop;
    sigset_t blocked;
    {
        link::Signals signals(loop, {SIGUSR1}, [](int) {});
        ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
        CHECK_TRUE(::sigismember(&blocked, SIGUSR1) == 1);
    }
    ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    CHECK_TRUE(::sigismember(&blocked, SIGUSR1) == 0);
}
