// What the layer does with descriptors: open, read, write, name errors. Plain system calls rather than POCO's
// socket classes, whose sendBytes() and acceptConnection() throw or return -1 for the same "would block"
// depending on the version, and which need an address object on the heap per datagram. Nothing here throws
// but openBound().
#pragma once

#include "link/SocketAddress.h"
#include "wire/Bytes.h"
#include "wire/Endpoint.h"

#include <string>
#include <utility>

namespace linnet::link {

// A descriptor that is closed with its owner; -1 is none.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() { reset(); }
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        reset(other.release());
        return *this;
    }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }
    void reset(int fd = -1);

private:
    int fd_ = -1;
};

struct IoResult
{
    enum class Status { Done, WouldBlock, Closed, Failed };
    Status status = Status::Done;
    std::size_t count = 0; // Done: bytes moved, at least one
    int error = 0;         // Failed: errno
};

IoResult tryReceive(int fd, wire::Byte* to, std::size_t size);
IoResult trySend(int fd, wire::ByteView bytes);

// Reads and clears SO_ERROR; 0 for what is no socket.
int takeError(int fd);

// The kernel's own address of the socket; zeros when it has none.
SocketAddress localAddress(int fd);

// A non-blocking socket of `type`, bound to `at`: an empty host is every address, IPv4 included. Falls back
// to IPv4 where the kernel has no IPv6. Throws std::runtime_error with a sentence that names the address and
// the reason.
Descriptor openBound(int type, const wire::Endpoint& at);

// "connection refused": what people call an errno.
std::string describeError(int errorNumber);

} // namespace linnet::link
