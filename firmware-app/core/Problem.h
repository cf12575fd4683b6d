// Why something a user asked for was not done: a stable code for programs and a sentence for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace linnet::peer {

#define LINNET_PROBLEMS(X)                                                                                   \
    X(Usage, "usage")                       /* the command was not understood */                             \
    X(NotLoggedIn, "not-logged-in")         /* */                                                            \
    X(AlreadyLoggedIn, "already-logged-in") /* */                                                            \
    X(BadName, "bad-name")                  /* */                                                            \
    X(NameTaken, "name-taken")              /* */                                                            \
    X(BadPassword, "bad-password")          /* too short, or not text */                                     \
    X(WrongPassword, "wrong-password")      /* or an unknown name */                                         \
    X(UnknownUser, "unknown-user")          /* */                                                            \
    X(UserOffline, "offline")               /* */                                                            \
    X(Oneself, "oneself")                   /* */                                                            \
    X(TooLong, "too-long")                  /* text over the limit */                                        \
    X(OutboxFull, "outbox-full")            /* */                                                            \
    X(NoRequest, "no-request")              /* nobody of that name asks to chat */                           \
    X(Declined, "declined")                 /* */                                                            \
    X(Blocked, "blocked")                   /* */                                                            \
    X(KeyChanged, "key-changed")            /* */                                                            \
    X(NoRegistry, "no-registry")            /* unreachable, or none configured */                            \
    X(RegistryRefused, "registry-refused")  /* */                                                            \
    X(RegistryKey, "registry-key-changed")  /* */                                                            \
    X(SlowDown, "slow-down")                /* */                                                            \
    X(NotStored, "not-stored")              /* full or failing disk */                                       \
    X(NotFound, "not-found")                /* no such thing here */

enum class ProblemCode : std::uint8_t {
#define LINNET_PROBLEM_ENUM(code, name) code,
    LINNET_PROBLEMS(LINNET_PROBLEM_ENUM)
#undef LINNET_PROBLEM_ENUM
};

std::string_view problemName(ProblemCode code);

struct Problem
{
    ProblemCode code = ProblemCode::Usage;
    std::string words; // one sentence without its full stop
};

// The two rules that are told in several places.
Problem badName();
Problem badPassword();

} // namespace linnet::peer
