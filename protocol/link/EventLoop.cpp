// The event loop over Poco::Net::SocketReactor.
//
// The reactor waits and dispatches; what it waits for is one epoll set with every descriptor in it
// (DescriptorSet), and time is a timerfd in that set. Registered one by one, each descriptor would cost the
// reactor 768 bytes, and meet what POCO 1.11 does to it: a write interest that was given up stays armed, a
// hang-up spins unseen, descriptors that were closed first stay registered. A set of our own also knows where
// a round ends, which the reactor does not tell.
#include "link/EventLoop.h"

#include "link/DescriptorSet.h"
#include "link/Guarded.h"
#include "link/TimerQueue.h"

#include <Poco/NObserver.h>
#include <Poco/Net/Socket.h>
#include <Poco/Net/SocketImpl.h>
#include <Poco/Net/SocketNotification.h>
#include <Poco/Net/SocketReactor.h>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <vector>

namespace linnet::link {

namespace {

// Twenty days: nearly what fits epoll_wait's int. Nothing depends on the reactor's own time-out.
constexpr Milliseconds kForever{20LL * 24 * 3600 * 1000};

// POCO sockets close their descriptor; this one only borrows it.
class BorrowedSocketImpl : public Poco::Net::SocketImpl
{
public:
    explicit BorrowedSocketImpl(int fd) : SocketImpl(fd) {}

protected:
    ~BorrowedSocketImpl() override { reset(); }
};

class BorrowedSocket : public Poco::Net::Socket
{
public:
    explicit BorrowedSocket(int fd) : Socket(new BorrowedSocketImpl(fd)) {}
};

// Runs rounds until told to stop. Made anew for each run, since a stopped reactor of POCO 1.11 cannot run
// again.
class Reactor final : public Poco::Net::SocketReactor
{
public:
    using Round = std::function<bool()>; // false: stop

    Reactor(int fd, Milliseconds timeout, bool once, Round round)
        : SocketReactor(Poco::Timespan(timeout.count() * 1000)),
          socket_(fd),
          once_(once),
          round_(std::move(round))
    {
        // No observer for errors, which costs each round a little: an epoll set has none, and its members'
        // come as readiness of the set.
        using Readable = Poco::Net::ReadableNotification;
        addEventHandler(socket_, Poco::NObserver<Reactor, Readable>(*this, &Reactor::onReady));
    }

private:
    void onReady(const Poco::AutoPtr<Poco::Net::ReadableNotification>&)
    {
        if (!round_() || once_) stop();
    }
    // Called at a time-out, by POCO 1.11 also when nothing was readable. POCO's own would walk all handlers.
    void onTimeout() override
    {
        if (once_) stop();
    }

    BorrowedSocket socket_;
    bool once_;
    Round round_;
};

} // namespace

class EventLoop::Impl
{
public:
    Impl();

    void drive(Milliseconds timeout, bool once);
    Milliseconds now();
    void post(std::function<void()> task);
    // Outside of a round nobody would look at what was just asked for.
    void changed() { inRound_ ? void() : settle(); }

    DescriptorSet descriptors_;
    TimerQueue timers_;
    bool stopped_ = false;

private:
    // Descriptors of the loop itself: no errors, nothing to write.
    struct Inner : DescriptorHandler
    {
        explicit Inner(std::function<void()> ready) : ready_(std::move(ready)) {}
        void onReadable() override { ready_(); }
        void onDescriptorError(int) override {}
        std::function<void()> ready_;
    };

    bool round();
    void runTasks();
    void settle();

    Descriptor wake_;
    Inner waker_{[] {}};
    Inner clock_{[this] { timers_.runDue(now()); }};
    bool awake_ = false; // wake_ is readable
    bool inRound_ = false;
    std::optional<Milliseconds> now_; // of this round, once someone has asked
    std::vector<std::function<void()>> tasks_;
    std::vector<std::function<void()>> running_;
};

EventLoop::Impl::Impl() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
{
    if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
    descriptors_.watch(wake_.get(), kRead, waker_);
    descriptors_.watch(timers_.fd(), kRead, clock_);
}

void EventLoop::Impl::drive(Milliseconds timeout, bool once)
{
    if (!stopped_) {
        Reactor reactor(descriptors_.fd(), timeout, once, [this] { return round(); });
        reactor.run();
    }
    stopped_ = false;
    settle();
}

bool EventLoop::Impl::round()
{
    inRound_ = true;
    now_.reset();
    descriptors_.dispatch();
    runTasks();
    descriptors_.endRound();
    inRound_ = false;
    settle();
    return !stopped_;
}

void EventLoop::Impl::runTasks()
{
    running_.swap(tasks_);
    for (const auto& task : running_)
        guarded(task);
    running_.clear();
}

// Before waiting: the timerfd tells the first timer's time, and the eventfd whether work is left for a round
// at once.
void EventLoop::Impl::settle()
{
    timers_.arm();
    bool work = !tasks_.empty() || descriptors_.roundEndAsked() || stopped_;
    if (work == awake_) return;
    awake_ = work;
    eventfd_t count = 0;
    work ? ::eventfd_write(wake_.get(), 1) : ::eventfd_read(wake_.get(), &count);
}

Milliseconds EventLoop::Impl::now()
{
    if (!inRound_) return TimerQueue::readClock();
    if (!now_) now_ = TimerQueue::readClock();
    return *now_;
}

void EventLoop::Impl::post(std::function<void()> task)
{
    tasks_.push_back(std::move(task));
    changed();
}

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}
EventLoop::~EventLoop() = default;

bool EventLoop::watch(int fd, unsigned interest, DescriptorHandler& handler)
{
    return impl_->descriptors_.watch(fd, interest, handler);
}

void EventLoop::unwatch(int fd)
{
    impl_->descriptors_.unwatch(fd);
}

void EventLoop::atRoundEnd(int fd)
{
    impl_->descriptors_.atRoundEnd(fd);
    impl_->changed();
}

bool EventLoop::isPollable(int fd)
{
    Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    return epoll && ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::post(std::function<void()> task)
{
    impl_->post(std::move(task));
}

TimerId EventLoop::callAfter(Milliseconds delay, std::function<void()> task)
{
    TimerId timer = impl_->timers_.add(impl_->now(), delay, std::move(task));
    impl_->changed();
    return timer;
}

void EventLoop::cancel(TimerId timer)
{
    impl_->timers_.cancel(timer);
    impl_->changed();
}

Milliseconds EventLoop::now() const
{
    return impl_->now();
}

void EventLoop::run()
{
    impl_->drive(kForever, false);
}

void EventLoop::stop()
{
    impl_->stopped_ = true;
    impl_->changed();
}

void EventLoop::runOnce(Milliseconds timeout)
{
    impl_->drive(timeout, true);
}

} // namespace linnet::link
