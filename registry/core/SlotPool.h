// Records of one size, named by 32-bit slots, in chunks: growing moves nothing and never doubles the memory.
// And an index over slots: open addressing, four bytes a cell, the keys stay with the records.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace linnet::registry {

using Slot = std::uint32_t;
constexpr Slot kNoSlot = 0xffffffff;

template <class Record>
class SlotPool
{
public:
    static constexpr std::size_t kChunk = 256;

    Slot take()
    {
        if (!free_.empty()) {
            Slot slot = free_.back();
            free_.pop_back();
            return slot;
        }
        if (used_ == chunks_.size() * kChunk)
            chunks_.push_back(std::make_unique<std::array<Record, kChunk>>());
        return static_cast<Slot>(used_++);
    }
    void giveBack(Slot slot)
    {
        (*this)[slot] = Record{};
        free_.push_back(slot);
    }
    Record& operator[](Slot slot) { return (*chunks_[slot / kChunk])[slot % kChunk]; }
    const Record& operator[](Slot slot) const { return (*chunks_[slot / kChunk])[slot % kChunk]; }

    // Slots ever used, and those in use now.
    std::size_t slots() const { return used_; }
    std::size_t size() const { return used_ - free_.size(); }
    std::size_t memory() const
    {
        return chunks_.size() * sizeof(std::array<Record, kChunk>) + chunks_.capacity() * sizeof(void*) +
               free_.capacity() * sizeof(Slot);
    }

private:
    std::vector<std::unique_ptr<std::array<Record, kChunk>>> chunks_;
    std::vector<Slot> free_;
    std::size_t used_ = 0;
};

// Linear probing at a load of at most 4/5; erasing shifts back (Knuth 6.4, algorithm R), so there are no
// tombstones. `matches(slot)` says whether a record has the key looked for, `hashOf(slot)` gives a record's
// hash.
class SlotIndex
{
public:
    template <class Matches>
    Slot find(std::uint64_t hash, Matches matches) const
    {
        if (cells_.empty()) return kNoSlot;
        for (std::size_t i = hash & mask(); cells_[i] != kNoSlot; i = (i + 1) & mask())
            if (matches(cells_[i])) return cells_[i];
        return kNoSlot;
    }
    template <class HashOf>
    void insert(Slot slot, HashOf hashOf)
    {
        if ((count_ + 1) * 5 > cells_.size() * 4) grow(hashOf);
        place(slot, hashOf(slot));
        ++count_;
    }
    // REQUIRES: `slot` is in the index, and hashOf(slot) still gives what it was put in with.
    template <class HashOf>
    void erase(Slot slot, HashOf hashOf)
    {
        std::size_t hole = cellOf(slot, hashOf(slot));
        for (std::size_t i = (hole + 1) & mask(); cells_[i] != kNoSlot; i = (i + 1) & mask()) {
            std::size_t home = hashOf(cells_[i]) & mask();
            bool mayStay = ((i - home) & mask()) < ((i - hole) & mask());
            if (mayStay) continue;
            cells_[hole] = cells_[i];
            hole = i;
        }
        cells_[hole] = kNoSlot;
        --count_;
    }
    // Puts `other`, which has the same key, in the place of `slot`.
    void replace(Slot slot, Slot other, std::uint64_t hash) { cells_[cellOf(slot, hash)] = other; }

    std::size_t memory() const { return cells_.capacity() * sizeof(Slot); }

private:
    std::size_t mask() const { return cells_.size() - 1; }
    std::size_t cellOf(Slot slot, std::uint64_t hash) const
    {
        std::size_t i = hash & mask();
        while (cells_[i] != slot)
            i = (i + 1) & mask();
        return i;
    }
    void place(Slot slot, std::uint64_t hash)
    {
        std::size_t i = hash & mask();
        while (cells_[i] != kNoSlot)
            i = (i + 1) & mask();
        cells_[i] = slot;
    }
    template <class HashOf>
    void grow(HashOf hashOf)
    {
        std::vector<Slot> old(cells_.empty() ? 64 : cells_.size() * 2, kNoSlot);
        old.swap(cells_);
        for (Slot slot : old)
            if (slot != kNoSlot) place(slot, hashOf(slot));
    }

    std::vector<Slot> cells_;
    std::size_t count_ = 0;
};

// Spreads small numbers over 64 bits (Fibonacci hashing).
inline std::uint64_t spread(std::uint32_t value)
{
    return (value * 0x9e3779b97f4a7c15ull) >> 20;
}

} // namespace linnet::registry
