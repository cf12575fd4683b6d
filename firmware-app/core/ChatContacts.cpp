// What the user decides about people: trust in keys, and blocks.
#include "core/Chats.h"

#include "wire/Text.h"

#include <algorithm>

namespace linnet::peer {

namespace {

std::string digitsOf(const std::string& text)
{
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
                 [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

Problem unknown(const std::string& name)
{
    return {ProblemCode::UnknownUser, wire::neutralise(name) + " is not among your contacts"};
}

} // namespace

std::optional<Problem> Chats::trust(const std::string& name, const std::string& number)
{
    Entry* found = byName(name);
    if (!found) return unknown(name);
    Contact& contact = found->contact;
    if (!contact.changed) return Problem{ProblemCode::NotFound, contact.name + " has no new key"};
    std::string wanted =
        secure::safetyNumber(parts_.identity.publicHalf(), parts_.name, *contact.changed, contact.name);
    if (digitsOf(number) != digitsOf(wanted))
        return Problem{ProblemCode::KeyChanged, "that is not the number of the new key; /fingerprint " +
                                                    contact.name + " shows it, and " + contact.name +
                                                    "'s board shows the same"};
    if (!found->stream->rebind()) return Problem{ProblemCode::NotStored, parts_.store.trouble()};
    contact.identity = *contact.changed;
    contact.changed.reset();
    contact.verified = true;
    contact.endpoint.reset();
    // The new board knows nothing of us yet: who accepted before asks once more, without a word of the user.
    if (contact.relation == Relation::Accepted) contact.relation = Relation::Asked;
    save(*found);
    dialler_.want(contact.id);
    return std::nullopt;
}

std::optional<Problem> Chats::verify(const std::string& name)
{
    Entry* found = byName(name);
    if (!found || !found->contact.keyKnown()) return unknown(name);
    found->contact.verified = true;
    save(*found);
    return std::nullopt;
}

void Chats::block(const std::string& name, Decided decided)
{
    lookUp(name, [this, decided](const std::optional<Problem>& problem, Entry* found) {
        if (problem) return decided(problem);
        found->contact.blocked = true;
        save(*found);
        dialler_.forget(found->contact.id);
        inquiries_.remove_if([found](const ChatInquiry& inquiry) {
            return inquiry.from.identity.key == found->contact.identity.key;
        });
        if (found->link) links_.close(found->link, wire::Goodbye::Reason::Idle);
        decided(std::nullopt);
    });
}

std::optional<Problem> Chats::unblock(const std::string& name)
{
    Entry* found = byName(name);
    if (!found) return unknown(name);
    if (!found->contact.blocked)
        return Problem{ProblemCode::NotFound, found->contact.name + " is not blocked"};
    found->contact.blocked = false;
    save(*found);
    dialler_.want(found->contact.id);
    return std::nullopt;
}

} // namespace linnet::peer
