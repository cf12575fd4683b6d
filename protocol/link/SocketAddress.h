// A numeric address and port, as the kernel has it, in 18 bytes.
#pragma once

#include "wire/Bytes.h"
#include "wire/Endpoint.h"

#include <sys/socket.h>

#include <optional>

namespace linnet::link {

// Compared and kept by value. IPv4 is kept as IPv4-mapped IPv6; the interface of a link-local IPv6 address in
// its bytes 4 to 7, which are zero on the wire.
struct SocketAddress
{
    std::array<wire::Byte, 16> ip{};
    std::uint16_t port = 0;

    bool operator==(const SocketAddress& other) const { return ip == other.ip && port == other.port; }
    bool isLoopback() const;
    bool isV4() const;
};

// From and to the numeric form; nothing when the host is a name.
std::optional<SocketAddress> toAddress(const wire::Endpoint& numeric);
wire::Endpoint toEndpoint(const SocketAddress& address);

// From and to the form that system calls take. A socket of AF_INET cannot take an IPv6 address: size is 0
// then.
struct NativeAddress
{
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};
NativeAddress toNative(const SocketAddress& address, sa_family_t family);
SocketAddress fromNative(const sockaddr* native);

} // namespace linnet::link
