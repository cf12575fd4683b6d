// The golden examples of protocol/PROTOCOL.md that need cryptography: keys, datagrams, a whole link, SCRAM.
#include "secure/Channel.h"
#include "secure/DatagramSeal.h"
#include "secure/Identity.h"
#include "secure/Scram.h"
#include "wire/PacketCodec.h"
#include "wire/PeerPackets.h"

#include "ChannelPair.h"

#include "support/FieldLister.h"
#include "support/ProtocolPage.h"
#include "support/TestHarness.h"

using namespace linnet::secure;
using namespace linnet::test;
using namespace linnet::wire;

namespace {

// One block of values of the page.
class Block
{
public:
    explicit Block(const std::string& name) : values_(ProtocolPage().values(name)) {}

    const std::string& text(const std::string& name) const
    {
        auto found = values_.find(name);
        CHECK_TEXT(found != values_.end(), name.c_str());
        return found->second;
    }
    Bytes bytes(const std::string& name) const { return fromHex(text(name)); }
    Key key(const std::string& name) const { return arrayFromHex<32>(text(name)); }

private:
    std::map<std::string, std::string> values_;
};

Identity identityOf(const Block& keys, const std::string& who)
{
    std::array<Byte, 64> secret =
        arrayFromHex<64>(keys.text(who + ".static.secret") + keys.text(who + ".signing.seed"));
    return Identity::fromSecret(secret);
}

void checkIdentity(const Block& keys, const std::string& who)
{
    PublicIdentity identity = identityOf(keys, who).publicHalf();
    BYTES_EQUAL(keys.bytes(who + ".static.public"), identity.key);
    BYTES_EQUAL(keys.bytes(who + ".signing.public"), identity.signingKey);
    BYTES_EQUAL(keys.bytes(who + ".binding"), identity.binding);
}

// Gives the one secret it was made with.
class FixedRandom final : public Random
{
public:
    explicit FixedRandom(const Key& secret) : secret_(secret) {}
    void fill(Byte* to, std::size_t size) override
    {
        LONGS_EQUAL(secret_.size(), size);
        std::copy(secret_.begin(), secret_.end(), to);
    }

private:
    Key secret_;
};

template <class Body>
void checkDatagram(const ProtocolPage::Example& example, DatagramType type, const Key& key)
{
    std::optional<DatagramHeader> header = peekDatagram(example.bytes);
    CHECK_TRUE(header && header->type == type);
    Bytes copy = example.bytes;
    std::optional<ByteView> opened = openDatagram(key, copy.data(), copy.size());
    CHECK_TEXT(opened.has_value(), example.name.c_str());
    std::optional<Body> body = decodeBody<Body>(*opened);
    CHECK_TEXT(body.has_value(), example.name.c_str());
    std::vector<std::string> values = {toHex(header->session), std::to_string(header->counter)};
    for (const std::string& value : valuesOf(*body))
        values.push_back(value);
    CHECK_TEXT(values == example.values, example.name.c_str());
    Bytes again;
    sealDatagram(*header, key, encodeBody(*body), again);
    BYTES_EQUAL(example.bytes, again);
}

Bytes helloOf(const Block& keys, const std::string& who, std::uint16_t port)
{
    PublicIdentity identity = identityOf(keys, who).publicHalf();
    return encode(
        Hello{who, identity.signingKey, identity.binding, keys.key("registry.static.public"), port});
}

// Noise's symmetric state, step by step as section 3.2 of the page writes it.
struct SymmetricState
{
    Key h;
    Key ck;
    Key k{};

    void mixHash(ByteView data) { h = sha256(h, data); }
    void mixKey(ByteView input)
    {
        HkdfPair pair = hkdf2(ck, input);
        ck = pair.first;
        k = pair.second;
    }
};

} // namespace

TEST_GROUP(GoldenSecure)
{
    Block keys{"keys"};
};

