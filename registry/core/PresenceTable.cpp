// The records and their three indexes, kept in step.
#include "registry/core/PresenceTable.h"

#include <algorithm>
#include <cassert>

namespace linnet::registry {

namespace {

// Session ids are random, so they are their own hash.
std::uint64_t hashOfId(const wire::SessionId& id)
{
    std::uint64_t hash = 0;
    std::memcpy(&hash, id.data(), id.size());
    return hash;
}

char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The order of wire::canonicalName without making one.
bool comesBefore(std::string_view a, std::string_view b)
{
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return static_cast<unsigned char>(folded(x)) < static_cast<unsigned char>(folded(y));
    });
}

} // namespace

std::uint64_t PresenceTable::idHash(Slot slot) const
{
    return hashOfId(pool_[slot].id);
}

Slot PresenceTable::add(const Session& session, std::string_view name, std::string_view advertised)
{
    assert(session.account != 0 && findAccount(session.account) == kNoSlot &&
           findSession(session.id) == kNoSlot);
    Slot slot = pool_.take();
    Session& kept = pool_[slot];
    kept = session;
    kept.nameSize = static_cast<std::uint8_t>(name.size());
    if (name.size() <= Session::kShortName)
        std::copy(name.begin(), name.end(), kept.shortName.begin());
    else
        longNames_.emplace(slot, name);
    if (!advertised.empty()) advertised_.emplace(slot, advertised);
    bySession_.insert(slot, [this](Slot s) { return idHash(s); });
    byAccount_.insert(slot, [this](Slot s) { return accountHash(s); });
    insertIntoOrder(slot);
    if (kept.visible()) ++visible_;
    return slot;
}

void PresenceTable::remove(Slot slot)
{
    if (pool_[slot].visible()) --visible_;
    removeFromOrder(slot);
    byAccount_.erase(slot, [this](Slot s) { return accountHash(s); });
    bySession_.erase(slot, [this](Slot s) { return idHash(s); });
    longNames_.erase(slot);
    advertised_.erase(slot);
    pool_.giveBack(slot);
}

Slot PresenceTable::findSession(const wire::SessionId& id) const
{
    return bySession_.find(hashOfId(id), [&](Slot slot) { return pool_[slot].id == id; });
}

Slot PresenceTable::findAccount(AccountId account) const
{
    return byAccount_.find(spread(account), [&](Slot slot) { return pool_[slot].account == account; });
}

std::string_view PresenceTable::name(Slot slot) const
{
    const Session& session = pool_[slot];
    if (session.nameSize > Session::kShortName) return longNames_.at(slot);
    return {session.shortName.data(), session.nameSize};
}

std::string_view PresenceTable::advertised(Slot slot) const
{
    auto found = advertised_.find(slot);
    return found == advertised_.end() ? std::string_view() : std::string_view(found->second);
}

void PresenceTable::setStatus(Slot slot, wire::Status status)
{
    Session& session = pool_[slot];
    if (session.visible()) --visible_;
    session.status = status;
    if (session.visible()) ++visible_;
}

std::size_t PresenceTable::orderAfter(std::string_view after) const
{
    auto place =
        std::upper_bound(order_.begin(), order_.end(), after,
                         [this](std::string_view text, Slot slot) { return comesBefore(text, name(slot)); });
    return static_cast<std::size_t>(place - order_.begin());
}

void PresenceTable::insertIntoOrder(Slot slot)
{
    constexpr std::size_t kStep = 4096; // by steps, not by doubling
    std::size_t place = orderAfter(name(slot));
    if (order_.size() == order_.capacity() && order_.size() >= kStep) order_.reserve(order_.size() + kStep);
    order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(place), slot);
}

void PresenceTable::removeFromOrder(Slot slot)
{
    // Names are unique, so the one before the place after its name is the slot itself.
    std::size_t place = orderAfter(name(slot)) - 1;
    assert(order_[place] == slot);
    order_.erase(order_.begin() + static_cast<std::ptrdiff_t>(place));
}

std::size_t PresenceTable::memory() const
{
    auto apart = [](const std::unordered_map<Slot, std::string>& map) {
        std::size_t bytes = map.bucket_count() * sizeof(void*);
        for (const auto& [slot, text] : map)
            bytes += sizeof(void*) + sizeof(std::pair<Slot, std::string>) +
                     (text.size() > 15 ? text.size() + 17 : 0) + 8;
        return bytes;
    };
    return pool_.memory() + bySession_.memory() + byAccount_.memory() + order_.capacity() * sizeof(Slot) +
           apart(longNames_) + apart(advertised_);
}

} // namespace linnet::registry
