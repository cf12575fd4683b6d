// A connection's life: dialled or accepted, handshake, records, and its one end.
#include "link/Connection.h"

#include "link/Dialer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace linnet::link {

namespace {

constexpr int kProbes = 3;

// Where bytes arrive, for all connections of the one thread: an idle one needs no buffer.
wire::Byte arrived[32 * 1024];

void setOption(int fd, int level, int option, int value)
{
    ::setsockopt(fd, level, option, &value, sizeof value);
}

void tune(int fd, const Connection::Timing& timing)
{
    auto userTimeout = static_cast<int>(timing.userTimeout);
    setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    setOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    setOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(timing.keepAlive));
    setOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, std::max(1, userTimeout / kProbes));
    setOption(fd, IPPROTO_TCP, TCP_KEEPCNT, kProbes);
    setOption(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, userTimeout * 1000);
}

} // namespace

Connection::Connection(EventLoop& loop, ConnectionHandler& handler, std::uint64_t id, Resolver& resolver,
                       const Endpoint& to, const secure::Channel::Setup& setup, secure::Random& random,
                       Timing timing)
    : loop_(loop), handler_(handler), id_(id), remote_(to), channel_(setup, random)
{
    auto reached = [this, timing](Descriptor socket, const Endpoint& remote, const std::string& failure) {
        if (overflowed_) return;
        if (!socket) return end(CloseReason::Kind::Unreachable, failure);
        remote_ = remote;
        start(std::move(socket), timing);
    };
    dialer_ = std::make_unique<Dialer>(loop, resolver, to, timing.dial, reached);
}

Connection::Connection(EventLoop& loop, ConnectionHandler& handler, std::uint64_t id, int fd, Endpoint remote,
                       const secure::Channel::Setup& setup, secure::Random& random, Timing timing)
    : loop_(loop), handler_(handler), id_(id), remote_(std::move(remote)), channel_(setup, random)
{
    start(Descriptor(fd), timing);
}

Connection::~Connection()
{
    if (!closed_) release();
}

void Connection::start(Descriptor socket, const Timing& timing)
{
    socket_ = std::move(socket);
    tune(socket_.get(), timing);
    timer_ = loop_.callAfter(timing.handshake,
                             [this] { end(CloseReason::Kind::TimedOut, "the handshake took too long"); });
    write();
}

Endpoint Connection::local() const
{
    return socket_ ? toEndpoint(localAddress(socket_.get())) : Endpoint{};
}

void Connection::sendEncoded(ByteView packets)
{
    if (closed_ || overflowed_) return;
    append(channel_.plaintext(), packets);
    scheduleFlush();
}

void Connection::scheduleFlush()
{
    if (full()) wasFull_ = true;
    if (channel_.queued() > kQueueLimit) {
        write();
        if (channel_.queued() > kQueueLimit) return overflow();
    }
    if (told_ && !blocked_) loop_.atRoundEnd(socket_.get());
}

void Connection::onReadable()
{
    IoResult result = tryReceive(socket_.get(), arrived, sizeof arrived);
    if (result.status == IoResult::Status::WouldBlock) return;
    if (result.status != IoResult::Status::Done) return lost(result.error);
    channel_.receive({arrived, result.count});
    deliver();
}

void Connection::deliver()
{
    if (channel_.open() && !told_) {
        told_ = true;
        loop_.cancel(timer_);
        dialer_.reset();
        handler_.onOpen(*this);
    }
    ByteView plaintext;
    while (!closed_ && channel_.nextRecord(plaintext))
        handler_.onRecord(*this, plaintext);
    if (closed_ || overflowed_) return;
    if (channel_.failure() != secure::Channel::Failure::None) return conclude();
    if (!channel_.output().empty() && !blocked_) loop_.atRoundEnd(socket_.get());
}

void Connection::onWritable()
{
    blocked_ = false;
    write();
    conclude();
}

void Connection::onRoundEnd()
{
    write();
    conclude();
}

// Offers the kernel what is queued. Calls nobody back: what goes wrong here shows when reading.
void Connection::write()
{
    if (!socket_) return;
    while (writeError_ == 0 && !blocked_) {
        if (channel_.output().empty()) channel_.flush();
        if (channel_.output().empty()) break;
        IoResult result = trySend(socket_.get(), channel_.output());
        blocked_ = result.status == IoResult::Status::WouldBlock;
        if (result.status == IoResult::Status::Failed) writeError_ = result.error;
        channel_.sent(result.count);
    }
    loop_.watch(socket_.get(), kRead | (blocked_ ? kWrite : kNone), *this);
}

// After writing, with what only the event loop may tell the owner.
void Connection::conclude()
{
    if (channel_.failure() != secure::Channel::Failure::None) {
        write(); // the greeting that tells the other side why
        return end(CloseReason::Kind::Failed, secure::describe(channel_.failure()));
    }
    if (!wasFull_ || channel_.queued() > 0) return;
    wasFull_ = false;
    handler_.onDrained(*this);
}

// Found while the owner is in send(), so it is told by a timer.
void Connection::overflow()
{
    overflowed_ = true;
    loop_.unwatch(socket_.get());
    loop_.cancel(timer_);
    timer_ = loop_.callAfter(
        Milliseconds(0), [this] { end(CloseReason::Kind::Overflow, "it took no more of what was sent"); });
}

void Connection::onDescriptorError(int errorNumber)
{
    lost(errorNumber);
}

// errorNumber: 0 when the other side has closed it in good order.
void Connection::lost(int errorNumber)
{
    if (errorNumber == 0) write(); // it may have closed its own half only
    int error = errorNumber != 0 ? errorNumber : writeError_;
    if (error == 0) return end(CloseReason::Kind::ByOther, told_ ? "closed" : "closed during the handshake");
    bool byOther = error == ECONNRESET || error == EPIPE;
    end(byOther ? CloseReason::Kind::ByOther : CloseReason::Kind::TimedOut, describeError(error));
}

void Connection::close()
{
    if (closed_) return;
    dialer_.reset();
    write();
    release();
}

void Connection::end(CloseReason::Kind kind, std::string words)
{
    release();
    handler_.onClosed(*this, {kind, channel_.failure(), std::move(words)});
}

void Connection::release()
{
    closed_ = true;
    loop_.cancel(timer_);
    loop_.unwatch(socket_.get());
    // Closing with input unread would make the kernel drop what it has not sent yet.
    if (socket_) tryReceive(socket_.get(), arrived, sizeof arrived);
    socket_.reset();
}

} // namespace linnet::link
