// Watching, rounds, posted tasks.
#include "link/EventLoop.h"

#include "LoopSupport.h"
#include "support/TestHarness.h"

#include <stdlib.h>

#include <memory>
#include <vector>

using namespace linnet;
using namespace linnet::test;
using link::kNone;
using link::kRead;
using link::kWrite;

TEST_GROUP(EventLoop)
{
    EventLoop loop;
};

TEST(EventLoop, TellsWhatIsReadable)
{
    auto [ours, theirs] = socketPair();
    CountingHandler handler;
    CHECK_TRUE(loop.watch(ours.get(), kRead, handler));
    runRounds(loop, 2);
    LONGS_EQUAL(0, handler.readable);
    poke(theirs);
    runRounds(loop, 1);
    LONGS_EQUAL(1, handler.readable);
    loop.unwatch(ours.get());
}

TEST(EventLoop, ARegularFileCannotBeWatched)
{
    char name[] = "/tmp/linnet-loop-XXXXXX";
    Descriptor file(::mkstemp(name));
    ::unlink(name);
    CountingHandler handler;
    CHECK_FALSE(EventLoop::isPollable(file.get()));
    CHECK_FALSE(loop.watch(file.get(), kRead, handler));
    auto [ours, theirs] = socketPair();
    CHECK_TRUE(EventLoop::isPollable(ours.get()));
}

TEST(EventLoop, NoCallReachesAHandlerThatWasUnwatchedInTheSameRound)
{
    // Whoever of the two is called first unwatches both.
    struct Jealous : CountingHandler
    {
        void onReadable() override
        {
            ++readable;
            for (int fd : all)
                loop->unwatch(fd);
        }
        EventLoop* loop = nullptr;
        std::vector<int> all;
    };
    auto [a, aEnd] = socketPair();
    auto [b, bEnd] = socketPair();
    Jealous first;
    Jealous second;
    first.loop = second.loop = &loop;
    first.all = second.all = {a.get(), b.get()};
    loop.watch(a.get(), kRead, first);
    loop.watch(b.get(), kRead, second);
    poke(aEnd);
    poke(bEnd);
    runRounds(loop, 3);
    LONGS_EQUAL(1, first.readable + second.readable);
}

TEST(EventLoop, WhatIsUnwatchedWhileReadableIsNotToldThatItIsWritable)
{
    struct Leaving : CountingHandler
    {
        void onReadable() override
        {
            ++readable;
            loop->unwatch(fd);
        }
        EventLoop* loop = nullptr;
        int fd = -1;
    } handler;
    auto [ours, theirs] = socketPair();
    handler.loop = &loop;
    handler.fd = ours.get();
    poke(theirs);
    loop.watch(ours.get(), kRead | kWrite, handler);
    runRounds(loop, 2);
    LONGS_EQUAL(1, handler.readable);
    LONGS_EQUAL(0, handler.writable);
}

TEST(EventLoop, AHandlerMayBeDestroyedByATaskItPosted)
{
    struct Mortal : CountingHandler
    {
        Mortal(EventLoop& theLoop, std::vector<std::unique_ptr<Mortal>>& theOwner, Descriptor socket)
            : loop(theLoop), owner(theOwner), fd(std::move(socket))
        {
            loop.watch(fd.get(), kRead, *this);
        }
        void onReadable() override
        {
            loop.unwatch(fd.get());
            loop.post([&theOwner = owner] { theOwner.clear(); });
        }
        EventLoop& loop;
        std::vector<std::unique_ptr<Mortal>>& owner;
        Descriptor fd;
    };
    std::vector<std::unique_ptr<Mortal>> owner;
    std::vector<Descriptor> ends;
    for (int i = 0; i < 10; ++i) {
        auto [ours, theirs] = socketPair();
        owner.push_back(std::make_unique<Mortal>(loop, owner, std::move(ours)));
        poke(theirs);
        ends.push_back(std::move(theirs));
    }
    for (auto& mortal : owner)
        loop.atRoundEnd(mortal->fd.get());
    loop.post([&loop = loop, &owner] {
        for (auto& mortal : owner)
            loop.unwatch(mortal->fd.get());
        owner.clear();
    });
    runRounds(loop, 3);
    CHECK_TRUE(owner.empty());
}

