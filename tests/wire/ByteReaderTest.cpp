// Reading fields: exact, bounded, and silent for good after the first that is bad.
#include "wire/ByteReader.h"

#include "support/TestHarness.h"

#include <limits>

using namespace linnet::test;
using namespace linnet::wire;

namespace {

struct Varint
{
    bool ok = false;
    std::uint64_t value = 0;
    std::size_t left = 0;
};

Varint readVarint(std::string_view hex)
{
    Bytes bytes = fromHex(hex);
    ByteReader reader(bytes);
    Varint result;
    reader.varint(result.value);
    result.ok = reader.ok();
    result.left = reader.left();
    return result;
}

bool textIsRead(const Bytes& bytes, std::size_t max)
{
    ByteReader reader(bytes);
    std::string_view text;
    reader.text(text, max);
    return reader.ok();
}

bool finishes(std::string_view hex)
{
    Bytes bytes = fromHex(hex);
    ByteReader reader(bytes);
    reader.finish();
    return reader.ok();
}

struct Pair
{
    std::uint8_t first = 0;
    std::uint8_t second = 0;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.u8(self.first);
        codec.u8(self.second);
    }
};

std::size_t listSize(std::string_view hex, std::size_t max, bool& ok)
{
    Bytes bytes = fromHex(hex);
    ByteReader reader(bytes);
    std::vector<Pair> items;
    reader.list(items, max);
    ok = reader.ok();
    return items.size();
}

} // namespace

TEST_GROUP(ByteReader){};

TEST(ByteReader, ReadsIntegersBigEndian)
{
    Bytes bytes = fromHex("01 0203 04050607 08090a0b0c0d0e0f");
    ByteReader reader(bytes);
    std::uint8_t one = 0;
    std::uint16_t two = 0;
    std::uint32_t four = 0;
    std::uint64_t eight = 0;
    reader.u8(one);
    reader.u16(two);
    reader.u32(four);
    reader.u64(eight);
    reader.finish();
    CHECK_TRUE(reader.ok());
    CHECK_EQUAL(0x01, one);
    CHECK_EQUAL(0x0203, two);
    CHECK_EQUAL(0x04050607u, four);
    CHECK_TRUE(eight == 0x08090a0b0c0d0e0f);
}

TEST(ByteReader, RefusesAnyFieldThatIsCutShort)
{
    Bytes whole = fromHex("01 0203 04050607 08090a0b0c0d0e0f 01 8001 0203 027879");
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        Bytes bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        ByteReader reader(bytes);
        std::uint8_t one = 0;
        std::uint16_t two = 0;
        std::uint32_t four = 0;
        std::uint64_t eight = 0;
        bool flag = false;
        std::uint64_t number = 0;
        std::array<Byte, 2> fixed{};
        std::string_view text;
        reader.u8(one);
        reader.u16(two);
        reader.u32(four);
        reader.u64(eight);
        reader.boolean(flag);
        reader.varint(number);
        reader.fixed(fixed);
        reader.text(text, 2);
        CHECK_EQUAL(size == whole.size(), reader.ok());
    }
}

TEST(ByteReader, YieldsNothingAfterAFailure)
{
    Bytes bytes = fromHex("02 ffffffff");
    ByteReader reader(bytes);
    bool flag = true;
    std::uint8_t one = 9;
    std::uint64_t number = 9;
    std::string_view text = "before";
    reader.boolean(flag);
    reader.u8(one);
    reader.varint(number);
    reader.restText(text, 10);
    reader.finish();
    CHECK_FALSE(reader.ok());
    CHECK_FALSE(flag);
    CHECK_EQUAL(0, one);
    CHECK_TRUE(number == 0);
    CHECK_TRUE(text.empty());
    CHECK_EQUAL(0u, reader.left());
    CHECK_TRUE(reader.take(1).empty());
}

TEST(ByteReader, ReadsVarintsOfEveryLength)
{
    CHECK_TRUE(readVarint("00").ok);
    CHECK_TRUE(readVarint("7f").value == 127);
    CHECK_TRUE(readVarint("8001").value == 128);
    CHECK_TRUE(readVarint("ff7f").value == 16383);
    CHECK_TRUE(readVarint("808001").value == 16384);
    Varint largest = readVarint("ffffffffffffffffff01");
    CHECK_TRUE(largest.ok);
    CHECK_TRUE(largest.value == std::numeric_limits<std::uint64_t>::max());
}

TEST(ByteReader, LeavesWhatFollowsAVarint)
{
    Varint result = readVarint("8001 55");
    CHECK_TRUE(result.value == 128);
    CHECK_EQUAL(1u, result.left);
}

