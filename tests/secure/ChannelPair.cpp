// The pipe between two channels.
#include "ChannelPair.h"

#include "wire/ByteWriter.h"

namespace linnet::test {

using secure::Channel;
using wire::Bytes;
using wire::ByteView;

namespace {

bool carry(Channel& from, Channel& to, std::size_t step)
{
    Bytes piece = from.output().first(std::min(step, from.output().size())).copy();
    from.sent(piece.size());
    to.receive(piece);
    return !piece.empty();
}

} // namespace

Channel::Setup ChannelPair::setupOf(Channel::Side side)
{
    static const secure::KeyPair kDiallers = secure::keyPairFromSecret({1});
    static const secure::KeyPair kAnswerers = secure::keyPairFromSecret({2});
    return {side, wire::Role::PeerPeer, side == Channel::Side::Dialler ? kDiallers : kAnswerers,
            std::nullopt};
}

void ChannelPair::run(std::size_t step)
{
    bool moved = true;
    while (moved) {
        moved = carry(dialler, answerer, step);
        moved = carry(answerer, dialler, step) || moved;
    }
}

Bytes takeOutput(Channel& channel)
{
    Bytes bytes = channel.output().copy();
    channel.sent(bytes.size());
    return bytes;
}

Bytes packetOf(std::size_t bodySize, wire::Byte filling)
{
    Bytes packet = {0x44};
    wire::ByteWriter(packet).varint(bodySize);
    packet.resize(packet.size() + bodySize, filling);
    return packet;
}

void send(Channel& channel, ByteView packets)
{
    append(channel.plaintext(), packets);
    channel.flush();
}

Bytes receivedBy(Channel& channel, unsigned* records)
{
    Bytes all;
    ByteView plaintext;
    while (channel.nextRecord(plaintext)) {
        append(all, plaintext);
        if (records) ++*records;
    }
    return all;
}

} // namespace linnet::test
