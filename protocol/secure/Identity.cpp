// Identities, and the texts by which people compare keys.
#include "secure/Identity.h"

#include "wire/Text.h"

#include <algorithm>

namespace linnet::secure {

namespace {

constexpr unsigned kSafetyIterations = 5200;
constexpr std::size_t kSafetyGroups = 6; // of each identity
constexpr std::size_t kGroupBytes = 5;
constexpr std::size_t kGroupDigits = 5;

Bytes bindingMessage(const Key& key)
{
    Bytes message = ByteView("linnet identity 1").copy();
    append(message, key);
    return message;
}

std::string groupOf(ByteView bytes)
{
    std::uint64_t value = 0;
    for (Byte byte : bytes)
        value = value << 8 | byte;
    std::string digits = std::to_string(value % 100000);
    return std::string(kGroupDigits - digits.size(), '0') + digits;
}

// The half of a safety number that belongs to one identity, groups and spaces included.
std::string safetyHalf(const PublicIdentity& identity, std::string_view name)
{
    Bytes keys = ByteView(identity.key).copy();
    append(keys, identity.signingKey);
    Bytes input = {0, 0};
    append(input, keys);
    append(input, ByteView(wire::canonicalName(name)));
    append(input, keys);
    Sha512 hash = sha512(input);
    for (unsigned i = 1; i < kSafetyIterations; ++i) {
        input.assign(hash.begin(), hash.end());
        append(input, keys);
        hash = sha512(input);
    }
    std::string text;
    for (std::size_t group = 0; group < kSafetyGroups; ++group) {
        if (group > 0) text += ' ';
        text += groupOf({hash.data() + group * kGroupBytes, kGroupBytes});
    }
    return text;
}

} // namespace

Identity::Identity(const KeyPair& noiseKey, const Key& signingSeed)
    : noiseKey_(noiseKey), signingSeed_(signingSeed)
{
    public_.key = noiseKey_.publicKey;
    public_.signingKey = signingKeyFromSeed(signingSeed_);
    public_.binding = sign(bindingMessage(public_.key));
}

Identity Identity::make(Random& random)
{
    KeyPair noiseKey = makeKeyPair(random);
    Key seed;
    random.fill(seed.data(), seed.size());
    Identity identity(noiseKey, seed);
    wipe(seed);
    return identity;
}

Identity Identity::fromSecret(const std::array<Byte, 64>& secret)
{
    Key key;
    Key seed;
    std::copy_n(secret.begin(), key.size(), key.begin());
    std::copy_n(secret.begin() + key.size(), seed.size(), seed.begin());
    Identity identity(keyPairFromSecret(key), seed);
    wipe(key);
    wipe(seed);
    return identity;
}

Identity::~Identity()
{
    wipe(signingSeed_);
}

Signature Identity::sign(ByteView message) const
{
    return secure::sign(signingSeed_, message);
}

std::array<Byte, 64> Identity::secretBytes() const
{
    std::array<Byte, 64> secret;
    auto seedAt = std::copy(noiseKey_.secret.begin(), noiseKey_.secret.end(), secret.begin());
    std::copy(signingSeed_.begin(), signingSeed_.end(), seedAt);
    return secret;
}

bool bindingHolds(const PublicIdentity& identity)
{
    return verify(identity.signingKey, bindingMessage(identity.key), identity.binding);
}

std::string fingerprint(const Key& key)
{
    std::string digest = base64(sha256(key));
    while (digest.back() == '=')
        digest.pop_back();
    return "SHA256:" + digest;
}

bool matchesFingerprint(const Key& key, std::string_view text)
{
    return text == fingerprint(key);
}

std::string safetyNumber(const PublicIdentity& a, std::string_view nameA, const PublicIdentity& b,
                         std::string_view nameB)
{
    std::string halfA = safetyHalf(a, nameA);
    std::string halfB = safetyHalf(b, nameB);
    if (halfB < halfA) std::swap(halfA, halfB);
    return halfA + ' ' + halfB;
}

} // namespace linnet::secure
