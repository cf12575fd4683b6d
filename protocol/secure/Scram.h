// SCRAM-SHA-256 (RFC 5802, RFC 7677) inside a Noise session, bound to it: the GS2 header is `p=noise-hh,,`
// and the channel binding data is the session's handshake hash. The password never leaves the client; the
// registry keeps a verifier that cannot log in. Messages are the RFC's text, so any SCRAM library can be used
// by other clients.
#pragma once

#include "secure/Primitives.h"
#include "wire/RegistryPackets.h"

#include <optional>
#include <string>
#include <string_view>

namespace linnet::secure {

using wire::Salt;
using wire::ScramVerifier;

// What a registry keeps in place of `password`.
ScramVerifier makeVerifier(std::string_view password, const Salt& salt, std::uint32_t iterations);

// Whether a password may be used: 8 to 256 bytes of UTF-8 without control characters.
bool isPassword(std::string_view password);

// The client's side of one exchange.
class ScramClient
{
public:
    // `channelBinding` is empty only in tests of the RFC's own example (`n,,`).
    ScramClient(std::string_view name, std::string_view password, ByteView channelBinding, std::string nonce);
    ~ScramClient();

    const std::string& first() const { return first_; }
    // client-final for server-first; nothing when that is malformed, its nonce is not an extension of ours,
    // or its iteration count is out of bounds. Takes the time of PBKDF2.
    std::optional<std::string> final(std::string_view serverFirst);
    // Whether server-final proves that the server knows the verifier. False before final().
    [[nodiscard]] bool verify(std::string_view serverFinal) const;

private:
    std::string password_;
    std::string gs2Header_;
    Bytes channelBinding_;
    std::string nonce_; // ours
    std::string first_;
    std::optional<Key> serverSignature_;
};

// The server's side. Costs two HMACs, whatever the client sends, and one more for an unknown name.
class ScramServer
{
public:
    // `channelBinding` as above.
    ScramServer(ByteView channelBinding, std::string nonce);

    // The name in client-first; nothing when it is malformed or does not bind the channel.
    std::optional<std::string> start(std::string_view clientFirst);
    // server-first. REQUIRES: start() gave a name. For an unknown name `verifier` is unknownVerifier()'s.
    std::string challenge(const ScramVerifier& verifier);
    // server-final when client-final proves the password; nothing otherwise, and nothing for a second try at
    // the same challenge.
    std::optional<std::string> finish(std::string_view clientFinal);

private:
    Bytes channelBinding_;
    std::string gs2Header_;
    std::string nonce_; // ours, from start() on theirs and ours
    std::string clientFirstBare_;
    std::string serverFirst_;
    ScramVerifier verifier_;
};

// What an unknown name is challenged with, so that it cannot be told from a known one: the salt is an HMAC of
// the canonical name under the registry's secret, so it is the same each time; no proof ever fits.
ScramVerifier unknownVerifier(const Key& secret, std::string_view name);

} // namespace linnet::secure
