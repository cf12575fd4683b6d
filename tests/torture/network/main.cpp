// torture_network [N] [--seed S] [--trace]: N random worlds, from seed S on; without N the one of seed S.
#include "torture/network/RandomWorld.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using linnet::torture::Counts;
using linnet::torture::RandomWorld;

namespace {

bool survives(std::uint64_t seed, Counts& counts, bool trace)
{
    RandomWorld world(seed, counts, trace);
    std::string broken = world.run();
    if (broken.empty()) return true;
    std::printf("seed %" PRIu64 ": %s\n", seed, broken.c_str());
    return false;
}

void print(const Counts& counts)
{
    std::printf("torture network: %" PRIu64 " worlds, %" PRIu64 " simulated hours, %" PRIu64
                " messages, %" PRIu64 " deliveries, %" PRIu64 " expired, %" PRIu64 " crashes, %" PRIu64
                " restores, %" PRIu64 " partitions, %" PRIu64 " lost links, %" PRIu64
                " registry restarts, %" PRIu64 " disk failures\n",
                counts.worlds, counts.hours, counts.messages, counts.delivered, counts.expired,
                counts.crashes, counts.restores, counts.partitions, counts.brokenLinks,
                counts.registryRestarts, counts.storeFailures);
}

} // namespace

int main(int argc, char** argv)
{
    std::uint64_t count = 0;
    std::uint64_t first = 0;
    bool trace = false;
    for (int i = 1; i < argc; ++i) {
        if (!std::strcmp(argv[i], "--seed") && i + 1 < argc)
            first = std::strtoull(argv[++i], nullptr, 10);
        else if (!std::strcmp(argv[i], "--trace"))
            trace = true;
        else if (std::uint64_t number = std::strtoull(argv[i], nullptr, 10))
            count = number;
        else {
            std::fprintf(stderr, "usage: %s [N] [--seed S] [--trace]\n", argv[0]);
            return 2;
        }
    }
    if (count == 0) count = first == 0 ? 200 : 1;
    first = std::max<std::uint64_t>(first, 1);
    Counts counts;
    bool good = true;
    for (std::uint64_t seed = first; seed < first + count && good; ++seed)
        good = survives(seed, counts, trace);
    print(counts);
    return good ? 0 : 1;
}
