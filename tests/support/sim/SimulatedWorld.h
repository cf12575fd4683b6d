// Boards, a registry and the network between them: one process, one seed, time as fast as it can be worked out.
#pragma once

#include "support/sim/SimulatedBoard.h"
#include "support/sim/SimulatedRegistry.h"

namespace linnet::test {

class SimulatedWorld
{
public:
    explicit SimulatedWorld(std::uint64_t seed = 1)
        : random(seed), schedule(clock), network(schedule, random), registry(network, schedule, clock, random)
    {
    }

    // A board at 10.0.0.N, booted.
    SimulatedBoard& addBoard();
    // The same with an account on it that it is logged in to, without the work of a password.
    SimulatedBoard& addBoard(const std::string& account);

    void run(Milliseconds time);
    // Until it holds, at most `limit`; whether it does.
    bool runUntil(const std::function<bool()>& condition, Milliseconds limit);

    WorldClock clock;
    SeededRandom random;
    peer::Schedule schedule;
    SimulatedNetwork network;
    SimulatedRegistry registry;
    std::vector<std::unique_ptr<SimulatedBoard>> boards;

private:
    // The next instant at which something happens, if it is not after `end`; false at the end.
    bool step(Milliseconds end);
};

constexpr Milliseconds kSecond{1000};
constexpr Milliseconds kMinute = 60 * kSecond;
constexpr Milliseconds kHour = 60 * kMinute;

} // namespace linnet::test
