// Noise_XX_25519_ChaChaPoly_SHA256 against the published vector, and against a hostile other side.
#include "secure/NoiseHandshake.h"

#include "Vectors.h"
#include "support/SeededRandom.h"

using namespace linnet::secure;
using namespace linnet::test;

namespace {

using Side = NoiseHandshake::Side;

struct Session
{
    explicit Session(ByteView prologueOfInitiator = {}, ByteView prologueOfResponder = {})
        : initiator(Side::Initiator, prologueOfInitiator, initiatorKey, makeKeyPair(random)),
          responder(Side::Responder, prologueOfResponder, responderKey, makeKeyPair(random))
    {
    }

    // Message `number` of 3, from its writer.
    Bytes write(unsigned number)
    {
        Bytes message;
        CHECK_TRUE((number == 2 ? responder : initiator).write({}, message));
        return message;
    }
    bool read(unsigned number, ByteView message)
    {
        Bytes payload;
        return (number == 2 ? initiator : responder).read(message, payload);
    }
    // Delivers the messages before `number`.
    void runUpTo(unsigned number)
    {
        for (unsigned i = 1; i < number; ++i)
            CHECK_TRUE(read(i, write(i)));
    }

    SeededRandom random{7};
    KeyPair initiatorKey = makeKeyPair(random);
    KeyPair responderKey = makeKeyPair(random);
    NoiseHandshake initiator;
    NoiseHandshake responder;
};

NoiseHandshake fromVectors(const Vectors& vectors, Side side)
{
    std::string who = side == Side::Initiator ? "init_" : "resp_";
    return NoiseHandshake(side, vectors.bytes(who + "prologue"),
                          keyPairFromSecret(vectors.key(who + "static")),
                          keyPairFromSecret(vectors.key(who + "ephemeral")));
}

} // namespace

TEST_GROUP(NoiseHandshake){};

TEST(NoiseHandshake, GivesTheBytesOfThePublishedVector)
{
    Vectors vectors("noise_xx_25519_chachapoly_sha256.txt");
    NoiseHandshake initiator = fromVectors(vectors, Side::Initiator);
    NoiseHandshake responder = fromVectors(vectors, Side::Responder);
    for (unsigned i = 1; i <= 3; ++i) {
        std::string number = std::to_string(i);
        Bytes message;
        Bytes payload;
        CHECK_TRUE((i == 2 ? responder : initiator).write(vectors.bytes("payload_" + number), message));
        BYTES_EQUAL(vectors.bytes("ciphertext_" + number), message);
        CHECK_TRUE((i == 2 ? initiator : responder).read(message, payload));
        BYTES_EQUAL(vectors.bytes("payload_" + number), payload);
    }
    CHECK_TRUE(initiator.done() && responder.done());
    BYTES_EQUAL(vectors.key("handshake_hash"), initiator.handshakeHash());
    BYTES_EQUAL(vectors.key("handshake_hash"), responder.handshakeHash());

    auto [initiatorSends, initiatorReceives] = initiator.split();
    auto [responderSends, responderReceives] = responder.split();
    for (unsigned i = 4; i <= 6; ++i) {
        std::string number = std::to_string(i);
        Bytes payload = vectors.bytes("payload_" + number);
        Bytes sealed;
        (i == 5 ? initiatorSends : responderSends).seal({}, payload, sealed);
        BYTES_EQUAL(vectors.bytes("ciphertext_" + number), sealed);
        CHECK_TRUE(
            (i == 5 ? responderReceives : initiatorReceives).openInPlace({}, sealed.data(), sealed.size()));
        BYTES_EQUAL(payload, ByteView(sealed).first(payload.size()));
    }
}

TEST(NoiseHandshake, Takes192Bytes)
{
    Session session;
    std::size_t total = 0;
    for (unsigned i = 1; i <= 3; ++i) {
        Bytes message = session.write(i);
        total += message.size();
        CHECK_TRUE(session.read(i, message));
    }
    CHECK_EQUAL(192u, total);
}

