// Timers in the order in which they are due, and the one timerfd that wakes the loop for the first of them.
#pragma once

#include "link/EventLoop.h"
#include "link/SocketIo.h"

#include <functional>
#include <map>

namespace linnet::link {

class TimerQueue
{
public:
    TimerQueue(); // throws std::system_error when the kernel gives no descriptor

    // Milliseconds of CLOCK_BOOTTIME.
    static Milliseconds readClock();

    int fd() const { return timer_.get(); } // readable when a timer is due

    TimerId add(Milliseconds now, Milliseconds delay, std::function<void()> task);
    void cancel(TimerId id) { tasks_.erase(id); }
    // Runs what is due. What these tasks add waits for a later call.
    void runDue(Milliseconds now);
    // Tells the kernel when the first timer is due, if that has changed. Needed after each of the above,
    // before waiting.
    void arm();

private:
    Descriptor timer_;
    // By id, which begins with the time at which the timer is due: one map gives the order and finds what to
    // cancel.
    std::map<TimerId, std::function<void()>> tasks_;
    std::uint64_t sequence_ = 0;
    std::uint64_t armedFor_ = 0; // milliseconds; 0: not armed
};

} // namespace linnet::link
