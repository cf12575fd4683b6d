// Non-blocking connect(2) to the addresses of a host.
#include "link/Dialer.h"

#include <sys/socket.h>

#include <cerrno>

namespace linnet::link {

Dialer::Dialer(EventLoop& loop, Resolver& resolver, const wire::Endpoint& to, Milliseconds deadline,
               Done done)
    : loop_(loop), resolver_(resolver), deadline_(loop.now() + deadline), done_(std::move(done)), at_(to)
{
    timer_ = loop_.callAfter(deadline, [this] { finish("name look-up timed out"); });
    ticket_ = resolver_.resolve(to.host, [this](const std::vector<std::string>& hosts) {
        hosts_.assign(hosts.rbegin(), hosts.rend());
        if (hosts_.empty()) failure_ = "name not found";
        tryNext();
    });
}

Dialer::~Dialer()
{
    resolver_.cancel(ticket_);
    loop_.cancel(timer_);
    loop_.unwatch(socket_.get());
}

void Dialer::tryNext()
{
    while (!hosts_.empty() && loop_.now() < deadline_) {
        at_.host = std::move(hosts_.back());
        hosts_.pop_back();
        int error = startAttempt(at_);
        if (error == 0) return;
        failure_ = describeError(error);
    }
    finish(failure_);
}

// 0 when it is under way, else an errno.
int Dialer::startAttempt(const wire::Endpoint& to)
{
    std::optional<SocketAddress> address = toAddress(to);
    if (!address) return EADDRNOTAVAIL;
    sa_family_t family = address->isV4() ? AF_INET : AF_INET6;
    NativeAddress native = toNative(*address, family);
    socket_.reset(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_) return errno;
    if (::connect(socket_.get(), native.get(), native.size) != 0 && errno != EINPROGRESS) return errno;
    if (!loop_.watch(socket_.get(), kWrite, *this)) return errno;

    auto attemptsLeft = static_cast<std::int64_t>(hosts_.size()) + 1;
    loop_.cancel(timer_);
    timer_ = loop_.callAfter((deadline_ - loop_.now()) / attemptsLeft, [this] { attemptFailed(ETIMEDOUT); });
    return 0;
}

void Dialer::onWritable()
{
    int error = takeError(socket_.get());
    error == 0 ? finish({}) : attemptFailed(error);
}

void Dialer::attemptFailed(int errorNumber)
{
    failure_ = describeError(errorNumber);
    loop_.unwatch(socket_.get());
    socket_.reset();
    tryNext();
}

void Dialer::finish(const std::string& failure)
{
    loop_.cancel(timer_);
    resolver_.cancel(ticket_);
    loop_.unwatch(socket_.get());
    if (!failure.empty()) socket_.reset();
    done_(std::move(socket_), at_, failure);
}

} // namespace linnet::link
