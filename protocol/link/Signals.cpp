// Signals by signalfd(2).
#include "link/Signals.h"

#include "link/SocketIo.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace linnet::link {

class Signals::Impl final : private DescriptorHandler
{
public:
    Impl(EventLoop& loop, std::initializer_list<int> signals, std::function<void(int)> received);
    ~Impl();

private:
    void onReadable() override;
    void onDescriptorError(int) override {}

    EventLoop& loop_;
    std::function<void(int)> received_;
    sigset_t before_{};
    Descriptor descriptor_;
};

Signals::Impl::Impl(EventLoop& loop, std::initializer_list<int> signals, std::function<void(int)> received)
    : loop_(loop), received_(std::move(received))
{
    sigset_t set;
    ::sigemptyset(&set);
    for (int signal : signals)
        ::sigaddset(&set, signal);
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
    descriptor_.reset(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!descriptor_) throw std::system_error(errno, std::generic_category(), "signalfd");
    loop_.watch(descriptor_.get(), kRead, *this);
}

Signals::Impl::~Impl()
{
    loop_.unwatch(descriptor_.get());
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Signals::Impl::onReadable()
{
    signalfd_siginfo info{};
    while (::read(descriptor_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info))
        received_(static_cast<int>(info.ssi_signo));
}

Signals::Signals(EventLoop& loop, std::initializer_list<int> signals, std::function<void(int)> received)
    : impl_(std::make_unique<Impl>(loop, signals, std::move(received)))
{
}

Signals::~Signals() = default;

} // namespace linnet::link
