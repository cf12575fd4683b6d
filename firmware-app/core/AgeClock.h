// Seconds that this account has lived, as far as the board can tell: uptime added up over its boots, and set
// forward when a registry shows that more has passed. Never goes back and knows no date, so a wrong clock
// changes nothing.
#pragma once

#include "core/Ports.h"

#include <algorithm>

namespace linnet::peer {

class AgeClock
{
public:
    // `saved` is what saved() gave at some time of the last boot.
    AgeClock(Clock& clock, std::uint64_t saved) : clock_(clock), base_(saved), openedAt_(clock.uptime()) {}

    std::uint64_t now() const
    {
        return base_ + static_cast<std::uint64_t>((clock_.uptime() - openedAt_).count()) / 1000;
    }
    // It cannot be younger than this.
    void atLeast(std::uint64_t age)
    {
        if (age > now()) base_ += age - now();
    }
    // Two readings of a registry's clock, `before` taken at age `ageThen` and `time` now, show how much has
    // passed.
    void registryTime(std::uint64_t before, std::uint64_t ageThen, std::uint64_t time)
    {
        if (before > 0 && time > before) atLeast(ageThen + (time - before));
    }

private:
    Clock& clock_;
    std::uint64_t base_;
    Milliseconds openedAt_;
};

} // namespace linnet::peer
