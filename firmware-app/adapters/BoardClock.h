// The board's clocks: uptime by the event loop, wall time by the system.
#pragma once

#include "core/Ports.h"
#include "link/EventLoop.h"

#include <ctime>

namespace linnet::peer {

class BoardClock final : public Clock
{
public:
    explicit BoardClock(link::EventLoop& loop) : loop_(loop) {}

    Milliseconds uptime() override { return loop_.now(); }
    std::int64_t wall() override { return static_cast<std::int64_t>(std::time(nullptr)); }

private:
    link::EventLoop& loop_;
};

} // namespace linnet::peer
