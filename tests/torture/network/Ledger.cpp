// Bookkeeping and the judgement at the end of a world.
#include "torture/network/Ledger.h"

#include <algorithm>
#include <set>

namespace linnet::torture {

std::string Ledger::nextText(const std::string& between, std::size_t padding)
{
    std::string text = between + " " + std::to_string(++written_) + std::string(padding, '.');
    entries_[text].order = written_;
    return text;
}

void Ledger::queued(const std::string& text, std::uint64_t number)
{
    LedgerEntry& entry = entries_.at(text);
    entry.number = number;
    entry.owed = true;
    byNumber_[number] = text;
}

void Ledger::rolledBack(const test::StoredAccount::Conversation* conversation)
{
    std::set<std::string> kept;
    if (conversation)
        for (const peer::StoredMessage& message : conversation->messages)
            if (message.outgoing) kept.insert(message.text);
    byNumber_.clear();
    for (auto& [text, entry] : entries_) {
        entry.owed = entry.owed && kept.count(text) > 0;
        if (entry.owed) byNumber_[entry.number] = text;
    }
}

std::string Ledger::textOf(std::uint64_t number) const
{
    auto found = byNumber_.find(number);
    return found == byNumber_.end() ? "" : found->second;
}

std::string judge(const Ledger& ledger, const std::vector<std::string>& history,
                  const std::vector<std::string>& givenUp)
{
    std::set<std::string> seen;
    std::uint64_t last = 0;
    for (const std::string& text : history) {
        std::string shown = text.substr(0, 40);
        auto found = ledger.entries().find(text);
        if (found == ledger.entries().end()) return "'" + shown + "' was never written";
        if (!seen.insert(text).second) return "'" + shown + "' is there twice";
        if (found->second.order < last) return "'" + shown + "' is out of order";
        last = found->second.order;
    }
    for (auto& [text, entry] : ledger.entries()) {
        bool excused = std::find(givenUp.begin(), givenUp.end(), text) != givenUp.end();
        if (entry.owed && !excused && seen.count(text) == 0) return "'" + text.substr(0, 40) + "' is missing";
    }
    return {};
}

} // namespace linnet::torture
