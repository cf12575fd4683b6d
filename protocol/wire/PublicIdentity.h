// What a registry keeps of an account beside its name: the public half of its identity, and a verifier in
// place of its password.
#pragma once

#include "wire/Bytes.h"

namespace linnet::wire {

// Both public keys of an identity, and the signing key's word that they belong together: Ed25519 over
// "linnet identity 1" followed by the X25519 key.
struct PublicIdentity
{
    Key key{};        // X25519, the Noise static key
    Key signingKey{}; // Ed25519
    Signature binding{};

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.fixed(self.key);
        codec.fixed(self.signingKey);
        codec.fixed(self.binding);
    }
};

// What the registry keeps instead of a password (RFC 5802, section 3).
struct ScramVerifier
{
    Salt salt{};
    std::uint32_t iterations = 0;
    Key storedKey{};
    Key serverKey{};

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.fixed(self.salt);
        codec.u32(self.iterations);
        codec.fixed(self.storedKey);
        codec.fixed(self.serverKey);
    }
};

} // namespace linnet::wire
