// The packets between a peer and its registry. Each request gets exactly one reply, in the order of the
// requests. A packet borrows its text: one that was decoded from the bytes it came in, one to be encoded from
// its maker. fields() is the layout, for reading and for writing; PROTOCOL.md section 5 has it in words.
#pragma once

#include "wire/Endpoint.h"
#include "wire/Limits.h"
#include "wire/PacketType.h"

namespace linnet::wire {

// What a user does, as others see it.
enum class Status : Byte { Offline = 0, Online = 1, Away = 2, Busy = 3, Invisible = 4 };

enum class Refusal : Byte {
    Malformed = 1,      // the request makes no sense here
    NameTaken = 2,      //
    BadName = 3,        //
    NotLoggedIn = 4,    //
    WrongPassword = 5,  // or unknown name: the two are not told apart
    UnknownUser = 6,    // a look-up of someone who has no account
    UserOffline = 7,    //
    SignUpClosed = 8,   //
    BadInvitation = 9,  //
    Banned = 10,        //
    SlowDown = 11,      // over a rate limit; the words say for how long
    UnknownSession = 12,
    LoginExpired = 13,  // SCRAM took too long or came out of order
    BadIdentity = 14,   // the binding signature does not hold
    TooMany = 15,       // a count limit, named in the words
    Failed = 16,        // the registry's own trouble, such as a full disk
};

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

// Makes an account whose key is the static key of this very connection. -> Done
struct Register
{
    static constexpr PacketType kType = PacketType::Register;
    std::string_view name;
    ScramVerifier verifier;
    Key signingKey{};
    Signature binding{};
    std::string_view invitation; // empty when the registry asks for none

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.name, kMaxName);
        ScramVerifier::fields(codec, self.verifier);
        codec.fixed(self.signingKey);
        codec.fixed(self.binding);
        codec.text(self.invitation, kMaxInvitation);
    }
};

// -> LoggedIn when this connection's static key is the account's, else PasswordNeeded
struct Login
{
    static constexpr PacketType kType = PacketType::Login;
    std::string_view name;
    std::uint16_t listenPort = 0;  // TCP, where other peers reach this one; 0: nowhere
    std::string_view advertise;    // a host to hand out beside the observed address; may be empty
    Status status = Status::Online;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.name, kMaxName);
        codec.u16(self.listenPort);
        codec.text(self.advertise, kMaxHost);
        codec.enumeration(self.status);
    }
};

// After PasswordNeeded: client-first-message (RFC 5802). -> ScramChallenge
struct ScramFirst
{
    static constexpr PacketType kType = PacketType::ScramFirst;
    std::string_view message;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.message, kMaxScram);
    }
};

// client-final-message, and the identity that the account moves to. -> LoggedIn
struct ScramFinal
{
    static constexpr PacketType kType = PacketType::ScramFinal;
    std::string_view message;
    Key signingKey{};
    Signature binding{};

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.message, kMaxScram);
        codec.fixed(self.signingKey);
        codec.fixed(self.binding);
    }
};

// A later connection of a logged-in peer says which session it belongs to. -> Done
struct Resume
{
    static constexpr PacketType kType = PacketType::Resume;
    SessionId session{};

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.fixed(self.session);
    }
};

// -> Found: the one user of that name, or a page of those whose names begin with it
struct Search
{
    static constexpr PacketType kType = PacketType::Search;
    enum class Match : Byte { Exact = 0, Prefix = 1 };
    Match match = Match::Exact;
    std::string_view name;
    std::string_view after; // the last name of the page before; empty for the first

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.enumeration(self.match);
        codec.text(self.name, kMaxName);
        codec.text(self.after, kMaxName);
    }
};

// -> OnlineList
struct ListOnline
{
    static constexpr PacketType kType = PacketType::ListOnline;
    std::string_view after;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.after, kMaxName);
    }
};

// Ends the session at once. -> Done
struct Logout
{
    static constexpr PacketType kType = PacketType::Logout;
    template <class Codec, class Self>
    static void fields(Codec&, Self&)
    {}
};

// Presence over TCP, where UDP does not get through. -> Done
struct Heartbeat
{
    static constexpr PacketType kType = PacketType::Heartbeat;
    Status status = Status::Online;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.enumeration(self.status);
    }
};

// -> Done
struct ChangePassword
{
    static constexpr PacketType kType = PacketType::ChangePassword;
    ScramVerifier verifier;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        ScramVerifier::fields(codec, self.verifier);
    }
};

// "Tell me when NAME is online", once. -> Found: already online if it says so, else a Notice follows
struct WaitFor
{
    static constexpr PacketType kType = PacketType::WaitFor;
    std::string_view name;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.name, kMaxName);
    }
};

// "I can't get through to NAME: have it dial me." -> Done
struct CallMe
{
    static constexpr PacketType kType = PacketType::CallMe;
    std::string_view name;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.text(self.name, kMaxName);
    }
};

// A Notice has arrived; the registry stops repeating it. No reply.
struct NoticeSeen
{
    static constexpr PacketType kType = PacketType::NoticeSeen;
    std::uint32_t id = 0;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.u32(self.id);
    }
};

struct Done
{
    static constexpr PacketType kType = PacketType::Done;
    template <class Codec, class Self>
    static void fields(Codec&, Self&)
    {}
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
    std::uint64_t time = 0;                           // seconds since 1970, by the registry's clock; 0: unknown
    std::string_view observedHost;                    // where the registry sees this peer
    std::string_view scram;                           // server-final-message; empty after a log-in by key

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
    {}
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

// Said before a connection is closed on purpose, so that the other side can tell its user why.
struct Goodbye
{
    static constexpr PacketType kType = PacketType::Goodbye;
    enum class Reason : Byte {
        ShuttingDown = 1,
        Replaced = 2,  // a newer link between the same two took its place
        Idle = 3,
        BadPacket = 4,
        Crowded = 5,   // too many connections
        TooSlow = 6,   // a time limit passed
    };
    Reason reason = Reason::ShuttingDown;

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        codec.enumeration(self.reason);
    }
};

} // namespace linnet::wire
