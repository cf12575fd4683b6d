// Someone this account knows: the pinned identity, where it was last reached, and what the two have agreed.
#pragma once

#include "wire/Endpoint.h"
#include "wire/RegistryPackets.h"

#include <optional>
#include <string>

namespace linnet::peer {

using wire::Endpoint;
using wire::Key;
using wire::PublicIdentity;

using ContactId = std::int64_t; // the row in the store; 0: not stored yet

// How far two people are with each other. Stored as numbers: do not renumber.
enum class Relation : std::uint8_t {
    Stranger = 0, // nothing asked either way
    Asked = 1,    // we asked to chat, no answer yet
    Asking = 2,   // they ask; our user has not answered
    Accepted = 3, // messages flow
    Declined = 4, // they declined; asking again is allowed
};

struct Contact
{
    ContactId id = 0;
    std::string name;
    Key registryKey{};       // the registry at which the name is unique; zeros: none
    PublicIdentity identity; // pinned; key of zeros: not known yet
    std::optional<PublicIdentity>
        changed; // what the registry says now, until the user trusts it: nothing is sent
    Relation relation = Relation::Stranger;
    bool kept = false;     // the user put it into the contact list
    bool verified = false; // safety numbers compared
    bool blocked = false;
    std::optional<Endpoint> endpoint; // where it was last reached
    std::string note;

    bool keyKnown() const { return !wire::isZero(identity.key); }
};

} // namespace linnet::peer
