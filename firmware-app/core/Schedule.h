// Deadlines of the core: who owns the clock asks next() and calls runDue(). No thread, no waiting.
#pragma once

#include "core/Ports.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

namespace linnet::peer {

class Schedule
{
public:
    using Timer = std::uint64_t; // 0: none

    explicit Schedule(Clock& clock) : clock_(clock) {}

    Timer after(Milliseconds delay, std::function<void()> task);
    // Idempotent; sets `timer` to 0.
    void cancel(Timer& timer);

    // Called whenever next() may have become earlier: who waits for it must look again.
    void whenEarlier(std::function<void()> earlier) { earlier_ = std::move(earlier); }

    // When the earliest task is due, by the clock's uptime.
    std::optional<Milliseconds> next() const;
    // Runs what is due; tasks that these add are left for the next call.
    void runDue();

    Milliseconds now() const { return clock_.uptime(); }

private:
    using Due = std::pair<Milliseconds, Timer>;

    Clock& clock_;
    std::map<Due, std::function<void()>> tasks_;
    std::map<Timer, Milliseconds> due_;
    Timer last_ = 0;
    std::function<void()> earlier_;
};

} // namespace linnet::peer
