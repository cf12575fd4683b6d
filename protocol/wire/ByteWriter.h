// Appends the fields of a packet body to bytes the caller owns. The twin of ByteReader: the same verbs,
// so that one fields() function per packet serves both directions. The caller keeps within the limits;
// a value over its limit is our own bug and is asserted.
#pragma once

#include "wire/Bytes.h"

#include <cassert>
#include <string_view>
#include <vector>

namespace linnet::wire {

class ByteWriter
{
public:
    explicit ByteWriter(Bytes& to) : to_(to) {}

    void u8(std::uint8_t value) { to_.push_back(value); }
    void u16(std::uint16_t value) { bigEndian(value, 2); }
    void u32(std::uint32_t value) { bigEndian(value, 4); }
    void u64(std::uint64_t value) { bigEndian(value, 8); }
    void varint(std::uint64_t value);
    void boolean(bool value) { u8(value ? 1 : 0); }
    template <class Enum>
    void enumeration(Enum value)
    {
        u8(static_cast<std::uint8_t>(value));
    }
    template <std::size_t N>
    void fixed(const std::array<Byte, N>& value)
    {
        append(to_, value);
    }
    void text(std::string_view text, std::size_t max);
    void restText(std::string_view text, std::size_t max);
    template <class Item>
    void list(const std::vector<Item>& items, std::size_t max)
    {
        assert(items.size() <= max);
        (void)max;
        varint(items.size());
        for (const Item& item : items)
            Item::fields(*this, item);
    }
    template <std::size_t N>
    void fixedList(const std::vector<std::array<Byte, N>>& items, std::size_t max)
    {
        assert(items.size() <= max);
        (void)max;
        varint(items.size());
        for (const auto& item : items)
            fixed(item);
    }

private:
    void bigEndian(std::uint64_t value, unsigned size);

    Bytes& to_;
};

} // namespace linnet::wire
