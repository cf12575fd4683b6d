// torture_damage [ROUNDS] [--seed S] DIR...: copies one of the state directories of "ada", damages one of its
// files, and starts what uses them: the account's files, its store and its core. Each round is a process of its
// own, so that a crash or an endless loop is one round's.
#include "adapters/AccountFiles.h"
#include "core/Account.h"
#include "support/SeededRandom.h"
#include "support/TemporaryDirectory.h"
#include "torture/Arguments.h"

#include <array>
#include <cinttypes>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace linnet;
using test::SeededRandom;

constexpr unsigned kPatience = 30; // seconds for a round
constexpr const char* kUsage = "torture_damage [ROUNDS] [--seed S] DIR...";

// ---- What is done to a file ----

struct Damage
{
    std::string file;
    std::string what;
};

std::string strike(std::string& content, SeededRandom& random)
{
    std::uint64_t kind = random.below(4);
    if (kind == 0) {
        content.resize(random.below(content.size() + 1));
        return "cut to " + std::to_string(content.size()) + " bytes";
    }
    if (content.empty()) return "left empty";
    std::size_t at = random.below(content.size());
    if (kind == 1) {
        std::uint64_t flips = 1 + random.below(16);
        for (std::uint64_t i = 0; i < flips; ++i)
            content[random.below(content.size())] ^= static_cast<char>(1 << random.below(8));
        return std::to_string(flips) + " bits flipped";
    }
    std::size_t end = std::min(content.size(), at + 1 + random.below(600));
    for (std::size_t i = at; i < end; ++i)
        content[i] = kind == 2 ? '\0' : static_cast<char>(random.below(256));
    return std::to_string(end - at) + " bytes overwritten at " + std::to_string(at);
}

Damage damage(const test::TemporaryDirectory& directory, SeededRandom& random)
{
    static constexpr const char* kFiles[] = {"ada.db",     "ada.db",       "ada.db-wal",
                                             "ada.db-wal", "linnet.state", "ada.key"};
    std::string name = kFiles[random.below(std::size(kFiles))];
    if (!directory.has(name)) name = "ada.db"; // without a log
    std::string content = test::readFile(directory.file(name));
    std::string what = strike(content, random);
    test::writeFile(directory.file(name), content);
    return {name, what};
}

// ---- What must work all the same ----

// A board alone in the world, for a core that must live with whatever its store says.
class LonelyBoard final : public peer::Network,
                          public peer::EventSink,
                          public peer::Diagnostics,
                          public peer::Clock
{
public:
    void useIdentity(const secure::KeyPair&) override {}
    peer::LinkId dial(const wire::Endpoint&, wire::Role, const std::optional<wire::Key>&) override
    {
        return ++last_;
    }
    void send(peer::LinkId, wire::ByteView) override {}
    bool full(peer::LinkId) override { return false; }
    void close(peer::LinkId) override {}
    void sendDatagram(const wire::Endpoint&, wire::ByteView) override {}
    std::uint16_t listenPort() override { return 5858; }
    void emit(const peer::Event&) override {}
    void log(Level, std::string_view) override {}
    peer::Milliseconds uptime() override { return peer::Milliseconds(time); }
    std::int64_t wall() override { return 0; }

    std::int64_t time = 0;

private:
    peer::LinkId last_ = 0;
};

void require(bool holds, const std::string& what)
{
    if (!holds) throw std::runtime_error(what);
}

// Reads all that a user could ask for; how many lines there are.
std::size_t readAll(peer::Store& store)
{
    std::size_t lines = 0;
    for (const peer::Contact& contact : store.contacts()) {
        lines += store.history(contact.id, 0, 100000).size();
        store.unread(contact.id, 0, 100000);
        store.unreadCount(contact.id, 0);
        store.sendable(contact.id, 1, 100000);
        store.lowestSendable(contact.id);
        store.outbox(contact.id);
        store.digest(contact.id, true, 7);
    }
    return lines;
}

// A line to a new contact: whether it is stored.
bool takesLines(peer::Store& store)
{
    peer::Contact contact;
    contact.name = "carol";
    peer::StoredMessage message;
    message.text = "still alive";
    bool taken = store.put(contact) && store.add(contact.id, message) && store.commit();
    require(taken || !store.trouble().empty(), "a line is not stored, and nothing says why");
    return taken;
}

