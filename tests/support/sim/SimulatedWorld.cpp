// The one loop of the simulation.
#include "support/sim/SimulatedWorld.h"

namespace linnet::test {

SimulatedBoard& SimulatedWorld::addBoard()
{
    std::string ip = "10.0.0." + std::to_string(boards.size() + 1);
    SimulatedBoard::World world{network, clock, random, peer::RegistrySettings{registry.endpoint(), {}}};
    boards.push_back(std::make_unique<SimulatedBoard>(world, ip));
    boards.back()->boot();
    return *boards.back();
}

SimulatedBoard& SimulatedWorld::addBoard(const std::string& account)
{
    SimulatedBoard& board = addBoard();
    secure::Identity identity = secure::Identity::make(random);
    board.accounts.keep(account, identity);
    board.accounts.last = account;
    board.accounts.pinRegistry(registry.endpoint(), registry.publicKey());
    registry.addAccount(account, identity.publicHalf());
    board.peer().resume();
    return board;
}

bool SimulatedWorld::step(Milliseconds end)
{
    std::optional<Milliseconds> next = schedule.next();
    for (auto& board : boards)
        if (auto due = board->next(); due && (!next || *due < *next)) next = due;
    if (!next || *next > end) return false;
    clock.advanceTo(*next);
    schedule.runDue();
    for (auto& board : boards)
        board->runDue();
    return true;
}

void SimulatedWorld::run(Milliseconds time)
{
    Milliseconds end = clock.uptime() + time;
    while (step(end)) {
    }
    clock.advanceTo(end);
}

bool SimulatedWorld::runUntil(const std::function<bool()>& condition, Milliseconds limit)
{
    Milliseconds end = clock.uptime() + limit;
    while (!condition()) {
        if (step(end)) continue;
        clock.advanceTo(end);
        return condition();
    }
    return true;
}

} // namespace linnet::test
