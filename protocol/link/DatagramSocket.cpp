// Datagrams, several for one system call.
#include "link/DatagramSocket.h"

#include "link/SocketIo.h"
#include "wire/Datagram.h"

#include <sys/socket.h>

namespace linnet::link {

namespace {

constexpr unsigned kBatch = 16;
constexpr unsigned kBatchesPerRound = 4;

// Room for one batch, shared by all sockets of the one thread. A byte more than a datagram may have tells the
// longer ones apart.
struct Batch
{
    Batch();

    wire::Byte bytes[kBatch][wire::kMaxDatagram + 1];
    NativeAddress from[kBatch];
    iovec parts[kBatch];
    mmsghdr messages[kBatch];
};

Batch::Batch()
{
    for (unsigned i = 0; i < kBatch; ++i) {
        parts[i] = {bytes[i], sizeof bytes[i]};
        messages[i] = {};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = from[i].get();
    }
}

} // namespace

class DatagramSocket::Impl final : private DescriptorHandler
{
public:
    Impl(EventLoop& loop, const wire::Endpoint& at, Received received);
    ~Impl() { loop_.unwatch(socket_.get()); }

    std::uint16_t port() const { return localAddress(socket_.get()).port; }
    void send(wire::ByteView datagram, const SocketAddress& to);

private:
    void onReadable() override;
    void onDescriptorError(int) override {} // someone's refusal, already taken: the others go on
    unsigned receiveBatch();

    EventLoop& loop_;
    Received received_;
    Descriptor socket_;
    sa_family_t family_ = AF_INET6;
};

DatagramSocket::Impl::Impl(EventLoop& loop, const wire::Endpoint& at, Received received)
    : loop_(loop), received_(std::move(received)), socket_(openBound(SOCK_DGRAM, at))
{
    NativeAddress bound;
    ::getsockname(socket_.get(), bound.get(), &bound.size);
    family_ = bound.get()->sa_family;
    loop_.watch(socket_.get(), kRead, *this);
}

void DatagramSocket::Impl::send(wire::ByteView datagram, const SocketAddress& to)
{
    NativeAddress native = toNative(to, family_);
    if (native.size == 0) return;
    ::sendto(socket_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL, native.get(),
             native.size);
}

void DatagramSocket::Impl::onReadable()
{
    for (unsigned i = 0; i < kBatchesPerRound; ++i) {
        if (receiveBatch() < kBatch) return;
    }
}

unsigned DatagramSocket::Impl::receiveBatch()
{
    static Batch batch;
    for (mmsghdr& message : batch.messages)
        message.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    int count = ::recvmmsg(socket_.get(), batch.messages, kBatch, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i) {
        std::size_t size = batch.messages[i].msg_len;
        if (size <= wire::kMaxDatagram) received_(batch.bytes[i], size, fromNative(batch.from[i].get()));
    }
    return count < 0 ? 0 : static_cast<unsigned>(count);
}

DatagramSocket::DatagramSocket(EventLoop& loop, const wire::Endpoint& at, Received received)
    : impl_(std::make_unique<Impl>(loop, at, std::move(received)))
{
}

DatagramSocket::~DatagramSocket() = default;

std::uint16_t DatagramSocket::port() const
{
    return impl_->port();
}

void DatagramSocket::send(wire::ByteView datagram, const SocketAddress& to)
{
    impl_->send(datagram, to);
}

} // namespace linnet::link
