// The cryptographic functions against the vectors of their RFCs.
#include "secure/Primitives.h"

#include "Vectors.h"
#include "support/SeededRandom.h"

using namespace linnet::secure;
using namespace linnet::test;

namespace {

Bytes sealed(const Key& key, ByteView additional, ByteView plaintext)
{
    Bytes bytes;
    seal(key, Nonce{}, additional, plaintext, bytes);
    return bytes;
}

ByteView bytesOf(std::string_view text)
{
    return ByteView(text);
}

} // namespace

TEST_GROUP(Primitives)
{
    Vectors vectors{"primitives.txt"};
};

TEST(Primitives, X25519GivesTheResultsOfRfc7748)
{
    for (std::string i : {"x25519_1_", "x25519_2_"}) {
        KeyPair pair = keyPairFromSecret(vectors.key(i + "k"));
        BYTES_EQUAL(vectors.key(i + "out"), *x25519(pair, vectors.key(i + "u")));
    }
}

TEST(Primitives, X25519IteratedGivesTheResultsOfRfc7748)
{
    Key k{9};
    Key u{9};
    for (unsigned i = 1; i <= 1000; ++i) {
        Key next = *x25519(keyPairFromSecret(k), u);
        u = k;
        k = next;
        if (i == 1) BYTES_EQUAL(vectors.key("x25519_after_1"), k);
    }
    BYTES_EQUAL(vectors.key("x25519_after_1000"), k);
}

TEST(Primitives, BothSidesOfAnExchangeShareTheSecretOfRfc7748)
{
    KeyPair a = keyPairFromSecret(vectors.key("dh_a_priv"));
    KeyPair b = keyPairFromSecret(vectors.key("dh_b_priv"));
    BYTES_EQUAL(vectors.key("dh_a_pub"), a.publicKey);
    BYTES_EQUAL(vectors.key("dh_b_pub"), b.publicKey);
    BYTES_EQUAL(vectors.key("dh_shared"), *x25519(a, b.publicKey));
    BYTES_EQUAL(vectors.key("dh_shared"), *x25519(b, a.publicKey));
}

TEST(Primitives, X25519RefusesPointsOfSmallOrder)
{
    SeededRandom random(1);
    KeyPair pair = makeKeyPair(random);
    Key zero{};
    Key one{1};
    Key ofOrderEight = arrayFromHex<32>("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800");
    Key minusOne = arrayFromHex<32>("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
    for (const Key& point : {zero, one, ofOrderEight, minusOne})
        CHECK_FALSE(x25519(pair, point).has_value());
}

TEST(Primitives, SealGivesTheResultOfRfc8439)
{
    Bytes expected = vectors.bytes("aead_ct");
    append(expected, vectors.bytes("aead_tag"));
    Key key = vectors.key("aead_key");
    Nonce nonce = vectors.array<12>("aead_nonce");
    Bytes plaintext = vectors.bytes("aead_pt");
    Bytes additional = vectors.bytes("aead_aad");

    Bytes appended = {0x55};
    seal(key, nonce, additional, plaintext, appended);
    CHECK_EQUAL(0x55, appended[0]);
    BYTES_EQUAL(expected, ByteView(appended).from(1));

    Bytes inPlace = plaintext;
    inPlace.resize(plaintext.size() + 16);
    sealInPlace(key, nonce, additional, inPlace.data(), plaintext.size());
    BYTES_EQUAL(expected, inPlace);

    CHECK_TRUE(openInPlace(key, nonce, additional, inPlace.data(), inPlace.size()));
    BYTES_EQUAL(plaintext, ByteView(inPlace).first(plaintext.size()));
}

TEST(Primitives, OpenRefusesAnyFlippedBit)
{
    Key key{1};
    Bytes whole = sealed(key, bytesOf("additional"), bytesOf("plaintext"));
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        Bytes bytes = whole;
        bytes[bit / 8] ^= static_cast<Byte>(1u << bit % 8);
        CHECK_FALSE(openInPlace(key, Nonce{}, bytesOf("additional"), bytes.data(), bytes.size()));
    }
}

TEST(Primitives, OpenRefusesAnotherKeyNonceOrAdditionalData)
{
    const Bytes whole = sealed(Key{1}, bytesOf("additional"), bytesOf("plaintext"));
    Bytes bytes = whole;
    CHECK_FALSE(openInPlace(Key{2}, Nonce{}, bytesOf("additional"), bytes.data(), bytes.size()));
    bytes = whole;
    CHECK_FALSE(openInPlace(Key{1}, Nonce{1}, bytesOf("additional"), bytes.data(), bytes.size()));
    bytes = whole;
    CHECK_FALSE(openInPlace(Key{1}, Nonce{}, bytesOf("additional!"), bytes.data(), bytes.size()));
    bytes = whole;
    CHECK_FALSE(openInPlace(Key{1}, Nonce{}, {}, bytes.data(), bytes.size()));
    bytes = whole;
    CHECK_TRUE(openInPlace(Key{1}, Nonce{}, bytesOf("additional"), bytes.data(), bytes.size()));
}

