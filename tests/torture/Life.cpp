#include "torture/Life.h"

#include <algorithm>

namespace linnet::test {

namespace {

constexpr const char* kNames[] = {"ada", "ben"};
constexpr int kMostSteps = 200000; // until all is delivered after the last cut: far more than it takes

std::string oneMissing(const std::set<LineNumber>& wanted, const std::vector<LineNumber>& lines)
{
    std::set<LineNumber> there(lines.begin(), lines.end());
    for (LineNumber line : wanted)
        if (!there.count(line)) return std::to_string(line);
    return {};
}

bool risesStrictly(const std::vector<LineNumber>& lines)
{
    return std::adjacent_find(lines.begin(), lines.end(), std::greater_equal<>()) == lines.end();
}

} // namespace

Life::Life(FaultyDisk& disk, std::uint64_t seed, peer::Durability durability)
    : disk_(disk),
      random_(seed),
      boards_{Board(0, directory_.file("ada.db"), disk, cable_, random_, time_, settings(durability)),
              Board(1, directory_.file("ben.db"), disk, cable_, random_, time_, settings(durability))}
{
    cable_.connect(boards_[0], boards_[1]);
    boards_[0].meet(boards_[1]);
    boards_[1].meet(boards_[0]);
}

Board::Settings Life::settings(peer::Durability durability)
{
    Board::Settings settings;
    settings.durability = durability;
    if (random_.below(3) == 0) settings.budget.perSecond = 0;
    if (random_.below(3) == 0) settings.budget.maxBytes = 2000;
    if (random_.below(3) == 0) settings.limits.messages = 20;
    return settings;
}

void Life::require(bool holds, const std::string& what) const
{
    if (!holds) throw BrokenInvariant(what + " (after cut " + std::to_string(counts_.cuts) + ")");
}

void Life::run(std::uint64_t cuts)
{
    cutsWanted_ = cuts;
    for (int end : {0, 1}) {
        armCut(boards_[end]);
        switchOn(end);
    }
    while (counts_.cuts < cutsWanted_)
        step();
    heal();
    for (int from : {0, 1})
        checkEnd(from);
    for (const Board& board : boards_) {
        counts_.queued += board.queued().size();
        counts_.delivered += board.delivered().size();
    }
}

// ---- What happens ----

void Life::step()
{
    std::uint64_t choice = random_.below(100);
    Board& board = boards_[random_.below(2)];
    if (choice < 20) {
        bool burst = random_.below(10) == 0;
        for (std::uint64_t lines = burst ? random_.below(60) : 1; lines > 0 && board.isOn(); --lines)
            board.write(random_.below(10) == 0 ? random_.below(4000) : random_.below(150));
    }
    else if (choice < 85)
        cable_.deliver(random_);
    else if (choice < 97)
        time_ += random_.below(400);
    else if (choice < 99)
        faults();
    else if (random_.below(4) == 0)
        board.disk().cutNow();
    noticeCuts();
    for (Board& due : boards_) {
        if (due.isOn()) due.runDue();
        noticeCuts();
    }
}

// A disk that fails and comes back, beside all the cuts.
void Life::faults()
{
    static constexpr int kResults[] = {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC};
    if (random_.below(3) != 0) return disk_.heal();
    disk_.failWrites(kResults[random_.below(std::size(kResults))], static_cast<unsigned>(random_.below(20)),
                     std::string(kNames[random_.below(2)]) + ".db-wal");
}

void Life::armCut(Board& board)
{
    static constexpr std::uint64_t kReaches[] = {5, 40, 300, 3000};
    board.disk().cutAfter(random_.below(kReaches[random_.below(std::size(kReaches))]));
}

void Life::noticeCuts()
{
    for (int end : {0, 1}) {
        if (!boards_[end].disk().isCut()) continue;
        disk_.heal();
        bool bothAtOnce = random_.below(10) == 0;
        if (bothAtOnce) boards_[1 - end].losePower();
        boards_[end].losePower();
        ++counts_.cuts;
        if (random_.below(2) == 0) time_ += random_.below(20000);
        switchOn(end);
        if (bothAtOnce) switchOn(1 - end);
    }
}

void Life::switchOn(int end)
{
    Board& board = boards_[end];
    for (;;) {
        if (counts_.cuts < cutsWanted_) armCut(board);
        std::string wrong = board.switchOn();
        require(wrong.empty(), std::string(kNames[end]) + ": " + wrong);
        if (!board.disk().isCut()) break;
        ++counts_.cutsWhileOpening;
        ++counts_.cuts;
        board.losePower();
    }
    checkAfterCut(end);
}

// ---- What must be true ----

void Life::checkAfterCut(int end)
{
    Board& board = boards_[end];
    const Board& other = boards_[1 - end];
    std::string name = kNames[end];
    std::vector<LineNumber> sent = board.lines(true);
    require(risesStrictly(sent), "the lines that " + name + " wrote are twice or in another order");
    std::string line = oneMissing(board.queued(), sent);
    require(line.empty(), "line " + line + " was queued by " + name + " and is not in its database");
    std::vector<LineNumber> received = board.lines(false);
    require(risesStrictly(received), "the lines that " + name + " received are twice or in another order");
    line = oneMissing(other.delivered(), received);
    require(line.empty(), "line " + line + " was delivered to " + name + " and is not in its database");
}

void Life::heal()
{
    disk_.heal();
    for (int steps = 0; boards_[0].waiting() + boards_[1].waiting() > 0; ++steps) {
        require(steps < kMostSteps, "not all is delivered long after the last cut");
        if (!cable_.deliver(random_)) time_ += 100;
        noticeCuts(); // one may still be due
        for (Board& board : boards_) {
            board.runDue();
            noticeCuts();
        }
    }
}

void Life::checkEnd(int from)
{
    checkAfterCut(from);
    require(boards_[from].lines(true) == boards_[1 - from].lines(false),
            std::string("not exactly what ") + kNames[from] + " wrote is in the other's history");
}

} // namespace linnet::test
