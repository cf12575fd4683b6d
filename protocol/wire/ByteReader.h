// Reads the fields of a packet body from borrowed bytes, never past their end.
// Failure is sticky: after the first bad field every read yields zero or nothing and ok() is false,
// so a decoder reads all its fields and asks once. Never allocates but in list(), which checks its
// count against the bytes left first. Never throws.
#pragma once

#include "wire/Bytes.h"

#include <string_view>
#include <vector>

namespace linnet::wire {

class ByteReader
{
public:
    explicit ByteReader(ByteView bytes) : left_(bytes) {}

    bool ok() const { return ok_; }
    std::size_t left() const { return left_.size(); }

    // The fields, big-endian. A varint is LEB128 in its shortest form, at most 10 bytes.
    void u8(std::uint8_t& value);
    void u16(std::uint16_t& value);
    void u32(std::uint32_t& value);
    void u64(std::uint64_t& value);
    void varint(std::uint64_t& value);
    // 0 or 1; and one byte whose values are an enum's. Whether the value has a name is the receiver's to ask:
    // it must have a default for those that later versions add.
    void boolean(bool& value);
    template <class Enum>
    void enumeration(Enum& value)
    {
        std::uint8_t byte = 0;
        u8(byte);
        value = static_cast<Enum>(byte);
    }
    template <std::size_t N>
    void fixed(std::array<Byte, N>& value)
    {
        ByteView taken = take(N);
        if (ok_) std::copy(taken.begin(), taken.end(), value.begin());
    }
    // A varint length of at most `max`, then UTF-8 of that length; `text` borrows from the bytes read.
    void text(std::string_view& text, std::size_t max);
    // Everything that is left, at most `max` bytes of UTF-8.
    void restText(std::string_view& text, std::size_t max);
    // A count of at most `max`, then that many items, each with its own fields().
    template <class Item>
    void list(std::vector<Item>& items, std::size_t max)
    {
        std::uint64_t count = 0;
        varint(count);
        if (count > max || count > left_.size()) fail();
        for (std::uint64_t i = 0; ok_ && i < count; ++i) {
            items.emplace_back();
            Item::fields(*this, items.back());
        }
    }
    // A list of fixed-size values.
    template <std::size_t N>
    void fixedList(std::vector<std::array<Byte, N>>& items, std::size_t max)
    {
        std::uint64_t count = 0;
        varint(count);
        if (count > max || count * N > left_.size()) fail();
        for (std::uint64_t i = 0; ok_ && i < count; ++i) {
            items.emplace_back();
            fixed(items.back());
        }
    }

    // The next `count` bytes as they are.
    ByteView take(std::size_t count);

    // Ends a body: what is left must be a well-formed list of extensions (tag, varint length, value).
    // Unknown ones are skipped, unless bit 7 of the tag says that they must be understood.
    void finish();

private:
    void fail();
    void utf8(std::string_view& text, std::size_t size);

    ByteView left_;
    bool ok_ = true;
};

} // namespace linnet::wire