TEST(Primitives, OpenRefusesAnyTruncation)
{
    Bytes whole = sealed(Key{1}, {}, bytesOf("plaintext"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        Bytes bytes = whole;
        CHECK_FALSE(openInPlace(Key{1}, Nonce{}, {}, bytes.data(), size));
    }
}

TEST(Primitives, SealsNothingAsATagAlone)
{
    Bytes tag = sealed(Key{1}, {}, {});
    CHECK_EQUAL(16u, tag.size());
    CHECK_TRUE(openInPlace(Key{1}, Nonce{}, {}, tag.data(), tag.size()));
}

TEST(Primitives, Sha2GivesTheResultsOfFips180)
{
    TEXT_EQUAL("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
               toHex(sha256(bytesOf("abc"))));
    TEXT_EQUAL("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", toHex(sha256({})));
    TEXT_EQUAL("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
               "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
               toHex(sha512(bytesOf("abc"))));
    TEXT_EQUAL("ba7816bf8f01cfea", toHex(digest8(bytesOf("abc"))));
    BYTES_EQUAL(sha256(bytesOf("abc")), sha256(bytesOf("a"), bytesOf("bc")));
}

TEST(Primitives, HmacGivesTheResultsOfRfc4231)
{
    BYTES_EQUAL(vectors.key("hmac_sha256"),
                hmacSha256(bytesOf("Jefe"), bytesOf("what do ya want for nothing?")));
    BYTES_EQUAL(vectors.bytes("hmac_sha512"),
                hmacSha512(bytesOf("Jefe"), bytesOf("what do ya want for nothing?")));
}

TEST(Primitives, HmacTakesAnEmptyKeyForItselfNotForTheOneBefore)
{
    hmacSha256(bytesOf("another"), bytesOf("data"));
    BYTES_EQUAL(hmacSha256(Key{}, bytesOf("data")), hmacSha256({}, bytesOf("data")));
}

TEST(Primitives, HmacSha256BuildsTheHkdfOfRfc5869)
{
    Key extracted = hmacSha256(vectors.bytes("hkdf_salt"), vectors.bytes("hkdf_ikm"));
    BYTES_EQUAL(vectors.bytes("hkdf_prk"), extracted);
    Bytes input = vectors.bytes("hkdf_info");
    input.push_back(1);
    Key first = hmacSha256(extracted, input);
    BYTES_EQUAL(ByteView(vectors.bytes("hkdf_okm")).first(32), first);
}

TEST(Primitives, Hkdf2IsTheHkdfOfRfc5869WithoutInfo)
{
    HkdfPair pair = hkdf2(Key{}, vectors.bytes("hkdf_ikm"));
    Bytes both = ByteView(pair.first).copy();
    append(both, pair.second);
    BYTES_EQUAL(vectors.bytes("hkdf_bare_okm"), ByteView(both).first(42));
}

TEST(Primitives, Pbkdf2GivesTheResultsOfRfc7914)
{
    TEXT_EQUAL("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
               toHex(pbkdf2("passwd", bytesOf("salt"), 1)));
}

TEST(Primitives, Ed25519GivesTheSignatureOfRfc8032)
{
    Key seed = vectors.key("ed25519_sk");
    BYTES_EQUAL(vectors.key("ed25519_pk"), signingKeyFromSeed(seed));
    BYTES_EQUAL(vectors.bytes("ed25519_sig"), sign(seed, {}));
    CHECK_TRUE(verify(vectors.key("ed25519_pk"), {}, vectors.array<64>("ed25519_sig")));
}

TEST(Primitives, VerifyRefusesAnotherMessageKeyOrSignature)
{
    Key seed{1};
    Key publicKey = signingKeyFromSeed(seed);
    Signature signature = sign(seed, bytesOf("message"));
    CHECK_TRUE(verify(publicKey, bytesOf("message"), signature));
    CHECK_FALSE(verify(publicKey, bytesOf("massage"), signature));
    CHECK_FALSE(verify(signingKeyFromSeed(Key{2}), bytesOf("message"), signature));
    CHECK_FALSE(verify(Key{0xff, 0xff}, bytesOf("message"), signature));
    for (std::size_t i = 0; i < signature.size(); ++i) {
        Signature bent = signature;
        bent[i] ^= 1;
        CHECK_FALSE(verify(publicKey, bytesOf("message"), bent));
    }
}

TEST(Primitives, ComparesBytesOfAnySize)
{
    CHECK_TRUE(equalInConstantTime({}, {}));
    CHECK_TRUE(equalInConstantTime(bytesOf("same"), bytesOf("same")));
    CHECK_FALSE(equalInConstantTime(bytesOf("same"), bytesOf("sama")));
    CHECK_FALSE(equalInConstantTime(bytesOf("same"), bytesOf("sam")));
}

TEST(Primitives, WipesWithZeros)
{
    Key secret{1, 2, 3};
    wipe(secret);
    CHECK_TRUE(linnet::wire::isZero(secret));
}

TEST(Primitives, Base64GivesTheResultsOfRfc4648)
{
    const char* const kPairs[][2] = {{"", ""},
                                     {"f", "Zg=="},
                                     {"fo", "Zm8="},
                                     {"foo", "Zm9v"},
                                     {"foob", "Zm9vYg=="},
                                     {"fooba", "Zm9vYmE="},
                                     {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : kPairs) {
        TEXT_EQUAL(encoded, base64(bytesOf(plain)));
        std::optional<Bytes> back = fromBase64(encoded);
        CHECK_TRUE(back && ByteView(*back) == bytesOf(plain));
    }
}

TEST(Primitives, Base64RefusesWhatItDoesNotMake)
{
    for (const char* text :
         {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "====", "=Zg=", "Zg==Zg==", " Zm9", "Zm9v\n", "Zm9vZm9 ", "Zm-_",
          "Z\xff"
          "9v"})
        CHECK_FALSE_TEXT(fromBase64(text).has_value(), text);
}

TEST(Primitives, SystemRandomNeverRepeatsItself)
{
    SystemRandom random;
    Key first{};
    Key second{};
    random.fill(first.data(), first.size());
    random.fill(second.data(), second.size());
    CHECK_TRUE(first != second);
    CHECK_FALSE(linnet::wire::isZero(first));
}
