// What the users of a random world were told: which messages are queued, and so must arrive.
#pragma once

#include "support/sim/FakeStore.h"

#include <map>
#include <string>
#include <vector>

namespace linnet::torture {

struct LedgerEntry
{
    std::uint64_t order = 0;  // of writing, by this sender
    std::uint64_t number = 0; // in the stream
    bool owed = false;        // its sender saw "queued", and its store was not rolled back past it
};

// From one user to another: by text, each of which is written once.
class Ledger
{
public:
    // A text that its user is about to send; it counts once it is queued.
    std::string nextText(const std::string& between, std::size_t padding);
    void queued(const std::string& text, std::uint64_t number);
    // The sender's store is now that of `conversation`: the rest need not arrive, but may have.
    void rolledBack(const test::StoredAccount::Conversation* conversation);

    // The text of that number in the sender's present history; empty: not one that counts.
    std::string textOf(std::uint64_t number) const;
    const std::map<std::string, LedgerEntry>& entries() const { return entries_; }

private:
    std::map<std::string, LedgerEntry> entries_;
    std::map<std::uint64_t, std::string> byNumber_;
    std::uint64_t written_ = 0;
};

// Why the recipient's history does not fit to what its sender was told; empty: it does.
// `given up`: texts that the sender was told will not arrive.
std::string judge(const Ledger& ledger, const std::vector<std::string>& history,
                  const std::vector<std::string>& givenUp);

} // namespace linnet::torture
