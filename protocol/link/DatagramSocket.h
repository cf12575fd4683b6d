// One unconnected UDP socket: datagrams in and out, IPv4 and IPv6, never blocking.
#pragma once

#include "link/EventLoop.h"
#include "link/SocketAddress.h"
#include "wire/Bytes.h"

#include <functional>
#include <memory>

namespace linnet::link {

class DatagramSocket
{
public:
    // The datagram may be changed in place by the receiver (decryption). At most kMaxDatagram bytes: longer
    // ones are dropped.
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
