// A codec, beside the reader and the writer, that lists a packet's values as the golden examples show them.
#pragma once

#include "wire/Bytes.h"

#include "support/TestHarness.h"

#include <string>
#include <vector>

namespace linnet::test {

class FieldLister
{
public:
    std::vector<std::string> values;

    void u8(std::uint8_t value) { number(value); }
    void u16(std::uint16_t value) { number(value); }
    void u32(std::uint32_t value) { number(value); }
    void u64(std::uint64_t value) { number(value); }
    void varint(std::uint64_t value) { number(value); }
    void boolean(bool value) { number(value ? 1 : 0); }
    template <class Enum>
    void enumeration(Enum value)
    {
        number(static_cast<wire::Byte>(value));
    }
    template <std::size_t N>
    void fixed(const std::array<wire::Byte, N>& value)
    {
        values.push_back(toHex(value));
    }
    void text(std::string_view text, std::size_t) { values.emplace_back(text); }
    void restText(std::string_view text, std::size_t) { values.emplace_back(text); }
    template <class Item>
    void list(const std::vector<Item>& items, std::size_t)
    {
        number(items.size());
        for (const Item& item : items)
            Item::fields(*this, item);
    }
    template <std::size_t N>
    void fixedList(const std::vector<std::array<wire::Byte, N>>& items, std::size_t)
    {
        number(items.size());
        for (const auto& item : items)
            fixed(item);
    }

private:
    void number(std::uint64_t value) { values.push_back(std::to_string(value)); }
};

template <class Packet>
std::vector<std::string> valuesOf(const Packet& packet)
{
    FieldLister lister;
    Packet::fields(lister, packet);
    return lister.values;
}

} // namespace linnet::test
