// The packet that any side of any connection may send last.
#pragma once

#include "wire/PacketType.h"

namespace linnet::wire {

// Said before a connection is closed on purpose, so that the other side can tell its user why.
struct Goodbye
{
    static constexpr PacketType kType = PacketType::Goodbye;
    enum class Reason : Byte {
        ShuttingDown = 1,
        Replaced = 2, // a newer link between the same two took its place
        Idle = 3,
        BadPacket = 4,
        Crowded = 5, // too many connections
        TooSlow = 6, // a time limit passed
    };
    Reason reason = Reason::ShuttingDown;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.enumeration(self.reason);
    }
};

} // namespace linnet::wire