void liveWith(std::unique_ptr<peer::Store> store, SeededRandom& random)
{
    LonelyBoard board;
    peer::DisplayClock clock(board);
    peer::Schedule schedule(clock);
    peer::Account account({board, schedule, random, clock, board, board, nullptr, {}, {}}, "ada",
                          secure::Identity::make(random), std::move(store));
    std::vector<peer::ContactId> known;
    for (const peer::Contact* contact : account.chats().contacts())
        known.push_back(contact->id);
    for (peer::ContactId contact : known)
        account.chats().say(contact, "are you there?",
                            [](const std::optional<peer::Problem>&, std::uint64_t) {});
    for (int step = 0; step < 40; ++step) {
        board.time += 300 * 1000;
        schedule.runDue();
    }
}

enum Outcome { Whole, NewestSaidMissing, NewestMissing, MovedAside, FoundWhileRunning, Failed };

// `lines`: how many there were before the damage.
Outcome start(const test::TemporaryDirectory& directory, std::size_t lines, SeededRandom& random)
{
    bool movedAside = false;
    for (int attempt = 0; attempt < 3; ++attempt) {
        peer::AccountFiles files(directory.path(), peer::Durability::Full);
        files.identity("ada");
        std::unique_ptr<peer::Store> store = files.open("ada");
        require(store != nullptr, "the database does not open: " + files.words());
        std::string said = files.words();
        bool aside = directory.count("ada.db.damaged") > 0;
        require(aside == movedAside || !said.empty(), "a file was moved aside, and nothing says so");
        movedAside = aside;
        bool whole = readAll(*store) == lines;
        bool works = takesLines(*store);
        store->trim();
        if (!works) continue; // said so; the next start must put it right
        liveWith(std::move(store), random);
        if (movedAside) return attempt == 0 ? MovedAside : FoundWhileRunning;
        return whole ? Whole : said.empty() ? NewestMissing : NewestSaidMissing;
    }
    throw std::runtime_error("three starts did not lead to a database that works");
}

std::size_t linesIn(const std::string& from)
{
    test::TemporaryDirectory directory;
    std::filesystem::copy(from, directory.path(), std::filesystem::copy_options::recursive);
    peer::AccountFiles files(directory.path(), peer::Durability::Full);
    std::unique_ptr<peer::Store> store = files.open("ada");
    return store ? readAll(*store) : 0;
}

int inOwnProcess(const std::string& from, std::size_t lines, std::uint64_t seed)
{
    test::TemporaryDirectory directory;
    std::filesystem::copy(from, directory.path(), std::filesystem::copy_options::recursive);
    pid_t child = ::fork();
    if (child == 0) {
        ::alarm(kPatience);
        SeededRandom random(seed);
        Damage done = damage(directory, random);
        int outcome = Failed;
        try {
            outcome = start(directory, lines, random);
        }
        catch (const std::exception& broken) {
            std::printf("torture damage: %s\n", broken.what());
        }
        if (outcome == Failed) std::printf("torture damage: %s: %s\n", done.file.c_str(), done.what.c_str());
        std::fflush(stdout);
        ::_exit(outcome);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    std::printf("torture damage: ended by signal %d\n", WTERMSIG(status));
    return Failed;
}

} // namespace

int main(int argc, char** argv)
{
    test::Arguments arguments(argc, argv, 1000, kUsage);
    if (arguments.others.empty()) {
        std::fprintf(stderr, "usage: %s\n", kUsage);
        return 2;
    }
    std::vector<std::pair<std::string, std::size_t>> directories;
    for (const std::string& directory : arguments.others)
        directories.emplace_back(directory, linesIn(directory));
    std::array<std::uint64_t, Failed> counts{};
    for (std::uint64_t round = 0; round < arguments.count; ++round) {
        std::uint64_t seed = arguments.seed + round;
        const auto& [directory, lines] = directories[seed % directories.size()];
        int outcome = inOwnProcess(directory, lines, seed);
        if (outcome >= Failed || outcome < 0) {
            std::printf("torture damage: FAILED in round %" PRIu64 " (seed %" PRIu64 ")\n", round, seed);
            return 1;
        }
        ++counts[static_cast<std::size_t>(outcome)];
    }
    std::printf("%" PRIu64 " starts of the store: %" PRIu64 " with all lines, %" PRIu64
                " without the newest and said so, %" PRIu64
                " without those at the torn end of a log, %" PRIu64 " moved aside, %" PRIu64
                " moved aside at the next start\n",
                arguments.count, counts[Whole], counts[NewestSaidMissing], counts[NewestMissing],
                counts[MovedAside], counts[FoundWhileRunning]);
    return 0;
}
