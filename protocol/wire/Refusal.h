// Why a registry does not do what it was asked: the codes of the Refused packet.
#pragma once

#include "wire/Bytes.h"

namespace linnet::wire {

enum class Refusal : Byte {
    Malformed = 1,     // the request makes no sense here
    NameTaken = 2,     //
    BadName = 3,       //
    NotLoggedIn = 4,   //
    WrongPassword = 5, // or unknown name: the two are not told apart
    UnknownUser = 6,   // a look-up of someone who has no account
    UserOffline = 7,   //
    SignUpClosed = 8,  //
    BadInvitation = 9, //
    Banned = 10,       //
    SlowDown = 11,     // over a rate limit; the words say for how long
    UnknownSession = 12,
    LoginExpired = 13, // SCRAM took too long or came out of order
    BadIdentity = 14,  // the binding signature does not hold
    TooMany = 15,      // a count limit, named in the words
    Failed = 16,       // the registry's own trouble, such as a full disk
};

} // namespace linnet::wire
