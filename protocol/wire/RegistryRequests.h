// What a peer asks of its registry. Each request gets exactly one reply, in the order of the requests; the
// arrow before each names the one for success, Refused is the other. Also what a peer says without a reply.
#pragma once

#include "wire/Limits.h"
#include "wire/PacketType.h"
#include "wire/PublicIdentity.h"
#include "wire/Status.h"

namespace linnet::wire {

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
    std::uint16_t listenPort = 0; // TCP, where other peers reach this one; 0: nowhere
    std::string_view advertise;   // a host to hand out beside the observed address; may be empty
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
    {
    }
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

} // namespace linnet::wire
