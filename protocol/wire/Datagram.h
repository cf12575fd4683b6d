// The layout of the sealed UDP datagrams between a peer and its registry. Sealing is secure/DatagramSeal.h's.
//
//   datagram = type(1) session(8) counter(8) sealed(n) tag(16)      counter big-endian
//
// A heartbeat and its answer are of the same size, so that nobody can make the registry amplify.
#pragma once

#include "wire/Bytes.h"
#include "wire/Limits.h"
#include "wire/RegistryPackets.h"

namespace linnet::wire {

enum class DatagramType : Byte {
    Heartbeat = 0x05,       // peer to registry: HeartbeatBody
    HeartbeatAnswer = 0x06, // registry to peer: AnswerBody
    Notice = 0x07,          // registry to peer: the body of a Notice packet
    NoticeSeen = 0x08,      // peer to registry: the body of a NoticeSeen packet
};

constexpr std::size_t kDatagramHeader = 17;
constexpr std::size_t kHeartbeatBody = 9;
constexpr std::size_t kHeartbeatSize = kDatagramHeader + kHeartbeatBody + kTagSize;
constexpr std::size_t kMaxDatagram = 1200; // fits every path

struct DatagramHeader
{
    DatagramType type{};
    SessionId session{};
    std::uint64_t counter = 0; // upwards: rises with each datagram. Downwards: never the same twice
};

struct HeartbeatBody
{
    Status status = Status::Online;
    std::uint64_t echo = 0; // the challenge last received; 0: none

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.enumeration(self.status);
        codec.u64(self.echo);
    }
};

struct AnswerBody
{
    enum class Kind : Byte {
        Heard = 1,          // `value` is the counter of the heartbeat that is answered
        Challenge = 2,      // a new address: send a heartbeat that echoes `value` from there
        UnknownSession = 3, // the registry has restarted or given the session up: log in again
    };
    Kind kind = Kind::Heard;
    std::uint64_t value = 0;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.enumeration(self.kind);
        codec.u64(self.value);
    }
};

} // namespace linnet::wire
