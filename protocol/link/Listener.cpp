// Accepting, and not accepting when descriptors run out: the loop would spin on a connection it cannot take.
#include "link/Listener.h"

#include "link/SocketIo.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace linnet::link {

namespace {

constexpr int kBacklog = 256;
constexpr int kAcceptedPerRound = 16;
constexpr int kReserve = 16; // descriptors left for files, name look-ups and links we dial
constexpr Milliseconds kPause{1000};

// The lowest free number tells how many are in use.
bool descriptorsAreScarce(int fd)
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    Descriptor lowest(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    return !lowest || static_cast<rlim_t>(lowest.get()) + kReserve >= limit.rlim_cur;
}

} // namespace

class Listener::Impl final : private DescriptorHandler
{
public:
    Impl(EventLoop& loop, const wire::Endpoint& at, Accepted accepted);
    ~Impl();

    std::uint16_t port() const { return localAddress(socket_.get()).port; }

private:
    void onReadable() override;
    void onDescriptorError(int) override { pause(); }
    void pause();
    void resume();

    EventLoop& loop_;
    Accepted accepted_;
    Descriptor socket_;
    TimerId retry_ = 0;
};

Listener::Impl::Impl(EventLoop& loop, const wire::Endpoint& at, Accepted accepted)
    : loop_(loop), accepted_(std::move(accepted)), socket_(openBound(SOCK_STREAM, at))
{
    if (::listen(socket_.get(), kBacklog) != 0)
        throw std::runtime_error("port " + std::to_string(at.port) +
                                 " cannot be opened: " + describeError(errno));
    loop_.watch(socket_.get(), kRead, *this);
}

Listener::Impl::~Impl()
{
    loop_.cancel(retry_);
    loop_.unwatch(socket_.get());
}

void Listener::Impl::onReadable()
{
    for (int i = 0; i < kAcceptedPerRound; ++i) {
        if (descriptorsAreScarce(socket_.get())) return pause();
        NativeAddress from;
        Descriptor connection(::accept4(socket_.get(), from.get(), &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!connection) {
            bool noRoom = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
            return noRoom ? pause() : void();
        }
        const int on = 1;
        ::setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        accepted_(connection.release(), toEndpoint(fromNative(from.get())));
    }
}

void Listener::Impl::pause()
{
    loop_.watch(socket_.get(), kNone, *this);
    loop_.cancel(retry_);
    retry_ = loop_.callAfter(kPause, [this] { resume(); });
}

void Listener::Impl::resume()
{
    retry_ = 0;
    if (descriptorsAreScarce(socket_.get())) return pause();
    loop_.watch(socket_.get(), kRead, *this);
}

Listener::Listener(EventLoop& loop, const wire::Endpoint& at, Accepted accepted)
    : impl_(std::make_unique<Impl>(loop, at, std::move(accepted)))
{
}

Listener::~Listener() = default;

std::uint16_t Listener::port() const
{
    return impl_->port();
}

} // namespace linnet::link
