// What the registry's core is handed from outside: the time, a way out for packets, and a place for its log
// lines.
#pragma once

#include "registry/core/Address.h"
#include "wire/RegistryPackets.h"

#include <cstdint>
#include <string_view>

namespace linnet::registry {

using ConnectionId = std::uint64_t;

// One instant, by both clocks.
struct Now
{
    std::uint64_t milliseconds = 0; // monotonic, goes on while the machine sleeps
    std::uint64_t wall = 0;         // seconds since 1970, as far as the machine knows

    std::uint32_t seconds() const { return static_cast<std::uint32_t>(milliseconds / 1000); }
};

class Outbound
{
public:
    virtual ~Outbound() = default;
    // Whole encoded packets for one connection.
    virtual void sendPackets(ConnectionId to, wire::ByteView packets) = 0;
    // Says Goodbye with `reason`, then closes. connectionClosed() does not follow.
    virtual void closeConnection(ConnectionId connection, wire::Goodbye::Reason reason) = 0;
    // May be lost.
    virtual void sendDatagram(wire::ByteView datagram, const Address& to) = 0;
};

// One event, one line. What others sent is in it only as far as it is known to be harmless text.
class Diagnostics
{
public:
    enum class Level { Debug, Info, Warning, Error };

    virtual ~Diagnostics() = default;
    virtual void event(Level level, std::string_view line) = 0;
};

} // namespace linnet::registry
