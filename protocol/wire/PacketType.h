// The one table of packets: number, name. Everything that lists packets (logs, tests, PROTOCOL.md's check)
// is derived from it. Numbers 0 to 5 are as in the first programs of this family.
//
//   packet  = type(1) length(varint) body(length)
//   record  = length(2) Noise message of 1..n packets
//
// Types from 0x80 up are optional: who does not know one skips it. An unknown type below is an error.
#pragma once

#include "wire/Bytes.h"

#include <string_view>

namespace linnet::wire {

#define LINNET_PACKETS(X)                                                                                    \
    /* peer to registry */                                                                                   \
    X(Register, 0x00)                                                                                        \
    X(Login, 0x01)                                                                                           \
    X(Search, 0x02)                                                                                          \
    X(Logout, 0x03)                                                                                          \
    X(ListOnline, 0x04)                                                                                      \
    X(Heartbeat, 0x05)                                                                                       \
    X(ScramFirst, 0x06)                                                                                      \
    X(ScramFinal, 0x07)                                                                                      \
    X(Resume, 0x08)                                                                                          \
    X(ChangePassword, 0x09)                                                                                  \
    X(WaitFor, 0x0a)                                                                                         \
    X(CallMe, 0x0b)                                                                                          \
    X(NoticeSeen, 0x0c)                                                                                      \
    /* registry to peer */                                                                                   \
    X(Done, 0x20)                                                                                            \
    X(Refused, 0x21)                                                                                         \
    X(LoggedIn, 0x22)                                                                                        \
    X(PasswordNeeded, 0x23)                                                                                  \
    X(ScramChallenge, 0x24)                                                                                  \
    X(Found, 0x25)                                                                                           \
    X(OnlineList, 0x26)                                                                                      \
    X(Notice, 0x27)                                                                                          \
    /* peer to peer */                                                                                       \
    X(Hello, 0x40)                                                                                           \
    X(ChatRequest, 0x41)                                                                                     \
    X(ChatAnswer, 0x42)                                                                                      \
    X(StreamState, 0x43)                                                                                     \
    X(Message, 0x44)                                                                                         \
    X(Ack, 0x45)                                                                                             \
    X(Skip, 0x46)                                                                                            \
    X(DigestQuery, 0x47)                                                                                     \
    X(Digests, 0x48)                                                                                         \
    X(StreamRestart, 0x49)                                                                                   \
    /* either way */                                                                                         \
    X(Goodbye, 0x7f)

enum class PacketType : Byte {
#define LINNET_PACKET_ENUM(name, number) name = number,
    LINNET_PACKETS(LINNET_PACKET_ENUM)
#undef LINNET_PACKET_ENUM
};

constexpr Byte kOptionalPacket = 0x80;

// The packet's name, or nothing for a number that is not in the table.
constexpr std::string_view packetName(PacketType type)
{
    switch (type) {
#define LINNET_PACKET_NAME(name, number)                                                                     \
    case PacketType::name:                                                                                   \
        return #name;
        LINNET_PACKETS(LINNET_PACKET_NAME)
#undef LINNET_PACKET_NAME
    }
    return {};
}

} // namespace linnet::wire
