#include "torture/Board.h"

#include <cstdlib>

namespace linnet::test {

namespace {

constexpr std::size_t kAll = 1000000; // more lines than any database here has

LineNumber lineOf(const peer::StoredMessage& message)
{
    return std::strtoull(message.text.c_str(), nullptr, 10);
}

} // namespace

Board::Board(int end, std::string path, FaultyDisk& disk, Cable& cable, SeededRandom& random,
             const std::uint64_t& time, const Settings& settings)
    : end_(end),
      path_(std::move(path)),
      disk_(disk, path_, random),
      cable_(cable),
      random_(random),
      time_(time),
      settings_(settings),
      identity_(secure::Identity::make(random))
{
}

// ---- Power ----

std::string Board::switchOn()
{
    std::string words;
    std::unique_ptr<peer::Store> store = peer::SqliteStore::open(path_, settings_.durability, words);
    if (disk_.isCut()) return {};
    if (!store) return "the database does not open: " + words;
    if (!words.empty()) return words;
    knowOther(*store);
    if (disk_.isCut()) return {};
    if (contact_ == 0) return "the contact can't be stored: " + store->trouble();
    switchedOnAt_ = time_;
    schedule_ = std::make_unique<peer::Schedule>(displayClock_);
    account_ = std::make_unique<peer::Account>(peer::Account::Parts{*this, *schedule_, random_, displayClock_,
                                                                    *this, *this, nullptr, settings_.budget,
                                                                    settings_.limits},
                                               end_ == 0 ? "ada" : "ben", identity_, std::move(store));
    numbered_.clear();
    for (const peer::StoredMessage& message : history())
        if (message.outgoing) numbered_[message.number] = lineOf(message);
    return {};
}

void Board::knowOther(peer::Store& store)
{
    contact_ = 0;
    for (const peer::Contact& known : store.contacts())
        contact_ = known.id;
    if (contact_ != 0) return;
    peer::Contact contact;
    contact.name = end_ == 0 ? "ben" : "ada";
    contact.identity = other_;
    contact.relation = peer::Relation::Accepted;
    contact.endpoint = wire::Endpoint{"10.0.0.1", 5858};
    if (store.put(contact) && store.commit()) contact_ = contact.id;
}

void Board::losePower()
{
    disk_.cutNow();
    cable_.powerLost(end_, random_);
    account_.reset();
    schedule_.reset();
    disk_.restore();
}

// ---- The user ----

void Board::write(std::size_t size)
{
    LineNumber line = ++lastLine_;
    std::string text = std::to_string(line) + " ";
    while (text.size() < size)
        text += random_.below(50) == 0 ? '\0' : static_cast<char>('a' + random_.below(26));
    account_->chats().say(contact_, text,
                          [this, line](const std::optional<peer::Problem>& problem, std::uint64_t number) {
                              if (problem || disk_.isCut()) return;
                              queued_.insert(line);
                              numbered_[number] = line;
                          });
}

void Board::runDue()
{
    schedule_->runDue();
}

std::vector<peer::StoredMessage> Board::history()
{
    return account_->store().history(contact_, 0, kAll);
}

std::vector<LineNumber> Board::lines(bool outgoing)
{
    std::vector<LineNumber> found;
    for (const peer::StoredMessage& message : history())
        if (message.outgoing == outgoing) found.push_back(lineOf(message));
    return found;
}

// ---- The core's ports: a board without power does nothing ----

void Board::send(peer::LinkId link, wire::ByteView packets)
{
    if (!disk_.isCut()) cable_.send(end_, link, packets);
}

void Board::close(peer::LinkId link)
{
    if (!disk_.isCut()) cable_.close(end_, link);
}

void Board::emit(const peer::Event& event)
{
    if (event.kind != peer::EventKind::Delivered || disk_.isCut()) return;
    for (std::uint64_t number = event.number; number <= event.upTo; ++number)
        delivered_.insert(numbered_.at(number));
}

// Order must not depend on it: unset, right, or 50 years off.
std::int64_t Board::wall()
{
    static constexpr std::int64_t kWalls[] = {0, 1795000000, 1795000000 + 50LL * 365 * 86400};
    return kWalls[random_.below(std::size(kWalls))];
}

} // namespace linnet::test
