// One unconnected UDP socket: datagrams in and out, IPv4 and IPv6, never blocking.
#pragma once

#include "link/EventLoop.h"
#include "wire/Bytes.h"
#include "wire/Endpoint.h"

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <optional>

namespace linnet::link {

// A numeric address, as the kernel has it. Compared and kept by value; IPv4 is kept as IPv4-mapped IPv6.
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

class DatagramSocket
{
public:
    // The datagram may be changed in place by the receiver (decryption).
    using Received = std::function<void(wire::Byte* datagram, std::size_t size, const SocketAddress& from)>;

    // Binds to `at` as Listener does. Throws std::runtime_error with a sentence.
    DatagramSocket(EventLoop& loop, const wire::Endpoint& at, Received received);
    ~DatagramSocket();

    std::uint16_t port() const;
    // Lost without a word when the kernel has no room or no route: datagrams may be lost anyway.
    void send(wire::ByteView datagram, const SocketAddress& to);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace linnet::link
