// Writing the fields of a packet body.
#include "wire/ByteWriter.h"

namespace linnet::wire {

void ByteWriter::bigEndian(std::uint64_t value, unsigned size)
{
    for (unsigned i = size; i-- > 0;)
        to_.push_back(static_cast<Byte>(value >> (8 * i)));
}

void ByteWriter::varint(std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        to_.push_back(static_cast<Byte>(value | 0x80));
    to_.push_back(static_cast<Byte>(value));
}

void ByteWriter::text(std::string_view text, std::size_t max)
{
    assert(text.size() <= max);
    (void)max;
    varint(text.size());
    append(to_, ByteView(text));
}

void ByteWriter::restText(std::string_view text, std::size_t max)
{
    assert(text.size() <= max);
    (void)max;
    append(to_, ByteView(text));
}

} // namespace linnet::wire
