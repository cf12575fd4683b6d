// Writing fields: the bytes a stranger would expect.
#include "wire/ByteWriter.h"

#include "wire/ByteReader.h"

#include "support/TestHarness.h"

#include <limits>

using namespace linnet::test;
using namespace linnet::wire;

TEST_GROUP(ByteWriter)
{
    Bytes bytes;
    ByteWriter writer{bytes};

    void teardown() override
    {
        Bytes().swap(bytes);
    }
};

TEST(ByteWriter, WritesIntegersBigEndian)
{
    writer.u8(0x01);
    writer.u16(0x0203);
    writer.u32(0x04050607);
    writer.u64(0x08090a0b0c0d0e0f);
    BYTES_EQUAL(fromHex("01 0203 04050607 08090a0b0c0d0e0f"), bytes);
}

TEST(ByteWriter, WritesTheShortestVarint)
{
    for (std::uint64_t value : {0, 127, 128, 16383, 16384})
        writer.varint(value);
    BYTES_EQUAL(fromHex("00 7f 8001 ff7f 808001"), bytes);
}

TEST(ByteWriter, WritesVarintsThatReadBack)
{
    for (unsigned bits = 0; bits < 64; ++bits) {
        for (std::uint64_t value : {std::uint64_t{1} << bits, (std::uint64_t{1} << bits) - 1}) {
            bytes.clear();
            writer.varint(value);
            ByteReader reader(bytes);
            std::uint64_t back = 0;
            reader.varint(back);
            CHECK_TRUE(reader.ok() && reader.left() == 0);
            CHECK_TRUE(back == value);
        }
    }
}

TEST(ByteWriter, WritesTextWithItsLengthAndTheRestWithout)
{
    writer.text("abc", 3);
    writer.text("", 3);
    writer.boolean(true);
    writer.restText("de", 2);
    BYTES_EQUAL(fromHex("03 616263 00 01 6465"), bytes);
}

TEST(ByteWriter, WritesListsWithTheirCount)
{
    std::vector<std::array<Byte, 2>> items = {{1, 2}, {3, 4}};
    writer.fixedList(items, 2);
    BYTES_EQUAL(fromHex("02 0102 0304"), bytes);
}
