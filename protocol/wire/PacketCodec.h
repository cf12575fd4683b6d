// Packets to bytes and back. Encoding appends to bytes the caller owns; decoding never allocates but for
// lists, never throws, and yields nothing unless every byte of the body was understood.
#pragma once

#include "wire/ByteReader.h"
#include "wire/ByteWriter.h"
#include "wire/PacketType.h"

#include <optional>

namespace linnet::wire {

// Appends type, length and body of `packet` to `to`. REQUIRES: each field within its limit.
template <class Packet>
void encode(const Packet& packet, Bytes& to)
{
    // Most bodies are shorter than 128 bytes, so one byte is kept for the length and more are put in if not.
    to.push_back(static_cast<Byte>(Packet::kType));
    std::size_t lengthAt = to.size();
    to.push_back(0);
    ByteWriter writer(to);
    Packet::fields(writer, packet);
    std::size_t bodySize = to.size() - lengthAt - 1;
    if (bodySize < 0x80) {
        to[lengthAt] = static_cast<Byte>(bodySize);
        return;
    }
    Bytes length;
    ByteWriter(length).varint(bodySize);
    to[lengthAt] = length[0];
    to.insert(to.begin() + static_cast<std::ptrdiff_t>(lengthAt) + 1, length.begin() + 1, length.end());
}

template <class Packet>
Bytes encode(const Packet& packet)
{
    Bytes bytes;
    encode(packet, bytes);
    return bytes;
}

// The body alone, as a datagram carries it.
template <class Body>
Bytes encodeBody(const Body& body)
{
    Bytes bytes;
    ByteWriter writer(bytes);
    Body::fields(writer, body);
    return bytes;
}

// The packet in `body`, or nothing if it is malformed. Its text borrows from `body`.
template <class Packet>
std::optional<Packet> decodeBody(ByteView body)
{
    Packet packet;
    ByteReader reader(body);
    Packet::fields(reader, packet);
    reader.finish();
    if (!reader.ok()) return std::nullopt;
    return packet;
}

// One packet as it stands in a record.
struct RawPacket
{
    PacketType type{};
    ByteView body;
};

// Takes the packets of one record's plaintext, one after the other.
class PacketReader
{
public:
    explicit PacketReader(ByteView plaintext) : left_(plaintext) {}

    // The next packet that is not an unknown optional one; false at the end or when the rest is malformed.
    bool next(RawPacket& packet);
    // After next() said false: whether that was because the bytes are malformed.
    bool malformed() const { return malformed_; }

private:
    ByteView left_;
    bool malformed_ = false;
};

} // namespace linnet::wire
