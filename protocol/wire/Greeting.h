// The only plain bytes of a connection: seven each way, before the Noise handshake. They name the protocol,
// what the speaker is, and which versions it knows, so that a mismatch is answered by name; both are bound
// into the handshake as its prologue, so that nobody can change them unseen.
#pragma once

#include "wire/Bytes.h"

#include <optional>

namespace linnet::wire {

constexpr std::size_t kGreetingSize = 7;
constexpr Byte kVersion = 1; // the version of the protocol in PROTOCOL.md

enum class Role : Byte {
    Refuses = 0,      // the answerer has no room now; nothing follows
    PeerRegistry = 1, // the dialler is a peer, the answerer a registry
    PeerPeer = 2,
};

struct Greeting
{
    Role role = Role::PeerPeer;
    Byte lowestVersion = kVersion;
    Byte highestVersion = kVersion;
};

using GreetingBytes = std::array<Byte, kGreetingSize>;

constexpr std::array<Byte, 4> kMagic = {'L', 'N', 'E', 'T'};

inline GreetingBytes encode(const Greeting& greeting)
{
    return {kMagic[0],
            kMagic[1],
            kMagic[2],
            kMagic[3],
            static_cast<Byte>(greeting.role),
            greeting.lowestVersion,
            greeting.highestVersion};
}

// Nothing when the magic is not ours. An unknown role decodes as itself. REQUIRES: bytes.size() ==
// kGreetingSize.
inline std::optional<Greeting> decodeGreeting(ByteView bytes)
{
    if (bytes.first(kMagic.size()) != ByteView(kMagic)) return std::nullopt;
    return Greeting{static_cast<Role>(bytes[4]), bytes[5], bytes[6]};
}

// The highest version both know; nothing when there is none. Both sides work it out alike.
inline std::optional<Byte> commonVersion(const Greeting& a, const Greeting& b)
{
    Byte lowest = std::max(a.lowestVersion, b.lowestVersion);
    Byte highest = std::min(a.highestVersion, b.highestVersion);
    if (lowest > highest) return std::nullopt;
    return highest;
}

} // namespace linnet::wire