TEST(GoldenSecure, KeysOfThePageBelongTogether)
{
    checkIdentity(keys, "alice");
    checkIdentity(keys, "bob");
    TEXT_EQUAL(keys.text("alice.fingerprint"), fingerprint(keys.key("alice.static.public")));
    TEXT_EQUAL(keys.text("safety.number"), safetyNumber(identityOf(keys, "alice").publicHalf(), "alice",
                                                        identityOf(keys, "bob").publicHalf(), "bob"));
    SessionKeys session = sessionKeys(keys.key("registry.secret"), arrayFromHex<8>(keys.text("session")));
    BYTES_EQUAL(keys.bytes("session.up"), session.up);
    BYTES_EQUAL(keys.bytes("session.down"), session.down);
}

TEST(GoldenSecure, DatagramsOpenToWhatTheyAreSaidToHold)
{
    Key up = keys.key("session.up");
    Key down = keys.key("session.down");
    std::map<std::string, unsigned> shown;
    for (const ProtocolPage::Example& example : ProtocolPage().examples("datagrams")) {
        ++shown[example.name];
        if (example.name == "Heartbeat")
            checkDatagram<HeartbeatBody>(example, DatagramType::Heartbeat, up);
        else if (example.name == "HeartbeatAnswer")
            checkDatagram<AnswerBody>(example, DatagramType::HeartbeatAnswer, down);
        else if (example.name == "Notice")
            checkDatagram<Notice>(example, DatagramType::Notice, down);
        else
            checkDatagram<NoticeSeen>(example, DatagramType::NoticeSeen, up);
    }
    CHECK_EQUAL(4u, shown.size());
}

TEST(GoldenSecure, ALinkIsMadeOfTheseBytes)
{
    Block session("session");
    Block onWire("wire");
    FixedRandom alicesRandom(session.key("alice.ephemeral.secret"));
    FixedRandom bobsRandom(session.key("bob.ephemeral.secret"));
    Channel alice({Channel::Side::Dialler, Role::PeerPeer, identityOf(keys, "alice").noiseKey(),
                   keys.key("bob.static.public")},
                  alicesRandom);
    Channel bob({Channel::Side::Answerer, Role::PeerPeer, identityOf(keys, "bob").noiseKey(), std::nullopt},
                bobsRandom);

    auto pass = [&](Channel& from, Channel& to, const char* name) {
        Bytes bytes = takeOutput(from);
        BYTES_EQUAL(onWire.bytes(name), bytes);
        to.receive(bytes);
    };
    pass(alice, bob, "wire.1.alice");
    pass(bob, alice, "wire.2.bob");
    pass(alice, bob, "wire.3.alice");
    BYTES_EQUAL(session.bytes("handshake.hash"), alice.handshakeHash());
    BYTES_EQUAL(session.bytes("handshake.hash"), bob.handshakeHash());

    BYTES_EQUAL(session.bytes("hello.alice"), helloOf(keys, "alice", 5858));
    BYTES_EQUAL(session.bytes("hello.bob"), helloOf(keys, "bob", 5859));
    send(alice, session.bytes("hello.alice"));
    send(bob, session.bytes("hello.bob"));
    pass(alice, bob, "wire.4.alice");
    pass(bob, alice, "wire.5.bob");
    BYTES_EQUAL(session.bytes("hello.bob"), receivedBy(alice));
    BYTES_EQUAL(session.bytes("hello.alice"), receivedBy(bob));
}

