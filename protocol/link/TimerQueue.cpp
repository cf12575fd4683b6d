// Timers by timerfd_create(2), on the clock that goes on while the board sleeps.
#include "link/TimerQueue.h"

#include "link/Guarded.h"

#include <sys/timerfd.h>

#include <cerrno>
#include <ctime>
#include <system_error>

namespace linnet::link {

namespace {

// An id is 40 bits of milliseconds since boot (34 years) and 24 bits that tell the timers of one millisecond
// apart.
constexpr unsigned kSequenceBits = 24;
constexpr std::uint64_t kSequenceMask = (1u << kSequenceBits) - 1;
constexpr std::int64_t kLatest = (std::int64_t{1} << (64 - kSequenceBits)) - 1;

std::uint64_t dueOf(TimerId id)
{
    return id >> kSequenceBits;
}

} // namespace

TimerQueue::TimerQueue() : timer_(::timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC))
{
    if (!timer_) throw std::system_error(errno, std::generic_category(), "timerfd_create");
}

Milliseconds TimerQueue::readClock()
{
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return Milliseconds(std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1000000);
}

TimerId TimerQueue::add(Milliseconds now, Milliseconds delay, std::function<void()> task)
{
    std::int64_t wait = std::clamp<std::int64_t>(delay.count(), 1, kLatest - now.count());
    auto due = static_cast<std::uint64_t>(now.count() + wait) << kSequenceBits;
    TimerId id = due | (sequence_++ & kSequenceMask);
    while (tasks_.count(id) != 0)
        id = due | (sequence_++ & kSequenceMask);
    tasks_.emplace(id, std::move(task));
    return id;
}

void TimerQueue::runDue(Milliseconds now)
{
    auto limit = static_cast<std::uint64_t>(now.count());
    while (!tasks_.empty() && dueOf(tasks_.begin()->first) <= limit) {
        auto due = tasks_.extract(tasks_.begin());
        guarded(due.mapped());
    }
}

void TimerQueue::arm()
{
    std::uint64_t first = tasks_.empty() ? 0 : dueOf(tasks_.begin()->first);
    if (first == armedFor_) return;
    armedFor_ = first;
    itimerspec when{};
    when.it_value.tv_sec = static_cast<time_t>(first / 1000);
    when.it_value.tv_nsec = static_cast<long>(first % 1000) * 1000000;
    ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

} // namespace linnet::link