TEST(EventLoop, RunsPostedTasksInTheirOrderAndThoseTheyPostInTheNextRound)
{
    std::string order;
    loop.post([&] {
        order += 'a';
        loop.post([&] { order += 'c'; });
    });
    loop.post([&] { order += 'b'; });
    loop.runOnce(Milliseconds(1000));
    TEXT_EQUAL("ab", order);
    loop.runOnce(Milliseconds(1000)); // does not wait: work is left
    TEXT_EQUAL("abc", order);
}

TEST(EventLoop, TasksThatPostThemselvesStarveNobody)
{
    auto [ours, theirs] = socketPair();
    CountingHandler handler;
    loop.watch(ours.get(), kRead, handler);
    std::function<void()> again = [&] { loop.post(again); };
    loop.post(again);
    poke(theirs);
    bool fired = false;
    loop.callAfter(Milliseconds(2), [&] { fired = true; });
    CHECK_TRUE(runUntil(loop, [&] { return fired && handler.readable > 0; }));
    loop.unwatch(ours.get());
}

TEST(EventLoop, TellsTheEndOfTheRoundOnceHoweverOftenItWasAsked)
{
    auto [ours, theirs] = socketPair();
    CountingHandler handler;
    loop.watch(ours.get(), kRead, handler);
    for (int i = 0; i < 5; ++i)
        loop.atRoundEnd(ours.get());
    runRounds(loop, 3);
    LONGS_EQUAL(1, handler.roundEnds);
    loop.atRoundEnd(ours.get());
    runRounds(loop, 3);
    LONGS_EQUAL(2, handler.roundEnds);
    loop.unwatch(ours.get());
}

TEST(EventLoop, UnwatchTakesTheEndOfTheRoundBack)
{
    auto [ours, theirs] = socketPair();
    CountingHandler before;
    CountingHandler after;
    loop.watch(ours.get(), kRead, before);
    loop.atRoundEnd(ours.get());
    loop.unwatch(ours.get());
    loop.watch(ours.get(), kRead, after);
    runRounds(loop, 3);
    LONGS_EQUAL(0, before.roundEnds + after.roundEnds);
    loop.unwatch(ours.get());
}

TEST(EventLoop, StoppedBeforeItRunsItReturnsAtOnce)
{
    loop.stop();
    loop.run();
    bool ran = false; // and only that once
    loop.post([&] {
        ran = true;
        loop.stop();
    });
    loop.run();
    CHECK_TRUE(ran);
}

TEST(EventLoop, FinishesTheRoundItIsStoppedIn)
{
    std::string order;
    loop.post([&] {
        loop.stop();
        order += 'a';
    });
    loop.post([&] { order += 'b'; });
    loop.run();
    TEXT_EQUAL("ab", order);
}

TEST(EventLoop, ServesHundredsOfDescriptorsOfOneRound)
{
    constexpr int kMany = 200; // more than one look at the kernel brings
    std::vector<std::pair<Descriptor, Descriptor>> pairs;
    std::vector<CountingHandler> handlers(kMany);
    for (std::size_t i = 0; i < kMany; ++i) {
        pairs.push_back(socketPair());
        loop.watch(pairs[i].first.get(), kRead, handlers[i]);
        poke(pairs[i].second);
    }
    auto allTold = [&] {
        return std::all_of(handlers.begin(), handlers.end(), [](const auto& h) { return h.readable > 0; });
    };
    CHECK_TRUE(runUntil(loop, allTold));
    for (auto& pair : pairs)
        loop.unwatch(pair.first.get());
}
