// Time that passes only when the simulation says so.
#pragma once

#include "core/Ports.h"

namespace linnet::test {

using peer::Milliseconds;

// The time of the simulated world since it began.
class WorldClock final : public peer::Clock
{
public:
    Milliseconds uptime() override { return now_; }
    std::int64_t wall() override { return kBegin + now_.count() / 1000; }
    void advanceTo(Milliseconds time) { now_ = std::max(now_, time); }

    static constexpr std::int64_t kBegin = 1800000000; // seconds since 1970

private:
    Milliseconds now_{0};
};

// What one board believes: its uptime begins at its boot, and its wall clock may be wrong.
class SimulatedBoardClock final : public peer::Clock
{
public:
    explicit SimulatedBoardClock(WorldClock& world) : world_(world) {}

    Milliseconds uptime() override { return world_.uptime() - bootedAt_; }
    std::int64_t wall() override { return world_.wall() + wallError; }
    void boot() { bootedAt_ = world_.uptime(); }
    Milliseconds bootedAt() const { return bootedAt_; }

    std::int64_t wallError = 0; // seconds

private:
    WorldClock& world_;
    Milliseconds bootedAt_{0};
};

} // namespace linnet::test
