// What a channel costs: little before the other side is known, less when it is idle.
#include "ChannelPair.h"

#include <malloc.h>

#include <deque>

using namespace linnet::secure;
using namespace linnet::test;

#ifndef LINNET_SANITIZED // whose allocator mallinfo2() knows nothing of

namespace {

constexpr std::size_t kChannels = 64;

std::size_t heapInUse()
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

// The average heap of one thing that `make` makes. CppUTest's own bookkeeping of allocations is switched off
// meanwhile.
template <class Make>
std::size_t heapOfOne(Make make)
{
    MemoryLeakWarningPlugin::saveAndDisableNewDeleteOverloads();
    std::size_t each = 0;
    {
        auto warmUp = make(); // what OpenSSL keeps for good
        std::deque<decltype(warmUp)> made;
        std::size_t before = heapInUse();
        for (std::size_t i = 0; i < kChannels; ++i)
            made.push_back(make());
        each = (heapInUse() - before) / kChannels;
    }
    MemoryLeakWarningPlugin::restoreNewDeleteOverloads();
    return each;
}

} // namespace

TEST_GROUP(ChannelMemory){};

TEST(ChannelMemory, KeepsAnIdleChannelUnderAThousandBytes)
{
    std::size_t eachPair = heapOfOne([] {
        auto pair = std::make_unique<ChannelPair>();
        pair->run();
        for (unsigned i = 0; i < 20; ++i) {
            send(pair->dialler, packetOf(8000));
            send(pair->answerer, packetOf(64));
            pair->run(1000);
            receivedBy(pair->dialler);
            receivedBy(pair->answerer);
        }
        return pair;
    });
    CHECK_TRUE(eachPair / 2 <= sizeof(Channel) + 1000);
}

TEST(ChannelMemory, HoldsAboutAKilobyteForAStranger)
{
    std::size_t each = heapOfOne([] {
        SeededRandom random(1);
        auto channel = std::make_unique<Channel>(ChannelPair::setupOf(Channel::Side::Answerer), random);
        Bytes bytes = ByteView(linnet::wire::encode(linnet::wire::Greeting{})).copy();
        append(bytes, fromHex("0100"));
        bytes.resize(bytes.size() + 255);
        channel->receive(bytes);
        CHECK_TRUE(channel->failure() == Channel::Failure::None);
        return channel;
    });
    CHECK_TRUE(each <= sizeof(Channel) + 1100);
}

#endif
