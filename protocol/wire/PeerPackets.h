// The packets between two peers on a link. As in RegistryPackets.h, a packet borrows its text.
// PROTOCOL.md sections 7 and 8 say when each may be sent.
#pragma once

#include "wire/Limits.h"
#include "wire/PacketType.h"

namespace linnet::wire {

// The first packet each way: who speaks. The link's static key proves `key`; the rest is a claim until the
// registry or a pin confirms it.
struct Hello
{
    static constexpr PacketType kType = PacketType::Hello;
    std::string_view name;
    Key signingKey{};
    Signature binding{};
    Key registryKey{};            // names are only unique at one registry; zeros: no registry
    std::uint16_t listenPort = 0; // TCP, where the speaker can be dialled; 0: nowhere

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.name, kMaxName);
        codec.fixed(self.signingKey);
        codec.fixed(self.binding);
        codec.fixed(self.registryKey);
        codec.u16(self.listenPort);
    }
};

struct ChatRequest
{
    static constexpr PacketType kType = PacketType::ChatRequest;
    std::string_view note; // a few words to introduce oneself; may be empty

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.note, kMaxNote);
    }
};

struct ChatAnswer
{
    static constexpr PacketType kType = PacketType::ChatAnswer;
    enum class Answer : Byte { Accept = 1, Decline = 2, Busy = 3 };
    Answer answer = Answer::Decline;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.enumeration(self.answer);
    }
};

// Where both streams of this pair stand, as the speaker's database has it. Sent once per link, as soon as
// both sides have accepted each other; messages flow after the other side's has come.
struct StreamState
{
    static constexpr PacketType kType = PacketType::StreamState;
    // The stream to the speaker: what it holds.
    std::uint64_t receivedEpoch = 0; // 0: nothing yet
    std::uint64_t received = 0;      // the last number held
    Digest8 receivedDigest{};        // of that message; zeros: none, or no longer known
    // The stream from the speaker: what it can still send.
    std::uint64_t sendingEpoch = 0;
    std::uint64_t lowest = 1; // all below is gone for good

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.u64(self.receivedEpoch);
        codec.varint(self.received);
        codec.fixed(self.receivedDigest);
        codec.u64(self.sendingEpoch);
        codec.varint(self.lowest);
    }
};

struct Message
{
    static constexpr PacketType kType = PacketType::Message;
    std::uint64_t number = 0; // 1, 2, 3, ... within the stream
    std::uint64_t age = 0;    // seconds since it was written, by the sender's uptime
    std::string_view text;    // the rest of the body

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.varint(self.number);
        codec.varint(self.age);
        codec.restText(self.text, kMaxText);
    }
};

// Every message up to `number` is committed in the speaker's database.
struct Ack
{
    static constexpr PacketType kType = PacketType::Ack;
    std::uint64_t number = 0;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.varint(self.number);
    }
};

// Every message below `lowest` that has not been acknowledged is gone (expired) and will not be sent.
struct Skip
{
    static constexpr PacketType kType = PacketType::Skip;
    std::uint64_t lowest = 1;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.varint(self.lowest);
    }
};

// The sender of a stream asks what the receiver holds from number `from` on. -> Digests
struct DigestQuery
{
    static constexpr PacketType kType = PacketType::DigestQuery;
    std::uint64_t from = 1;
    std::uint16_t count = 0; // at most kDigestPage

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.varint(self.from);
        codec.u16(self.count);
    }
};

// The digests of messages `from`, `from` + 1, ...; zeros where one is not known.
struct Digests
{
    static constexpr PacketType kType = PacketType::Digests;
    std::uint64_t from = 1;
    std::vector<Digest8> digests;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.varint(self.from);
        codec.fixedList(self.digests, kDigestPage);
    }
};

// The sender goes on in a new epoch after message `base`, the last that both sides know alike.
struct StreamRestart
{
    static constexpr PacketType kType = PacketType::StreamRestart;
    std::uint64_t epoch = 0;
    std::uint64_t base = 0;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.u64(self.epoch);
        codec.varint(self.base);
    }
};

} // namespace linnet::wire
