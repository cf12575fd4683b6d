// A record's plaintext falls apart into packets, or is malformed.
#include "wire/PacketCodec.h"

#include "support/TestHarness.h"

using namespace linnet::test;
using namespace linnet::wire;

namespace {

// The packets of `hex` as "type:body" each, and "!" at the end when the rest is malformed.
std::string packetsOf(std::string_view hex)
{
    Bytes bytes = fromHex(hex);
    PacketReader reader(bytes);
    std::string all;
    RawPacket packet;
    while (reader.next(packet))
        all += std::string(packetName(packet.type)) + ":" + toHex(packet.body) + " ";
    if (reader.malformed()) all += "!";
    return all;
}

} // namespace

TEST_GROUP(PacketReader){};

TEST(PacketReader, TakesOnePacketAfterTheOther)
{
    TEXT_EQUAL("", packetsOf(""));
    TEXT_EQUAL("Ack:05 ", packetsOf("45 01 05"));
    TEXT_EQUAL("Ack:05 Done: Skip:07 ", packetsOf("45 01 05 20 00 46 01 07"));
}

TEST(PacketReader, SkipsUnknownOptionalPackets)
{
    TEXT_EQUAL("Ack:05 Skip:07 ", packetsOf("45 01 05 80 02 aabb ff 00 46 01 07"));
    TEXT_EQUAL("", packetsOf("80 00"));
}

TEST(PacketReader, RefusesUnknownMandatoryPackets)
{
    TEXT_EQUAL("Ack:05 !", packetsOf("45 01 05 7e 00 46 01 07"));
    TEXT_EQUAL("!", packetsOf("0d 00"));
}

TEST(PacketReader, RefusesAPacketThatIsCutShort)
{
    TEXT_EQUAL("!", packetsOf("45"));
    TEXT_EQUAL("!", packetsOf("45 01"));
    TEXT_EQUAL("Ack:05 !", packetsOf("45 01 05 46 02 07"));
    TEXT_EQUAL("!", packetsOf("80 02 aa"));
    TEXT_EQUAL("!", packetsOf("45 ffffffffffffffffff01 05"));
}

TEST(PacketReader, RefusesALengthThatCouldBeShorter)
{
    TEXT_EQUAL("!", packetsOf("45 8100 05"));
}

TEST(PacketReader, StaysMalformed)
{
    Bytes bytes = fromHex("7e 00 45 01 05");
    PacketReader reader(bytes);
    RawPacket packet;
    CHECK_FALSE(reader.next(packet));
    CHECK_FALSE(reader.next(packet));
    CHECK_TRUE(reader.malformed());
}
