// Two channels and the pipe between them, for the tests of Channel.
#pragma once

#include "secure/Channel.h"

#include "support/SeededRandom.h"
#include "support/TestHarness.h"

namespace linnet::test {

// A dialler and an answerer with fixed keys. Nothing moves by itself.
struct ChannelPair
{
    using Channel = secure::Channel;

    ChannelPair() : ChannelPair(setupOf(Channel::Side::Dialler), setupOf(Channel::Side::Answerer)) {}
    ChannelPair(const Channel::Setup& diallers, const Channel::Setup& answerers)
        : dialler(diallers, random), answerer(answerers, random)
    {
    }

    // The keys differ by side, and are the same in each pair.
    static Channel::Setup setupOf(Channel::Side side);

    // Carries bytes both ways in pieces of at most `step` bytes until nothing moves any more.
    void run(std::size_t step = 100000);

    SeededRandom random{11};
    Channel dialler;
    Channel answerer;
};

// Takes everything out of a channel's output.
wire::Bytes takeOutput(secure::Channel& channel);
// A whole packet whose body has `bodySize` bytes.
wire::Bytes packetOf(std::size_t bodySize, wire::Byte filling = 'x');
void send(secure::Channel& channel, wire::ByteView packets);
// All plaintext that has come, one record after the other; counts the records when asked.
wire::Bytes receivedBy(secure::Channel& channel, unsigned* records = nullptr);

} // namespace linnet::test
