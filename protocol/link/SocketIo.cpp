// Opening, reading and writing sockets; errno in words.
#include "link/SocketIo.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace linnet::link {

namespace {

IoResult toResult(ssize_t count)
{
    if (count > 0) return {IoResult::Status::Done, static_cast<std::size_t>(count), 0};
    if (count == 0) return {IoResult::Status::Closed, 0, 0};
    bool later =
        errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOBUFS || errno == ENOMEM;
    if (later) return {IoResult::Status::WouldBlock, 0, 0};
    return {IoResult::Status::Failed, 0, errno};
}

// 0, or the errno of what failed.
int tryBind(Descriptor& socket, int type, sa_family_t family, const SocketAddress& address)
{
    NativeAddress native = toNative(address, family);
    if (native.size == 0) return EAFNOSUPPORT;
    socket.reset(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return errno;
    const int off = 0;
    const int on = 1;
    if (family == AF_INET6) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (type == SOCK_STREAM) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return ::bind(socket.get(), native.get(), native.size) == 0 ? 0 : errno;
}

std::string describeBindError(const wire::Endpoint& at, int errorNumber)
{
    std::string port = "port " + std::to_string(at.port);
    switch (errorNumber) {
    case EADDRINUSE:
        return port + " is in use on this machine";
    case EACCES:
        return port + " may be used with more rights only";
    case EADDRNOTAVAIL:
        return at.host + " is no address of this machine";
    default:
        return port + " cannot be opened: " + describeError(errorNumber);
    }
}

} // namespace

void Descriptor::reset(int fd)
{
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

IoResult tryReceive(int fd, wire::Byte* to, std::size_t size)
{
    return toResult(::recv(fd, to, size, MSG_DONTWAIT));
}

IoResult trySend(int fd, wire::ByteView bytes)
{
    return toResult(::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

int takeError(int fd)
{
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : 0;
}

SocketAddress localAddress(int fd)
{
    NativeAddress native;
    ::getsockname(fd, native.get(), &native.size);
    return fromNative(native.get());
}

Descriptor openBound(int type, const wire::Endpoint& at)
{
    SocketAddress any;
    any.port = at.port;
    std::optional<SocketAddress> address = at.host.empty() ? any : toAddress(at);
    if (!address) throw std::runtime_error(at.host + " is no numeric address to listen on");

    Descriptor socket;
    int error = tryBind(socket, type, AF_INET6, *address);
    bool noV6 = error == EAFNOSUPPORT || (at.host.empty() && error == EADDRNOTAVAIL);
    if (noV6)
        error = tryBind(socket, type, AF_INET, at.host.empty() ? *toAddress({"0.0.0.0", at.port}) : *address);
    if (error != 0) throw std::runtime_error(describeBindError(at, error));
    return socket;
}

std::string describeError(int errorNumber)
{
    switch (errorNumber) {
    case ECONNREFUSED:
        return "connection refused";
    case EHOSTUNREACH:
    case ENETUNREACH:
        return "no route to host";
    case ETIMEDOUT:
        return "timed out";
    case ECONNRESET:
    case EPIPE:
        return "connection reset";
    case EMFILE:
    case ENFILE:
        return "too many open files";
    case EADDRNOTAVAIL:
        return "address not available";
    case EAFNOSUPPORT:
        return "no such network on this machine";
    default:
        return std::generic_category().message(errorNumber);
    }
}

} // namespace linnet::link
