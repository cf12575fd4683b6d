// Two boards that talk from their first day on while their power fails again and again; what must be true
// after each cut, and what when all is over.
#pragma once

#include "support/TemporaryDirectory.h"
#include "torture/Board.h"

#include <array>
#include <stdexcept>

namespace linnet::test {

struct BrokenInvariant : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

struct LifeCounts
{
    std::uint64_t cuts = 0;
    std::uint64_t cutsWhileOpening = 0;
    std::uint64_t queued = 0;
    std::uint64_t delivered = 0;
    std::uint64_t syncs = 0;
};

class Life
{
public:
    Life(FaultyDisk& disk, std::uint64_t seed, peer::Durability durability);

    // Throws BrokenInvariant.
    void run(std::uint64_t cuts);
    const LifeCounts& counts() const { return counts_; }

private:
    Board::Settings settings(peer::Durability durability);
    void step();
    void tickle(Board& board);
    void faults();
    void armCut(Board& board);
    void noticeCuts();
    void switchOn(int end);
    void checkAfterCut(int end);
    void heal();
    void checkEnd(int from);
    void require(bool holds, const std::string& what) const;

    TemporaryDirectory directory_;
    FaultyDisk& disk_;
    SeededRandom random_;
    std::uint64_t time_ = 1;
    Cable cable_;
    std::array<Board, 2> boards_;
    std::uint64_t cutsWanted_ = 0;
    LifeCounts counts_;
};

} // namespace linnet::test
