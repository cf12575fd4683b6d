// One TCP connection with a secure::Channel on it: dials or was accepted, greets, shakes hands, carries
// records. Packets queued in one round of the loop leave in one record and one write.
//
// Owned by whoever made it, in a unique_ptr; destroyed after the round (post), never from inside its own
// callback.
#pragma once

#include "link/EventLoop.h"
#include "link/SocketIo.h"
#include "secure/Channel.h"
#include "wire/Endpoint.h"
#include "wire/PacketCodec.h"

#include <memory>
#include <optional>
#include <string>

namespace linnet::link {

using wire::ByteView;
using wire::Endpoint;
using wire::Key;

class Connection;
class Dialer;
class Resolver;

struct CloseReason
{
    enum class Kind {
        ByOther,     // the other side closed it
        Unreachable, // name not found, refused, no route, dial deadline passed
        Failed,      // handshake or record: see failure
        TimedOut,    // handshake deadline passed, or the kernel gave the link up
        Overflow,    // the output queue stayed full
        Local,       // close() was called; not reported
    };
    Kind kind = Kind::ByOther;
    secure::Channel::Failure failure = secure::Channel::Failure::None;
    std::string words; // for logs and users: "connection refused"
};

// What a connection tells its owner. All calls come from the event loop.
class ConnectionHandler
{
public:
    virtual void onOpen(Connection& connection) = 0;
    // One record's plaintext; borrow only during the call.
    virtual void onRecord(Connection& connection, ByteView plaintext) = 0;
    // Last call of all. Not made after close() by the owner.
    virtual void onClosed(Connection& connection, const CloseReason& reason) = 0;
    // The output queue, once over kQueueHigh, is empty again.
    virtual void onDrained(Connection&) {}

protected:
    ~ConnectionHandler() = default;
};

constexpr std::size_t kQueueHigh =
    64 * 1024; // bytes: above it, full() says so and nothing more should be queued
constexpr std::size_t kQueueLimit =
    2 * kQueueHigh; // bytes: a queue that grows past this closes the connection

class Connection final : private DescriptorHandler
{
public:
    struct Timing
    {
        Milliseconds dial{10000};      // to reach the other side, name look-up included
        Milliseconds handshake{10000}; // from connected to open
        unsigned keepAlive = 60;       // seconds of silence before the kernel probes
        unsigned userTimeout = 25;     // seconds unacknowledged data may stay before the kernel gives up
    };

    // Dials. onOpen or onClosed follows, never from inside this call.
    Connection(EventLoop& loop, ConnectionHandler& handler, std::uint64_t id, Resolver& resolver,
               const Endpoint& to, const secure::Channel::Setup& setup, secure::Random& random,
               Timing timing);
    // Takes an accepted, connected socket.
    Connection(EventLoop& loop, ConnectionHandler& handler, std::uint64_t id, int fd, Endpoint remote,
               const secure::Channel::Setup& setup, secure::Random& random, Timing timing);
    ~Connection();

    std::uint64_t id() const { return id_; }
    const Endpoint& remote() const { return remote_; } // numeric once connected
    Endpoint local() const;                            // numeric; port 0 when not connected
    const secure::Channel& channel() const { return channel_; }
    bool open() const { return channel_.open(); }

    // Queues a packet; it leaves at the end of this round. Nothing happens once closed.
    template <class Packet>
    void send(const Packet& packet)
    {
        if (closed_ || overflowed_) return;
        wire::encode(packet, channel_.plaintext());
        scheduleFlush();
    }
    void sendEncoded(ByteView packets); // the same for whole packets already encoded
    bool full() const { return channel_.queued() > kQueueHigh; }

    // Ends it: what is queued is still offered to the kernel, then the socket is closed. No callback follows.
    void close();
    bool closed() const { return closed_; }

private:
    void onReadable() override;
    void onWritable() override;
    void onDescriptorError(int errorNumber) override;
    void onRoundEnd() override;

    void start(Descriptor socket, const Timing& timing);
    void scheduleFlush();
    void deliver();
    void write();
    void conclude();
    void overflow();
    void lost(int errorNumber);
    void end(CloseReason::Kind kind, std::string words);
    void release();

    EventLoop& loop_;
    ConnectionHandler& handler_;
    std::uint64_t id_;
    Endpoint remote_;
    secure::Channel channel_;
    std::unique_ptr<Dialer> dialer_; // until open
    TimerId timer_ = 0;              // the handshake's deadline; after overflow(), what ends the connection
    Descriptor socket_;
    int writeError_ = 0; // nothing can be written any more; what has come can still be read
    bool closed_ = false;
    bool overflowed_ = false; // to be closed at once
    bool told_ = false;       // onOpen was called
    bool blocked_ = false;    // the kernel takes no more for now
    bool wasFull_ = false;    // onDrained is owed
};

} // namespace linnet::link
