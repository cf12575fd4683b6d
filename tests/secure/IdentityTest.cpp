// Identities, and the texts people compare.
#include "secure/Identity.h"

#include "support/SeededRandom.h"
#include "support/TestHarness.h"

using namespace linnet::secure;
using namespace linnet::test;

namespace {

// Both public keys together are `first`, `first` + 1, ...
PublicIdentity countingIdentity(Byte first)
{
    PublicIdentity identity;
    for (std::size_t i = 0; i < 32; ++i) {
        identity.key[i] = static_cast<Byte>(first + i);
        identity.signingKey[i] = static_cast<Byte>(first + 32 + i);
    }
    return identity;
}

} // namespace

TEST_GROUP(Identity)
{
    SeededRandom random{3};
    Identity identity = Identity::make(random);
};

TEST(Identity, BindsItsSigningKeyToItsNoiseKey)
{
    BYTES_EQUAL(identity.noiseKey().publicKey, identity.publicHalf().key);
    CHECK_TRUE(bindingHolds(identity.publicHalf()));

    Bytes message = ByteView("linnet identity 1").copy();
    append(message, identity.publicHalf().key);
    CHECK_TRUE(verify(identity.publicHalf().signingKey, message, identity.publicHalf().binding));
}

TEST(Identity, HasNoBindingForAnotherKey)
{
    Identity other = Identity::make(random);
    PublicIdentity mixed = identity.publicHalf();
    mixed.key = other.publicHalf().key;
    CHECK_FALSE(bindingHolds(mixed));
    mixed = identity.publicHalf();
    mixed.signingKey = other.publicHalf().signingKey;
    CHECK_FALSE(bindingHolds(mixed));
    mixed = identity.publicHalf();
    mixed.binding[5] ^= 1;
    CHECK_FALSE(bindingHolds(mixed));
}

TEST(Identity, ComesBackFromItsSecretBytes)
{
    Identity back = Identity::fromSecret(identity.secretBytes());
    BYTES_EQUAL(identity.secretBytes(), back.secretBytes());
    BYTES_EQUAL(identity.noiseKey().secret, back.noiseKey().secret);
    BYTES_EQUAL(identity.publicHalf().key, back.publicHalf().key);
    BYTES_EQUAL(identity.publicHalf().signingKey, back.publicHalf().signingKey);
    BYTES_EQUAL(identity.publicHalf().binding, back.publicHalf().binding);
}

TEST(Identity, SignsWhatItsSigningKeyVerifies)
{
    Signature signature = identity.sign(ByteView("moving"));
    CHECK_TRUE(verify(identity.publicHalf().signingKey, ByteView("moving"), signature));
}

TEST(Identity, IsAnotherOneEachTime)
{
    CHECK_TRUE(Identity::make(random).publicHalf().key != identity.publicHalf().key);
}

TEST(Identity, PrintsFingerprintsAsSshDoes)
{
    Key key = countingIdentity(0).key;
    TEXT_EQUAL("SHA256:Yw3NKWbEM2aRElRIu7JbT/QSpJxzLbLIq8G4WBvXEN0", fingerprint(key));
    CHECK_TRUE(matchesFingerprint(key, fingerprint(key)));
    CHECK_FALSE(matchesFingerprint(identity.publicHalf().key, fingerprint(key)));
    CHECK_FALSE(matchesFingerprint(key, fingerprint(key).substr(0, 20)));
    CHECK_FALSE(matchesFingerprint(key, ""));
}

// Worked out with another implementation, from the description in Identity.h.
TEST(Identity, HasTheSafetyNumberOfItsDescription)
{
    TEXT_EQUAL("05501 77445 45510 57313 33141 89203 66464 96915 45290 17612 43143 38609",
               safetyNumber(countingIdentity(0), "alice", countingIdentity(64), "bob"));
}

TEST(Identity, HasTheSameSafetyNumberOnBothBoards)
{
    PublicIdentity a = countingIdentity(0);
    PublicIdentity b = countingIdentity(64);
    TEXT_EQUAL(safetyNumber(a, "alice", b, "bob"), safetyNumber(b, "bob", a, "alice"));
    TEXT_EQUAL(safetyNumber(a, "alice", b, "bob"), safetyNumber(a, "Alice", b, "BOB"));
}

TEST(Identity, HasAnotherSafetyNumberForAnyOtherKeyOrName)
{
    PublicIdentity a = countingIdentity(0);
    PublicIdentity b = countingIdentity(64);
    std::string number = safetyNumber(a, "alice", b, "bob");
    CHECK_TRUE(number != safetyNumber(a, "alina", b, "bob"));
    b.signingKey[31] ^= 1;
    CHECK_TRUE(number != safetyNumber(a, "alice", b, "bob"));
    b.signingKey[31] ^= 1;
    b.key[0] ^= 1;
    CHECK_TRUE(number != safetyNumber(a, "alice", b, "bob"));
}