TEST(NoiseHandshake, ShowsEachSideTheOthersStaticKey)
{
    Session session;
    CHECK_FALSE(session.initiator.remoteKey().has_value());
    session.runUpTo(3);
    BYTES_EQUAL(session.responderKey.publicKey, *session.initiator.remoteKey());
    CHECK_FALSE(session.responder.remoteKey().has_value());
    CHECK_TRUE(session.read(3, session.write(3)));
    BYTES_EQUAL(session.initiatorKey.publicKey, *session.responder.remoteKey());
    BYTES_EQUAL(session.initiator.handshakeHash(), session.responder.handshakeHash());
}

TEST(NoiseHandshake, RefusesATamperedMessage)
{
    for (unsigned number = 2; number <= 3; ++number) {
        std::size_t size = number == 2 ? 96 : 64;
        for (std::size_t i = 0; i < size; ++i) {
            Session session;
            session.runUpTo(number);
            Bytes message = session.write(number);
            CHECK_EQUAL(size, message.size());
            message[i] ^= 0x10;
            CHECK_FALSE(session.read(number, message));
        }
    }
}

TEST(NoiseHandshake, NoticesATamperedFirstMessageAtTheSecond)
{
    for (std::size_t i = 0; i < 32; ++i) {
        Session session;
        Bytes message = session.write(1);
        message[i] ^= 0x10;
        CHECK_TRUE(session.read(1, message));
        CHECK_FALSE(session.read(2, session.write(2)));
    }
}

TEST(NoiseHandshake, RefusesATruncatedMessage)
{
    for (unsigned number = 1; number <= 3; ++number) {
        std::size_t size = number == 1 ? 32 : number == 2 ? 96 : 64;
        for (std::size_t kept = 0; kept < size; ++kept) {
            Session session;
            session.runUpTo(number);
            CHECK_FALSE(session.read(number, ByteView(session.write(number)).first(kept)));
        }
    }
}

TEST(NoiseHandshake, StaysFailedOnceAMessageWasRefused)
{
    Session session;
    session.runUpTo(2);
    Bytes good = session.write(2);
    Bytes bad = good;
    bad[40] ^= 1;
    CHECK_FALSE(session.read(2, bad));
    CHECK_FALSE(session.read(2, good));
    CHECK_FALSE(session.initiator.done());
    CHECK_FALSE(session.initiator.remoteKey().has_value());
}

TEST(NoiseHandshake, FailsWhenTheProloguesDiffer)
{
    Session session(ByteView("one"), ByteView("two"));
    session.runUpTo(2);
    CHECK_FALSE(session.read(2, session.write(2)));
}

TEST(NoiseHandshake, RefusesAnEphemeralKeyOfSmallOrder)
{
    Session session;
    Bytes zeros(32);
    Bytes message;
    CHECK_TRUE(session.read(1, zeros));
    CHECK_FALSE(session.responder.write({}, message));
    CHECK_FALSE(session.responder.done());
}

TEST(NoiseHandshake, CarriesPayloads)
{
    Session session;
    Bytes message;
    Bytes payload;
    CHECK_TRUE(session.initiator.write(ByteView("plain"), message));
    CHECK_TRUE(session.responder.read(message, payload));
    message.clear();
    CHECK_TRUE(session.responder.write(ByteView("hidden"), message));
    CHECK_TRUE(session.initiator.read(message, payload));
    TEXT_EQUAL("plainhidden", ByteView(payload).text());
}

TEST_GROUP(CipherState){};

TEST(CipherState, GivesEachRecordItsOwnNonce)
{
    CipherState sending(Key{1});
    Bytes first;
    Bytes second;
    sending.seal({}, ByteView("same"), first);
    sending.seal({}, ByteView("same"), second);
    CHECK_TRUE(first != second);
    CHECK_TRUE(sending.used() == 2);
}

TEST(CipherState, RefusesRecordsThatAreOutOfOrder)
{
    CipherState sending(Key{1});
    CipherState receiving(Key{1});
    Bytes first;
    Bytes second;
    sending.seal({}, ByteView("1"), first);
    sending.seal({}, ByteView("2"), second);
    Bytes copy = second;
    CHECK_FALSE(receiving.openInPlace({}, copy.data(), copy.size()));
    copy = first;
    CHECK_TRUE(receiving.openInPlace({}, copy.data(), copy.size()));
    CHECK_FALSE(receiving.openInPlace({}, first.data(), first.size()));
    CHECK_TRUE(receiving.openInPlace({}, second.data(), second.size()));
}
