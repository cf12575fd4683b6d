// Every packet, written and read back, whole and cut short.
#include "wire/PacketCodec.h"

#include "wire/PeerPackets.h"
#include "wire/RegistryPackets.h"

#include "support/TestHarness.h"

#include <set>

using namespace linnet::test;
using namespace linnet::wire;

namespace {

template <std::size_t N>
std::array<Byte, N> filled(Byte first)
{
    std::array<Byte, N> bytes;
    for (std::size_t i = 0; i < N; ++i)
        bytes[i] = static_cast<Byte>(first + i);
    return bytes;
}

ScramVerifier sampleVerifier()
{
    return {filled<16>(1), 4097, filled<32>(2), filled<32>(3)};
}

std::vector<Endpoint> sampleEndpoints()
{
    return {{"192.0.2.1", 5858}, {"2001:db8::1", 5859}};
}

// Calls `use` with one packet of each type, no field at its default.
template <class Use>
void forEachRegistryPacket(Use use)
{
    use(Register{"alice", sampleVerifier(), filled<32>(4), filled<64>(5), "guest"});
    use(Login{"alice", 5858, "board.example", Status::Away});
    use(Search{Search::Match::Prefix, "al", "alf"});
    use(Logout{});
    use(ListOnline{"bob"});
    use(Heartbeat{Status::Busy});
    use(ScramFirst{"p=noise-hh,,n=alice,r=x"});
    use(ScramFinal{"c=y", filled<32>(6), filled<64>(7)});
    use(Resume{filled<8>(8)});
    use(ChangePassword{sampleVerifier()});
    use(WaitFor{"bob"});
    use(CallMe{"carol"});
    use(NoticeSeen{0x01020304});
    use(Done{});
    use(Refused{Refusal::SlowDown, "wait 3 s"});
    use(LoggedIn{filled<8>(9), filled<32>(10), filled<32>(11), 5151, 30, 1234567890, "203.0.113.9", "v=z"});
    use(PasswordNeeded{});
    use(ScramChallenge{"r=xy,s=AA==,i=4096"});
    use(Found{
        true,
        {{"bob", Status::Online, 1, {filled<32>(12), filled<32>(13), filled<64>(14)}, sampleEndpoints()},
         {"bobby", Status::Offline, 300, {}, {}}}});
    use(OnlineList{true, 1000, {{"bob", Status::Busy}, {"carol", Status::Away}}});
    use(Notice{7, Notice::Kind::CallBack, "carol", sampleEndpoints()});
    use(Goodbye{Goodbye::Reason::Idle});
}

template <class Use>
void forEachPeerPacket(Use use)
{
    use(Hello{"alice", filled<32>(1), filled<64>(2), filled<32>(3), 5858});
    use(ChatRequest{"hi, it's me"});
    use(ChatAnswer{ChatAnswer::Answer::Accept});
    use(StreamState{0x0102030405060708, 300, filled<8>(4), 0x1112131415161718, 290});
    use(Message{301, 5, "good evening"});
    use(Ack{16384});
    use(Skip{17});
    use(DigestQuery{100, 512});
    use(Digests{100, {filled<8>(5), filled<8>(6)}});
    use(StreamRestart{0x2122232425262728, 99});
}

template <class Use>
void forEachPacket(Use use)
{
    forEachRegistryPacket(use);
    forEachPeerPacket(use);
}

template <class Packet>
ByteView bodyOf(const Bytes& encoded)
{
    PacketReader reader(encoded);
    RawPacket raw;
    CHECK_TRUE(reader.next(raw));
    CHECK_TRUE(raw.type == Packet::kType);
    return raw.body;
}

// For lengths that no packet of the table reaches.
struct Blob
{
    static constexpr PacketType kType = PacketType::Message;
    std::string_view text;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.restText(self.text, 100000);
    }
};

std::string headerOf(std::size_t bodySize)
{
    std::string text(bodySize, 'x');
    Bytes bytes = encode(Blob{text});
    std::size_t headerSize = bytes.size() - bodySize;
    CHECK_TRUE(bodyOf<Blob>(bytes) == ByteView(text));
    return toHex(ByteView(bytes).first(headerSize));
}

} // namespace

TEST_GROUP(PacketCodec){};

TEST(PacketCodec, CoversEveryPacketOfTheTable)
{
    std::set<PacketType> covered;
    forEachPacket([&](const auto& packet) { covered.insert(packet.kType); });
    std::set<PacketType> all;
#define ADD_TYPE(name, number) all.insert(PacketType::name);
    LINNET_PACKETS(ADD_TYPE)
#undef ADD_TYPE
    CHECK_TRUE(covered == all);
}

