// The key pairs of one account on its board: X25519 for Noise, Ed25519 to sign with, and the signature that
// binds the second to the first. The public half is wire::PublicIdentity.
#pragma once

#include "secure/Primitives.h"
#include "wire/RegistryPackets.h"

#include <string>
#include <string_view>

namespace linnet::secure {

using wire::PublicIdentity;

// Copyable but meant to be kept in one place; wiped when destroyed.
class Identity
{
public:
    static Identity make(Random& random);
    // From the 64 secret bytes of secretBytes().
    static Identity fromSecret(const std::array<Byte, 64>& secret);
    ~Identity();
    Identity(const Identity&) = default;
    Identity& operator=(const Identity&) = default;

    const KeyPair& noiseKey() const { return noiseKey_; }
    const PublicIdentity& publicHalf() const { return public_; }
    Signature sign(ByteView message) const;
    // X25519 secret, then Ed25519 seed.
    std::array<Byte, 64> secretBytes() const;

private:
    Identity(const KeyPair& noiseKey, const Key& signingSeed);

    KeyPair noiseKey_;
    Key signingSeed_;
    PublicIdentity public_;
};

// Whether the signing key vouches for the X25519 key: the binding is its signature over
// "linnet identity 1" and that key.
[[nodiscard]] bool bindingHolds(const PublicIdentity& identity);

// A key as people compare it in configurations and logs: `SHA256:` and the unpadded base64 of the SHA-256 of
// its 32 bytes, in the form in which ssh prints fingerprints.
std::string fingerprint(const Key& key);
// Whether `text` is the fingerprint of `key`.
bool matchesFingerprint(const Key& key, std::string_view text);

// The number two people compare to be sure that nobody sits between them: 60 digits in 12 groups of 5 with a
// space between groups, the same on both boards. As Signal's numeric fingerprint, version 0, with
//   keys = X25519 public key(32) Ed25519 public key(32)
//   hash = 00 00 keys canonicalName                     not hashed yet
//   5,200 times: hash = SHA-512(hash keys)
// for each identity. Its 30 digits are the first 30 bytes of the last hash, five at a time: each five, as a
// big-endian number modulo 100,000, is one group with leading zeros. The smaller 30 digits come first.
std::string safetyNumber(const PublicIdentity& a, std::string_view nameA, const PublicIdentity& b,
                         std::string_view nameB);

} // namespace linnet::secure
