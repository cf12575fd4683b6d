// Bounded reading: every access goes through take(), the only place that compares with what is left.
#include "wire/ByteReader.h"

#include "wire/Text.h"

namespace linnet::wire {

namespace {
constexpr Byte kMandatoryExtension = 0x80;

std::uint64_t bigEndian(ByteView bytes)
{
    std::uint64_t value = 0;
    for (Byte byte : bytes)
        value = value << 8 | byte;
    return value;
}
} // namespace

void ByteReader::fail()
{
    ok_ = false;
    left_ = {};
}

ByteView ByteReader::take(std::size_t count)
{
    if (count > left_.size()) fail();
    if (!ok_) return {};
    ByteView taken = left_.first(count);
    left_ = left_.from(count);
    return taken;
}

void ByteReader::u8(std::uint8_t& value)
{
    value = static_cast<std::uint8_t>(bigEndian(take(1)));
}
void ByteReader::u16(std::uint16_t& value)
{
    value = static_cast<std::uint16_t>(bigEndian(take(2)));
}
void ByteReader::u32(std::uint32_t& value)
{
    value = static_cast<std::uint32_t>(bigEndian(take(4)));
}
void ByteReader::u64(std::uint64_t& value)
{
    value = bigEndian(take(8));
}

void ByteReader::boolean(bool& value)
{
    std::uint8_t byte = 0;
    u8(byte);
    if (byte > 1) fail();
    value = byte == 1;
}

void ByteReader::varint(std::uint64_t& value)
{
    value = 0;
    for (unsigned shift = 0;; shift += 7) {
        ByteView taken = take(1);
        if (!ok_) break;
        Byte byte = taken[0];
        bool tooLarge = shift == 63 && byte > 1;
        bool notShortest = shift > 0 && byte == 0;
        if (tooLarge || notShortest) {
            fail();
            break;
        }
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return;
    }
    value = 0;
}

void ByteReader::text(std::string_view& text, std::size_t max)
{
    std::uint64_t size = 0;
    varint(size);
    if (size > max) fail();
    utf8(text, static_cast<std::size_t>(size));
}

void ByteReader::restText(std::string_view& text, std::size_t max)
{
    if (left_.size() > max) fail();
    utf8(text, left_.size());
}

void ByteReader::utf8(std::string_view& text, std::size_t size)
{
    text = take(size).text();
    if (isUtf8(text)) return;
    fail();
    text = {};
}

void ByteReader::finish()
{
    while (ok_ && !left_.empty()) {
        std::uint8_t tag = 0;
        std::uint64_t size = 0;
        u8(tag);
        varint(size);
        if (size > left_.size() || (tag & kMandatoryExtension)) fail();
        take(static_cast<std::size_t>(size));
    }
}

} // namespace linnet::wire
