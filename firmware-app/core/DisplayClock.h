// The wall clock as people are shown it: the board's own when it is plausible, else the registry's, else
// unknown. Nothing but display depends on it.
#pragma once

#include "core/Ports.h"

#include <cstdlib>

namespace linnet::peer {

class DisplayClock final : public Clock
{
public:
    explicit DisplayClock(Clock& board) : board_(board) {}

    Milliseconds uptime() override { return board_.uptime(); }

    // 0: unknown.
    std::int64_t wall() override
    {
        std::int64_t own = board_.wall();
        if (registryAtBoot_ != 0) {
            std::int64_t theirs = registryAtBoot_ + seconds(board_.uptime());
            bool close = std::llabs(own - theirs) < kCloseEnough;
            return close ? own : theirs;
        }
        return own >= kPlausible ? own : 0;
    }
    void registryTime(std::uint64_t time)
    {
        auto now = static_cast<std::int64_t>(time);
        if (now >= kPlausible) registryAtBoot_ = now - seconds(board_.uptime());
    }

private:
    static constexpr std::int64_t kPlausible = 1767225600; // 2026-01-01: before this program
    static constexpr std::int64_t kCloseEnough = 24 * 3600;

    static std::int64_t seconds(Milliseconds time) { return time.count() / 1000; }

    Clock& board_;
    std::int64_t registryAtBoot_ = 0; // what its clock would have shown when the board booted
};

} // namespace linnet::peer
