// torture_wear RATE SECONDS: ada writes lines of 100 bytes to ben at this rate, on a clock of its own; prints the
// syncs and the bytes that each one's SQLite asked the file system for. scripts/flash-wear shows them.
#include "support/TemporaryDirectory.h"
#include "torture/Board.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr std::size_t kLine = 100;
constexpr std::uint64_t kStep = 5; // milliseconds

} // namespace

int main(int argc, char** argv)
{
    using namespace linnet;
    std::uint64_t rate = argc == 3 ? std::strtoull(argv[1], nullptr, 10) : 0;
    std::uint64_t seconds = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
    if (rate == 0 || seconds == 0) {
        std::fprintf(stderr, "usage: torture_wear RATE SECONDS\n");
        return 2;
    }
    test::TemporaryDirectory directory;
    test::FaultyDisk disk;
    test::SeededRandom random(1);
    std::uint64_t time = 1;
    test::Cable cable;
    std::array<test::Board, 2> boards{
        test::Board(0, directory.file("ada.db"), disk, cable, random, time, {}),
        test::Board(1, directory.file("ben.db"), disk, cable, random, time, {})};
    cable.connect(boards[0], boards[1]);
    for (int end : {0, 1}) {
        boards[end].meet(boards[1 - end]);
        boards[end].switchOn();
    }
    std::array<std::uint64_t, 2> syncs{boards[0].disk().syncs(), boards[1].disk().syncs()};
    std::array<std::uint64_t, 2> bytes{boards[0].disk().bytes(), boards[1].disk().bytes()};
    std::uint64_t written = 0;
    for (std::uint64_t passed = 0; passed < seconds * 1000; passed += kStep, time += kStep) {
        for (; written * 1000 < passed * rate; ++written)
            boards[0].write(kLine);
        for (test::Board& board : boards)
            board.runDue();
        while (cable.deliver(random)) {
        }
    }
    for (int end : {0, 1})
        std::printf("%" PRIu64 " %" PRIu64 "\n", boards[end].disk().syncs() - syncs[end],
                    boards[end].disk().bytes() - bytes[end]);
    return 0;
}
