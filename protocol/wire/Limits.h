// Every limit of the protocol, in bytes, seconds or counts. PROTOCOL.md says why each is what it is.
#pragma once

#include <cstddef>
#include <cstdint>

namespace linnet::wire {

// Text
constexpr std::size_t kMinName = 3;
constexpr std::size_t kMaxName = 32;
constexpr std::size_t kMinPassword = 8;
constexpr std::size_t kMaxPassword = 256;
constexpr std::size_t kMaxText = 4096;  // one chat message, UTF-8 bytes
constexpr std::size_t kMaxNote = 256;   // the words sent along with a chat request
constexpr std::size_t kMaxHost = 255;   // a host name or a numeric address
constexpr std::size_t kMaxScram = 512;  // one SCRAM message
constexpr std::size_t kMaxReason = 200; // the words of a refusal
constexpr std::size_t kMaxInvitation = 64;

// Records: a 16-bit length, then that many bytes
constexpr std::size_t kMaxHandshakeRecord = 256;
constexpr std::size_t kMaxRecord = 8192;
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kMaxPlaintext = kMaxRecord - kTagSize;

// Lists in one packet
constexpr std::size_t kMaxEndpoints = 4;
constexpr std::size_t kSearchPage = 16;
constexpr std::size_t kOnlinePage = 100;
constexpr std::size_t kDigestPage = 512;
constexpr std::size_t kKeptDigests = 1024; // how far back a receiver can still recognise a message

// SCRAM
constexpr std::uint32_t kDefaultIterations = 100000;
constexpr std::uint32_t kMinIterations = 4096;
constexpr std::uint32_t kMaxIterations = 1000000;

// Ports
constexpr std::uint16_t kRegistryTcpPort = 3131;
constexpr std::uint16_t kRegistryUdpPort = 5151;
constexpr std::uint16_t kFirstPeerPort = 5858;

// Seconds
constexpr unsigned kHeartbeatPeriod = 20;
constexpr unsigned kMissedHeartbeats = 3; // silent this many periods: offline

} // namespace linnet::wire