TEST(GoldenSecure, TheStepsOfTheHandshakeAreTheseValues)
{
    Block session("session");
    KeyPair alice = identityOf(keys, "alice").noiseKey();
    KeyPair alices = keyPairFromSecret(session.key("alice.ephemeral.secret"));
    KeyPair bobs = keyPairFromSecret(session.key("bob.ephemeral.secret"));
    Key name = arrayFromHex<32>(toHex(ByteView(std::string_view("Noise_XX_25519_ChaChaPoly_SHA256"))));
    SymmetricState state{name, name};
    auto mixKey = [&](const std::string& step, const KeyPair& ours, const Key& theirs) {
        std::optional<Key> shared = x25519(ours, theirs);
        CHECK_TRUE(shared.has_value());
        state.mixKey(*shared);
        BYTES_EQUAL(session.bytes("dh." + step), *shared);
        BYTES_EQUAL(session.bytes("ck." + step), state.ck);
        BYTES_EQUAL(session.bytes("k." + step), state.k);
    };
    BYTES_EQUAL(session.bytes("prologue"),
                fromHex(session.text("greeting.alice") + session.text("greeting.bob")));
    state.mixHash(session.bytes("prologue"));
    BYTES_EQUAL(session.bytes("h.prologue"), state.h);
    BYTES_EQUAL(session.bytes("message1"), alices.publicKey);
    state.mixHash(alices.publicKey);
    state.mixHash({});
    BYTES_EQUAL(session.bytes("h.message1"), state.h);

    Bytes second = session.bytes("message2");
    state.mixHash(ByteView(second).first(32));
    mixKey("ee", alices, bobs.publicKey);
    state.mixHash(ByteView(second).from(32).first(48));
    mixKey("es", alices, keys.key("bob.static.public"));
    state.mixHash(ByteView(second).from(80));
    BYTES_EQUAL(session.bytes("h.message2"), state.h);

    Bytes third = session.bytes("message3");
    state.mixHash(ByteView(third).first(48));
    mixKey("se", alice, bobs.publicKey);
    state.mixHash(ByteView(third).from(48));
    BYTES_EQUAL(session.bytes("handshake.hash"), state.h);
    state.mixKey({});
    BYTES_EQUAL(session.bytes("k1"), state.ck);
    BYTES_EQUAL(session.bytes("k2"), state.k);
}

TEST(GoldenSecure, ScramExchangesTheseMessages)
{
    Block scram("scram");
    std::string clientNonce = scram.text("client.first").substr(scram.text("client.first").find("r=") + 2);
    std::string bothNonces = scram.text("server.first").substr(2, scram.text("server.first").find(',') - 2);
    Bytes binding = scram.bytes("handshake.hash");
    ScramClient client(scram.text("name"), scram.text("password"), binding, clientNonce);
    ScramServer server(binding, bothNonces.substr(clientNonce.size()));
    TEXT_EQUAL(scram.text("client.first"), client.first());
    CHECK_TRUE(server.start(client.first()) == scram.text("name"));

    Salt salt;
    Bytes saltBytes = fromBase64("W22ZaJ0SNY7soEsUEjb6gQ==").value();
    std::copy(saltBytes.begin(), saltBytes.end(), salt.begin());
    ScramVerifier verifier = makeVerifier(scram.text("password"), salt, 4096);
    BYTES_EQUAL(scram.bytes("stored.key"), verifier.storedKey);
    BYTES_EQUAL(scram.bytes("server.key"), verifier.serverKey);
    Key salted = pbkdf2(scram.text("password"), salt, 4096);
    BYTES_EQUAL(scram.bytes("salted.password"), salted);
    BYTES_EQUAL(scram.bytes("client.key"), hmacSha256(salted, ByteView(std::string_view("Client Key"))));
    BYTES_EQUAL(scram.bytes("stored.key"), sha256(scram.bytes("client.key")));

    TEXT_EQUAL(scram.text("server.first"), server.challenge(verifier));
    CHECK_TRUE(client.final(scram.text("server.first")) == scram.text("client.final"));
    CHECK_TRUE(server.finish(scram.text("client.final")) == scram.text("server.final"));
    CHECK_TRUE(client.verify(scram.text("server.final")));
    Key signature = hmacSha256(verifier.serverKey, ByteView(scram.text("auth.message")));
    TEXT_EQUAL(scram.text("server.final"), "v=" + base64(signature));
}
