// What a registry says to a peer: replies to its requests, and notices unasked.
#pragma once

#include "wire/Endpoint.h"
#include "wire/Limits.h"
#include "wire/PacketType.h"
#include "wire/PublicIdentity.h"
#include "wire/Refusal.h"
#include "wire/Status.h"

namespace linnet::wire {

struct Done
{
    static constexpr PacketType kType = PacketType::Done;
    template <class Codec, class Self>
    static void fields(Codec&, Self&)
    {
    }
};

struct Refused
{
    static constexpr PacketType kType = PacketType::Refused;
    Refusal why = Refusal::Malformed;
    std::string_view words; // for the user, in English; may be empty

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.enumeration(self.why);
        codec.text(self.words, kMaxReason);
    }
};

struct LoggedIn
{
    static constexpr PacketType kType = PacketType::LoggedIn;
    SessionId session{};
    Key upKey{};   // seals datagrams to the registry
    Key downKey{}; // seals datagrams from it
    std::uint16_t udpPort = 0;
    std::uint16_t heartbeatPeriod = kHeartbeatPeriod; // seconds
    std::uint64_t time = 0;        // seconds since 1970, by the registry's clock; 0: unknown
    std::string_view observedHost; // where the registry sees this peer
    std::string_view scram;        // server-final-message; empty after a log-in by key

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.fixed(self.session);
        codec.fixed(self.upKey);
        codec.fixed(self.downKey);
        codec.u16(self.udpPort);
        codec.u16(self.heartbeatPeriod);
        codec.u64(self.time);
        codec.text(self.observedHost, kMaxHost);
        codec.text(self.scram, kMaxScram);
    }
};

struct PasswordNeeded
{
    static constexpr PacketType kType = PacketType::PasswordNeeded;
    template <class Codec, class Self>
    static void fields(Codec&, Self&)
    {
    }
};

// server-first-message
struct ScramChallenge
{
    static constexpr PacketType kType = PacketType::ScramChallenge;
    std::string_view message;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.message, kMaxScram);
    }
};

struct FoundUser
{
    std::string_view name;
    Status status = Status::Offline;
    std::uint64_t seenAgo = 0; // seconds since last heard of, plus one; 0: never. Meaningless while online
    PublicIdentity identity;
    std::vector<Endpoint> endpoints; // where to dial, best first; empty while offline

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.name, kMaxName);
        codec.enumeration(self.status);
        codec.varint(self.seenAgo);
        PublicIdentity::fields(codec, self.identity);
        codec.list(self.endpoints, kMaxEndpoints);
    }
};

struct Found
{
    static constexpr PacketType kType = PacketType::Found;
    bool more = false; // there is a next page, after the last name of this one
    std::vector<FoundUser> users;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.boolean(self.more);
        codec.list(self.users, kSearchPage);
    }
};

struct OnlineUser
{
    std::string_view name;
    Status status = Status::Online;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.name, kMaxName);
        codec.enumeration(self.status);
    }
};

struct OnlineList
{
    static constexpr PacketType kType = PacketType::OnlineList;
    bool more = false;
    std::uint64_t total = 0; // users online, invisible ones not counted
    std::vector<OnlineUser> users;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.boolean(self.more);
        codec.varint(self.total);
        codec.list(self.users, kOnlinePage);
    }
};

// What the registry tells a peer unasked: in a sealed datagram, or on an open connection where UDP fails.
// Repeated until a NoticeSeen with its id.
struct Notice
{
    static constexpr PacketType kType = PacketType::Notice;
    enum class Kind : Byte {
        Online = 1,   // `name`, whom this peer waits for, is online
        CallBack = 2, // `name` can't get through and asks to be dialled
        Moved = 3,    // the account has logged in on another board; this session is over
    };
    std::uint32_t id = 0;
    Kind kind = Kind::Online;
    std::string_view name;
    std::vector<Endpoint> endpoints; // where `name` can be dialled

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.u32(self.id);
        codec.enumeration(self.kind);
        codec.text(self.name, kMaxName);
        codec.list(self.endpoints, kMaxEndpoints);
    }
};

} // namespace linnet::wire
