// Sealing and opening of the datagrams of wire/Datagram.h with ChaCha20-Poly1305. The key is one per session
// and direction; the nonce is type(1) zeros(3) counter(8), big-endian; the header's 17 bytes are the
// additional data. The registry keeps no keys: it derives them from its secret and the session id, so that
// even after a restart it can answer a session it has forgotten.
#pragma once

#include "secure/Primitives.h"
#include "wire/Datagram.h"

#include <optional>

namespace linnet::secure {

struct SessionKeys
{
    Key up;   // peer to registry
    Key down; // registry to peer
};

// HMAC-SHA-512 of the session id under `secret`, cut in two: `up` is the first half.
SessionKeys sessionKeys(const Key& secret, const wire::SessionId& session);

// Appends the whole datagram to `to`. REQUIRES: it comes to at most kMaxDatagram bytes, and the pair of type
// and counter was never used with this key.
void sealDatagram(const wire::DatagramHeader& header, const Key& key, ByteView body, Bytes& to);

// The header of a datagram, before anything is known to be true; nothing when it is too short or too long.
std::optional<wire::DatagramHeader> peekDatagram(ByteView datagram);

// Opens `datagram` in place under `key`; the body, borrowing from it, or nothing when the tag does not hold.
std::optional<ByteView> openDatagram(const Key& key, Byte* datagram, std::size_t size);

} // namespace linnet::secure
