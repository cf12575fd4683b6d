// Sealed datagrams: their bytes, and that nothing else opens.
#include "secure/DatagramSeal.h"

#include "wire/PacketCodec.h"

#include "support/TestHarness.h"

using namespace linnet::secure;
using namespace linnet::test;
using namespace linnet::wire;

namespace {

// 00 01 02 ... 1f
Key countingKey()
{
    Key key{};
    for (std::size_t i = 0; i < key.size(); ++i)
        key[i] = static_cast<Byte>(i);
    return key;
}

const SessionId kSession = {'S', 'E', 'S', 'S', 'I', 'O', 'N', '1'};

Bytes sealedHeartbeat()
{
    Bytes datagram;
    sealDatagram({DatagramType::Heartbeat, kSession, 0x0102030405060708},
                 sessionKeys(countingKey(), kSession).up,
                 encodeBody(HeartbeatBody{Status::Online, 0x1122334455667788}), datagram);
    return datagram;
}

} // namespace

TEST_GROUP(DatagramSeal)
{
    SessionKeys keys = sessionKeys(countingKey(), kSession);
};

// This and the next were worked out with another implementation of HMAC and ChaCha20-Poly1305.
TEST(DatagramSeal, DerivesBothKeysOfASessionFromOneHmac)
{
    TEXT_EQUAL("4a5d153316b58a73efe6d30c478b6d10dcfdf316ad7971949ec4a20431a318e4", toHex(keys.up));
    TEXT_EQUAL("8c0b9427066cebc5548f593bd369eea22bbdef551bc98fbec1a1e2cc7ff431f9", toHex(keys.down));
}

TEST(DatagramSeal, SealsAHeartbeatToTheseBytes)
{
    BYTES_EQUAL(
        fromHex("05 53455353494f4e31 0102030405060708 1db820e2518692c22a f98c06147d69395aec66d85b17fba5c1"),
        sealedHeartbeat());
}

TEST(DatagramSeal, ShowsItsHeaderBeforeItIsOpened)
{
    std::optional<DatagramHeader> header = peekDatagram(sealedHeartbeat());
    CHECK_TRUE(header.has_value());
    CHECK_TRUE(header->type == DatagramType::Heartbeat);
    BYTES_EQUAL(kSession, header->session);
    CHECK_TRUE(header->counter == 0x0102030405060708);
}

TEST(DatagramSeal, OpensWhatItHasSealed)
{
    Bytes datagram = sealedHeartbeat();
    std::optional<ByteView> body = openDatagram(keys.up, datagram.data(), datagram.size());
    CHECK_TRUE(body.has_value());
    std::optional<HeartbeatBody> heartbeat = decodeBody<HeartbeatBody>(*body);
    CHECK_TRUE(heartbeat && heartbeat->status == Status::Online && heartbeat->echo == 0x1122334455667788);
}

TEST(DatagramSeal, RefusesAnyFlippedBit)
{
    const Bytes whole = sealedHeartbeat();
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        Bytes datagram = whole;
        datagram[bit / 8] ^= static_cast<Byte>(1u << bit % 8);
        CHECK_FALSE(openDatagram(keys.up, datagram.data(), datagram.size()).has_value());
    }
}

TEST(DatagramSeal, RefusesAnyTruncation)
{
    const Bytes whole = sealedHeartbeat();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        Bytes datagram = whole;
        CHECK_FALSE(openDatagram(keys.up, datagram.data(), size).has_value());
    }
}

TEST(DatagramSeal, HasAnotherKeyForEachDirectionAndSession)
{
    Bytes datagram = sealedHeartbeat();
    CHECK_FALSE(openDatagram(keys.down, datagram.data(), datagram.size()).has_value());
    datagram = sealedHeartbeat();
    SessionId other = kSession;
    other[7] = '2';
    CHECK_FALSE(
        openDatagram(sessionKeys(countingKey(), other).up, datagram.data(), datagram.size()).has_value());
}

TEST(DatagramSeal, AnswersAHeartbeatInAsManyBytes)
{
    Bytes answer;
    sealDatagram({DatagramType::HeartbeatAnswer, kSession, 1}, keys.down,
                 encodeBody(AnswerBody{AnswerBody::Kind::Challenge, 1}), answer);
    CHECK_EQUAL(42u, kHeartbeatSize);
    CHECK_EQUAL(kHeartbeatSize, answer.size());
    CHECK_EQUAL(kHeartbeatSize, sealedHeartbeat().size());
}

TEST(DatagramSeal, LooksAtNoDatagramBeyondTheSizesThereAre)
{
    Bytes bytes(kMaxDatagram + 1);
    CHECK_FALSE(peekDatagram(ByteView(bytes).first(kDatagramHeader + kTagSize - 1)).has_value());
    CHECK_TRUE(peekDatagram(ByteView(bytes).first(kDatagramHeader + kTagSize)).has_value());
    CHECK_TRUE(peekDatagram(ByteView(bytes).first(kMaxDatagram)).has_value());
    CHECK_FALSE(peekDatagram(bytes).has_value());
    CHECK_FALSE(openDatagram(keys.up, bytes.data(), bytes.size()).has_value());
}

TEST(DatagramSeal, AppendsToWhatIsThere)
{
    Bytes bytes = {0x55};
    sealDatagram({DatagramType::NoticeSeen, kSession, 3}, keys.up, encodeBody(NoticeSeen{9}), bytes);
    CHECK_EQUAL(0x55, bytes[0]);
    std::optional<ByteView> body = openDatagram(keys.up, bytes.data() + 1, bytes.size() - 1);
    CHECK_TRUE(body.has_value());
    BYTES_EQUAL(fromHex("00000009"), *body);
}
