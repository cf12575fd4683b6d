// One board: the real core and SQLite store of one account, which can lose its power at any instant. It talks
// over a Cable, writes numbered lines, and keeps account of what its user was promised.
#pragma once

#include "adapters/SqliteStore.h"
#include "core/Account.h"
#include "support/SeededRandom.h"
#include "torture/Cable.h"
#include "torture/UnsyncedWrites.h"

#include <set>

namespace linnet::test {

// The numbers that lines begin with rise with each line a board writes.
using LineNumber = std::uint64_t;

class Board final : public Cable::End,
                    private peer::Network,
                    private peer::EventSink,
                    private peer::Diagnostics,
                    private peer::Clock
{
public:
    struct Settings
    {
        peer::CommitBudget budget;
        peer::OutboxLimits limits;
        peer::Durability durability = peer::Durability::Full;
    };

    // `time`: milliseconds that have passed in the world.
    Board(int end, std::string path, FaultyDisk& disk, Cable& cable, SeededRandom& random,
          const std::uint64_t& time, const Settings& settings);
    ~Board() { account_.reset(); }

    // The other board, known from now on.
    void meet(const Board& other) { other_ = other.identity_.publicHalf(); }

    // Opens the database. Empty, or what is wrong; the power may go meanwhile.
    std::string switchOn();
    // What is not on the disk is gone.
    void losePower();
    UnsyncedWrites& disk() { return disk_; }

    void write(std::size_t size);
    void runDue();
    std::optional<peer::Milliseconds> nextDue() const { return schedule_->next(); }
    std::uint64_t waiting() const { return account_->chats().waiting(contact_); }

    // What its user was told: these lines are stored, and those are in the other's database.
    const std::set<LineNumber>& queued() const { return queued_; }
    const std::set<LineNumber>& delivered() const { return delivered_; }
    // What its database holds, in the order of the history.
    std::vector<LineNumber> lines(bool outgoing);

    // ---- Cable::End ----
    bool isOn() const override { return account_ && !disk_.isCut(); }
    void opened(const peer::OpenedLink& link) override { account_->chats().opened(link); }
    void record(peer::LinkId link, wire::ByteView packets) override
    {
        account_->chats().record(link, packets);
    }
    void closed(const peer::ClosedLink& link) override { account_->chats().closed(link); }
    void drained(peer::LinkId link) override { account_->chats().drained(link); }
    wire::Key key() const override { return identity_.publicHalf().key; }

private:
    void useIdentity(const secure::KeyPair&) override {}
    peer::LinkId dial(const wire::Endpoint&, wire::Role, const std::optional<wire::Key>&) override
    {
        return cable_.dial(end_);
    }
    void send(peer::LinkId link, wire::ByteView packets) override;
    bool full(peer::LinkId link) override { return cable_.full(end_, link); }
    void close(peer::LinkId link) override;
    void sendDatagram(const wire::Endpoint&, wire::ByteView) override {}
    std::uint16_t listenPort() override { return 5858; }
    void emit(const peer::Event& event) override;
    void log(Level, std::string_view) override {}
    peer::Milliseconds uptime() override { return peer::Milliseconds(time_ - switchedOnAt_); }
    std::int64_t wall() override;

    void knowOther(peer::Store& store);
    std::vector<peer::StoredMessage> history();

    int end_;
    std::string path_;
    UnsyncedWrites disk_;
    Cable& cable_;
    SeededRandom& random_;
    const std::uint64_t& time_;
    Settings settings_;
    secure::Identity identity_;
    wire::PublicIdentity other_;

    std::uint64_t switchedOnAt_ = 0;
    peer::DisplayClock displayClock_{*this};
    std::unique_ptr<peer::Schedule> schedule_;
    std::unique_ptr<peer::Account> account_;
    peer::ContactId contact_ = 0;

    LineNumber lastLine_ = 0;
    std::map<std::uint64_t, LineNumber> numbered_; // the line of each message number, as the database has it
    std::set<LineNumber> queued_;
    std::set<LineNumber> delivered_;
};

} // namespace linnet::test
