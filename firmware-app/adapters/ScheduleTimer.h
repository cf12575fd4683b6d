// Runs the core's schedule on the event loop: one timer for the earliest deadline, so an idle core wakes
// nobody.
#pragma once

#include "core/Schedule.h"
#include "link/EventLoop.h"

namespace linnet::peer {

class ScheduleTimer
{
public:
    ScheduleTimer(link::EventLoop& loop, Schedule& schedule) : loop_(loop), schedule_(schedule)
    {
        schedule_.whenEarlier([this] { arm(); });
        arm();
    }
    ~ScheduleTimer()
    {
        schedule_.whenEarlier(nullptr);
        loop_.cancel(timer_);
    }
    ScheduleTimer(const ScheduleTimer&) = delete;
    ScheduleTimer& operator=(const ScheduleTimer&) = delete;

private:
    void arm()
    {
        if (running_) return; // armed when all that is due has run
        loop_.cancel(timer_);
        auto next = schedule_.next();
        if (!next) return;
        Milliseconds wait = std::max(Milliseconds(0), *next - schedule_.now());
        timer_ = loop_.callAfter(wait, [this] { run(); });
    }
    void run()
    {
        running_ = true;
        schedule_.runDue();
        running_ = false;
        arm();
    }

    link::EventLoop& loop_;
    Schedule& schedule_;
    link::TimerId timer_ = 0;
    bool running_ = false;
};

} // namespace linnet::peer
