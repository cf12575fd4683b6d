// Rate limits of fixed size: a bucket that is one number, a table of them that forgets the longest unused,
// and the growing delay after wrong passwords. Time is a parameter.
#pragma once

#include "wire/Bytes.h"

#include <cstdint>
#include <vector>

namespace linnet::registry {

struct Rate
{
    std::uint32_t interval; // milliseconds for one token to come back
    std::uint32_t burst;    // tokens when full
};

// A token bucket in the form of the generic cell rate algorithm (ITU-T I.371): all it keeps is when it will
// be full again.
class TokenBucket
{
public:
    // Milliseconds until `cost` tokens are there; 0: now.
    std::uint64_t wait(const Rate& rate, std::uint32_t cost, std::uint64_t now) const;
    void take(const Rate& rate, std::uint32_t cost, std::uint64_t now);
    bool tryTake(const Rate& rate, std::uint32_t cost, std::uint64_t now);

private:
    std::uint64_t fullAt_ = 0;
};

// Values by 64-bit key in fixed memory, 8 to a set; a new key takes the place of the one of its set that was
// unused longest. Keys must be unpredictable for those who could want to displace others: make them with a
// secret.
template <class Value>
class FixedTable
{
public:
    static constexpr std::size_t kWays = 8;

    // `entries`: a power of two, at least kWays.
    explicit FixedTable(std::size_t entries) : entries_(entries) {}

    // The value of `key`, or null.
    Value* find(std::uint64_t key)
    {
        Entry* set = setOf(key);
        for (Entry* entry = set; entry != set + kWays; ++entry)
            if (entry->used && entry->key == key) return &entry->value;
        return nullptr;
    }
    // The same, made anew if it is not there. Marks it as just used. `now` > 0.
    Value& obtain(std::uint64_t key, std::uint64_t now)
    {
        Entry* set = setOf(key);
        Entry* chosen = set;
        for (Entry* entry = set; entry != set + kWays; ++entry) {
            if (entry->used && entry->key == key) {
                entry->used = now;
                return entry->value;
            }
            if (entry->used < chosen->used) chosen = entry;
        }
        *chosen = Entry{key, now, Value{}};
        return chosen->value;
    }
    void forget(std::uint64_t key)
    {
        Entry* set = setOf(key);
        for (Entry* entry = set; entry != set + kWays; ++entry)
            if (entry->key == key) *entry = Entry{};
    }

private:
    struct Entry
    {
        std::uint64_t key = 0;
        std::uint64_t used = 0; // 0: free
        Value value{};
    };

    Entry* setOf(std::uint64_t key) { return &entries_[key % (entries_.size() / kWays) * kWays]; }

    std::vector<Entry> entries_;
};

// Who guesses passwords waits 1, 2, 4, ... 300 seconds. A key stands for an account and an address prefix, so
// that a stranger's guesses do not lock the owner out.
class GuessingDelay
{
public:
    static constexpr std::size_t kEntries = 1024;

    // Milliseconds until the next try is allowed; 0: now.
    std::uint64_t wait(std::uint64_t key, std::uint64_t now);
    void failed(std::uint64_t key, std::uint64_t now);
    void succeeded(std::uint64_t key) { table_.forget(key); }

private:
    struct Guesses
    {
        std::uint32_t failures = 0;
        std::uint64_t allowedAt = 0;
    };

    FixedTable<Guesses> table_{kEntries};
};

} // namespace linnet::registry
