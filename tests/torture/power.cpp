// scripts/torture power: cuts the power of two boards at random instants, and looks for what was lost.
//
// Each 100 cuts are the life of a new pair of boards with a seed of its own, the one given and those that
// follow it; a failing life is repeated by its seed.
#include "torture/Arguments.h"
#include "torture/Life.h"

#include <algorithm>
#include <cinttypes>

namespace {

constexpr std::uint64_t kCutsPerLife = 100;
constexpr const char* kUsage =
    "torture_power [CUTS] [--seed S] [--normal]     --normal: with the durability that "
    "is known to lose lines, to see that it is noticed";

} // namespace

int main(int argc, char** argv)
{
    using namespace linnet;
    test::Arguments arguments(argc, argv, 15000, kUsage);
    bool normal = !arguments.others.empty() && arguments.others.front() == "--normal";
    auto durability = normal ? peer::Durability::Normal : peer::Durability::Full;
    test::LifeCounts total;
    std::uint64_t lives = 0;
    std::printf("torture power: %" PRIu64 " cuts, seed %" PRIu64 "\n", arguments.count, arguments.seed);
    std::fflush(stdout);
    for (; total.cuts < arguments.count; ++lives) {
        std::uint64_t seed = arguments.seed + lives;
        test::FaultyDisk disk;
        test::Life life(disk, seed, durability);
        try {
            life.run(std::min(kCutsPerLife, arguments.count - total.cuts));
        }
        catch (const test::BrokenInvariant& broken) {
            std::printf("torture power: FAILED: %s; again with: scripts/torture power %" PRIu64
                        " --seed %" PRIu64 "\n",
                        broken.what(), kCutsPerLife, seed);
            return 1;
        }
        total.cuts += life.counts().cuts;
        total.cutsWhileOpening += life.counts().cutsWhileOpening;
        total.queued += life.counts().queued;
        total.delivered += life.counts().delivered;
    }
    std::printf("torture power: %" PRIu64 " cuts (%" PRIu64 " of them while opening) in %" PRIu64
                " lives, %" PRIu64 " lines queued, %" PRIu64
                " delivered: 0 lost, 0 twice, 0 out of order, seed %" PRIu64 "\n",
                total.cuts, total.cutsWhileOpening, lives, total.queued, total.delivered, arguments.seed);
    return 0;
}
