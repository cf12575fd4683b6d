// Splitting a record's plaintext into packets.
#include "wire/PacketCodec.h"

namespace linnet::wire {

bool PacketReader::next(RawPacket& packet)
{
    while (!left_.empty() && !malformed_) {
        ByteReader reader(left_);
        std::uint8_t type = 0;
        std::uint64_t size = 0;
        reader.u8(type);
        reader.varint(size);
        if (!reader.ok() || size > reader.left()) {
            malformed_ = true;
            break;
        }
        packet.type = static_cast<PacketType>(type);
        packet.body = reader.take(static_cast<std::size_t>(size));
        left_ = left_.from(left_.size() - reader.left());
        bool unknown = packetName(packet.type).empty();
        if (!unknown) return true;
        if (!(type & kOptionalPacket)) malformed_ = true;
    }
    return false;
}

} // namespace linnet::wire
