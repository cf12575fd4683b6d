// Where a packet came from: a numeric address and a port, kept by value. IPv4 is kept as IPv4-mapped IPv6.
#pragma once

#include "wire/Bytes.h"

#include <string>

namespace linnet::registry {

using IpBytes = std::array<wire::Byte, 16>;

struct Address
{
    IpBytes ip{};
    std::uint16_t port = 0;

    bool operator==(const Address& other) const { return ip == other.ip && port == other.port; }
    bool operator!=(const Address& other) const { return !(*this == other); }
};

bool isLoopback(const IpBytes& ip);

// What one customer of a network usually has: an IPv4 address whole, of an IPv6 address the first 64 bits.
// Limits and delays are counted per prefix.
IpBytes prefixOf(const IpBytes& ip);

// "192.0.2.7", "2001:db8::1"
std::string hostText(const IpBytes& ip);

} // namespace linnet::registry
