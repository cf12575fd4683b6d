// The cryptographic functions, each one call, over OpenSSL 3's EVP. The only header of the tree whose
// implementation (Primitives*.cpp) includes <openssl/...>. Values in, values out; algorithms and contexts are
// fetched once and kept, for the one thread of the process. An OpenSSL call that cannot fail with valid
// arguments but does (no memory) aborts.
#pragma once

#include "secure/Random.h"

#include <optional>
#include <string>
#include <string_view>

namespace linnet::secure {

using wire::append;
using wire::Byte;
using wire::Bytes;
using wire::ByteView;
using wire::Digest8;
using wire::Key;
using wire::Signature;

using Nonce = std::array<Byte, 12>;
using Sha512 = std::array<Byte, 64>;

// Overwrites a secret in a way that no compiler removes.
void wipe(Byte* data, std::size_t size);
template <std::size_t N>
void wipe(std::array<Byte, N>& secret)
{
    wipe(secret.data(), N);
}

// ChaCha20-Poly1305, RFC 8439. Appends ciphertext and tag to `to`.
void seal(const Key& key, const Nonce& nonce, ByteView additional, ByteView plaintext, Bytes& to);
// The same in place: `data` holds `size` plaintext bytes with room for 16 more behind them.
void sealInPlace(const Key& key, const Nonce& nonce, ByteView additional, Byte* data, std::size_t size);
// Opens `sealed` (ciphertext and tag) in place; false, and the bytes are worthless, when the tag does not
// hold.
[[nodiscard]] bool openInPlace(const Key& key, const Nonce& nonce, ByteView additional, Byte* sealed,
                               std::size_t size);

// Of `data`, or of `data` and `more` one after the other.
Key sha256(ByteView data, ByteView more = {});
Sha512 sha512(ByteView data);
Digest8 digest8(ByteView data); // the first 8 bytes of its SHA-256
Key hmacSha256(ByteView key, ByteView data);
Sha512 hmacSha512(ByteView key, ByteView data);

// HKDF with two outputs as Noise defines it (revision 34, section 4.3), which is RFC 5869 with SHA-256 and no
// info.
struct HkdfPair
{
    Key first;
    Key second;
};
HkdfPair hkdf2(const Key& chainingKey, ByteView input);

// PBKDF2-HMAC-SHA-256, RFC 8018: 100,000 iterations take from 20 ms (PC) to 0.5 s (Pi Zero).
Key pbkdf2(std::string_view password, ByteView salt, std::uint32_t iterations);

// X25519, RFC 7748. Each copy wipes its secret.
struct KeyPair
{
    Key secret{};
    Key publicKey{};

    ~KeyPair() { wipe(secret); }
};
KeyPair makeKeyPair(Random& random);
KeyPair keyPairFromSecret(const Key& secret);
// Nothing when the result is all zeros, that is when `theirs` is a point of small order. Takes the pair,
// since OpenSSL would work the public half out again from the secret alone, which costs as much as the result
// itself.
std::optional<Key> x25519(const KeyPair& ours, const Key& theirs);

// Ed25519, RFC 8032. `seed` is the 32-byte private key.
Key signingKeyFromSeed(const Key& seed);
Signature sign(const Key& seed, ByteView message);
[[nodiscard]] bool verify(const Key& signingKey, ByteView message, const Signature& signature);

// In a time that does not depend on where they differ.
[[nodiscard]] bool equalInConstantTime(ByteView a, ByteView b);

// RFC 4648, section 4, with padding. Nothing when `text` is not exactly what base64() makes.
std::string base64(ByteView data);
std::optional<Bytes> fromBase64(std::string_view text);

} // namespace linnet::secure