TEST(PacketCodec, WritesWhatItHasRead)
{
    forEachPacket([](const auto& packet) {
        using Packet = std::decay_t<decltype(packet)>;
        Bytes bytes = encode(packet);
        std::optional<Packet> back = decodeBody<Packet>(bodyOf<Packet>(bytes));
        CHECK_TEXT(back.has_value(), std::string(packetName(Packet::kType)).c_str());
        BYTES_EQUAL(bytes, encode(*back));
    });
}

TEST(PacketCodec, ReadsTheValuesThatWereWritten)
{
    Bytes bytes = encode(Found{
        true,
        {{"bob", Status::Online, 300, {filled<32>(1), filled<32>(2), filled<64>(3)}, sampleEndpoints()}}});
    std::optional<Found> found = decodeBody<Found>(bodyOf<Found>(bytes));
    CHECK_TRUE(found && found->more);
    CHECK_EQUAL(1u, found->users.size());
    const FoundUser& user = found->users[0];
    TEXT_EQUAL("bob", user.name);
    CHECK_TRUE(user.status == Status::Online);
    CHECK_TRUE(user.seenAgo == 300);
    BYTES_EQUAL(filled<64>(3), user.identity.binding);
    CHECK_TRUE(user.endpoints == sampleEndpoints());
}

TEST(PacketCodec, RefusesEveryBodyThatIsCutShort)
{
    forEachPacket([](const auto& packet) {
        using Packet = std::decay_t<decltype(packet)>;
        if (Packet::kType == PacketType::Message) return; // ends in text without a length
        Bytes bytes = encode(packet);
        ByteView body = bodyOf<Packet>(bytes);
        for (std::size_t size = 0; size < body.size(); ++size)
            CHECK_FALSE_TEXT(decodeBody<Packet>(body.first(size)).has_value(),
                             std::string(packetName(Packet::kType)).c_str());
    });
}

TEST(PacketCodec, RefusesAMessageCutShortWithinItsNumbers)
{
    Bytes bytes = encode(Message{300, 5, ""});
    ByteView body = bodyOf<Message>(bytes);
    for (std::size_t size = 0; size < body.size(); ++size)
        CHECK_FALSE(decodeBody<Message>(body.first(size)).has_value());
}

TEST(PacketCodec, RefusesEveryPacketThatIsCutShort)
{
    forEachPacket([](const auto& packet) {
        Bytes bytes = encode(packet);
        for (std::size_t size = 1; size < bytes.size(); ++size) {
            PacketReader reader(ByteView(bytes).first(size));
            RawPacket raw;
            CHECK_FALSE(reader.next(raw));
            CHECK_TRUE(reader.malformed());
        }
    });
}

TEST(PacketCodec, SkipsUnknownOptionalExtensionsOfEveryPacket)
{
    forEachPacket([](const auto& packet) {
        using Packet = std::decay_t<decltype(packet)>;
        if (Packet::kType == PacketType::Message) return;
        Bytes bytes = encode(packet);
        Bytes body = bodyOf<Packet>(bytes).copy();
        append(body, fromHex("05 02 aabb"));
        std::optional<Packet> back = decodeBody<Packet>(body);
        CHECK_TRUE(back.has_value());
        BYTES_EQUAL(bytes, encode(*back));
    });
}

TEST(PacketCodec, RefusesUnknownMandatoryExtensionsOfEveryPacket)
{
    forEachPacket([](const auto& packet) {
        using Packet = std::decay_t<decltype(packet)>;
        if (Packet::kType == PacketType::Message) return;
        Bytes bytes = encode(packet);
        Bytes body = bodyOf<Packet>(bytes).copy();
        append(body, fromHex("85 02 aabb"));
        CHECK_FALSE(decodeBody<Packet>(body).has_value());
    });
}

TEST(PacketCodec, GivesEachLengthItsShortestForm)
{
    TEXT_EQUAL("4400", headerOf(0));
    TEXT_EQUAL("447f", headerOf(127));
    TEXT_EQUAL("448001", headerOf(128));
    TEXT_EQUAL("44ff7f", headerOf(16383));
    TEXT_EQUAL("44808001", headerOf(16384));
}

TEST(PacketCodec, AppendsToWhatIsThere)
{
    Bytes bytes = encode(Ack{5});
    encode(Skip{7}, bytes);
    BYTES_EQUAL(fromHex("45 01 05 46 01 07"), bytes);
}

TEST(PacketCodec, RefusesMoreItemsThanAPageHolds)
{
    Digests digests;
    digests.digests.resize(kDigestPage);
    Bytes bytes = encode(digests);
    CHECK_TRUE(decodeBody<Digests>(bodyOf<Digests>(bytes)).has_value());

    Bytes body;
    ByteWriter writer(body);
    writer.varint(1);
    writer.varint(kDigestPage + 1);
    body.resize(body.size() + (kDigestPage + 1) * sizeof(Digest8));
    CHECK_FALSE(decodeBody<Digests>(body).has_value());
}
