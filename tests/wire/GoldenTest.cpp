// The golden packets of protocol/PROTOCOL.md, which other implementations are checked against.
#include "wire/PacketCodec.h"
#include "wire/PeerPackets.h"
#include "wire/RegistryPackets.h"

#include "support/FieldLister.h"
#include "support/ProtocolPage.h"
#include "support/TestHarness.h"

#include <set>

using namespace linnet::test;
using namespace linnet::wire;

namespace {

// The example is that packet, says which values it holds, and is what is written for them.
template <class Packet>
void checkExample(const ProtocolPage::Example& example)
{
    const char* name = example.name.c_str();
    PacketReader reader(example.bytes);
    RawPacket raw;
    CHECK_TEXT(reader.next(raw) && raw.type == Packet::kType, name);
    std::optional<Packet> packet = decodeBody<Packet>(raw.body);
    CHECK_TEXT(packet.has_value(), name);
    CHECK_TEXT(valuesOf(*packet) == example.values, name);
    BYTES_EQUAL(example.bytes, encode(*packet));
    CHECK_FALSE_TEXT(reader.next(raw) || reader.malformed(), name);
}

void checkAny(const ProtocolPage::Example& example)
{
#define CHECK_IF_NAMED(packet, number)                                                                       \
    if (example.name == #packet) return checkExample<packet>(example);
    LINNET_PACKETS(CHECK_IF_NAMED)
#undef CHECK_IF_NAMED
    FAIL_TEST(example.name.c_str());
}

} // namespace

TEST_GROUP(Golden)
{
    ProtocolPage page;
};

TEST(Golden, EveryExampleIsThePacketItIsSaidToBe)
{
    for (const ProtocolPage::Example& example : page.examples("packets"))
        checkAny(example);
}

TEST(Golden, EveryPacketHasAnExample)
{
    std::set<std::string> shown;
    for (const ProtocolPage::Example& example : page.examples("packets"))
        shown.insert(example.name);
#define CHECK_SHOWN(name, number) CHECK_TEXT(shown.count(#name) == 1, #name);
    LINNET_PACKETS(CHECK_SHOWN)
#undef CHECK_SHOWN
}

TEST(Golden, TheTableOfPacketsIsComplete)
{
    std::vector<ProtocolPage::Row> rows = page.table("## 4. Packets");
    std::size_t next = 0;
#define CHECK_ROW(name, number)                                                                              \
    CHECK_TEXT(next < rows.size(), #name);                                                                   \
    TEXT_EQUAL(#name, rows[next].at(1));                                                                     \
    TEXT_EQUAL("0x" + toHex(std::array<Byte, 1>{number}), rows[next].at(0));                                 \
    ++next;
    LINNET_PACKETS(CHECK_ROW)
#undef CHECK_ROW
    CHECK_EQUAL(rows.size(), next);
}