TEST(ByteReader, RefusesVarintsOver64Bits)
{
    CHECK_FALSE(readVarint("ffffffffffffffffff02").ok);
    CHECK_FALSE(readVarint("ffffffffffffffffffff01").ok);
    CHECK_FALSE(readVarint("80808080808080808080").ok);
}

TEST(ByteReader, RefusesVarintsThatCouldBeShorter)
{
    CHECK_FALSE(readVarint("8000").ok);
    CHECK_FALSE(readVarint("ff00").ok);
    CHECK_FALSE(readVarint("80808000").ok);
}

TEST(ByteReader, TakesOnlyZeroAndOneForABoolean)
{
    for (unsigned value = 0; value < 256; ++value) {
        Bytes bytes = {static_cast<Byte>(value)};
        ByteReader reader(bytes);
        bool flag = false;
        reader.boolean(flag);
        CHECK_EQUAL(value < 2, reader.ok());
        CHECK_EQUAL(value == 1, flag);
    }
}

TEST(ByteReader, ReadsTextUpToItsLimit)
{
    Bytes bytes = fromHex("03 616263");
    CHECK_TRUE(textIsRead(bytes, 3));
    CHECK_FALSE(textIsRead(bytes, 2));
}

TEST(ByteReader, RefusesTextThatIsNotUtf8AndYieldsNoneOfIt)
{
    Bytes bytes = fromHex("02 61ff");
    ByteReader reader(bytes);
    std::string_view text;
    reader.text(text, 10);
    CHECK_FALSE(reader.ok());
    CHECK_TRUE(text.empty());
}

TEST(ByteReader, RefusesATextLengthFarBeyondTheBytes)
{
    CHECK_FALSE(textIsRead(fromHex("ffffffffffffffffff01 61"), std::numeric_limits<std::size_t>::max()));
}

TEST(ByteReader, ReadsTheRestAsText)
{
    Bytes bytes = fromHex("616263");
    std::string_view text;
    ByteReader reader(bytes);
    reader.restText(text, 3);
    reader.finish();
    CHECK_TRUE(reader.ok());
    TEXT_EQUAL("abc", text);

    ByteReader tooLong(bytes);
    tooLong.restText(text, 2);
    CHECK_FALSE(tooLong.ok());
}

TEST(ByteReader, SkipsUnknownOptionalExtensions)
{
    CHECK_TRUE(finishes(""));
    CHECK_TRUE(finishes("01 00"));
    CHECK_TRUE(finishes("01 02 aabb 7f 01 cc"));
}

TEST(ByteReader, RefusesUnknownMandatoryExtensions)
{
    CHECK_FALSE(finishes("80 00"));
    CHECK_FALSE(finishes("01 02 aabb ff 01 cc"));
}

TEST(ByteReader, RefusesExtensionsThatAreCutShort)
{
    CHECK_FALSE(finishes("01"));
    CHECK_FALSE(finishes("01 02 aa"));
    CHECK_FALSE(finishes("01 80"));
    CHECK_FALSE(finishes("01 8000"));
    CHECK_FALSE(finishes("01 ffffffffffffffffff01"));
}

TEST(ByteReader, ReadsListsUpToTheirLimit)
{
    bool ok = false;
    CHECK_EQUAL(0u, listSize("00", 2, ok));
    CHECK_TRUE(ok);
    CHECK_EQUAL(2u, listSize("02 0102 0304", 2, ok));
    CHECK_TRUE(ok);
    listSize("03 0102 0304 0506", 2, ok);
    CHECK_FALSE(ok);
    listSize("02 0102 03", 2, ok);
    CHECK_FALSE(ok);
}

TEST(ByteReader, MakesNoItemsForACountLargerThanTheBytesLeft)
{
    bool ok = true;
    CHECK_EQUAL(0u, listSize("ffff7f 0102", std::numeric_limits<std::size_t>::max(), ok));
    CHECK_FALSE(ok);

    Bytes bytes = fromHex("03 0102 0304");
    ByteReader reader(bytes);
    std::vector<std::array<Byte, 2>> items;
    reader.fixedList(items, 10);
    CHECK_FALSE(reader.ok());
    CHECK_TRUE(items.empty());
}

TEST(ByteReader, ReadsListsOfFixedSizeValues)
{
    Bytes bytes = fromHex("02 0102 0304");
    ByteReader reader(bytes);
    std::vector<std::array<Byte, 2>> items;
    reader.fixedList(items, 2);
    reader.finish();
    CHECK_TRUE(reader.ok());
    CHECK_EQUAL(2u, items.size());
    BYTES_EQUAL(fromHex("0304"), items[1]);

    ByteReader overLimit(bytes);
    overLimit.fixedList(items, 1);
    CHECK_FALSE(overLimit.ok());
}
