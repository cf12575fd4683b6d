// Commands about people: who is there, who is known, who asks.
#include "core/Commands.h"

#include "core/EventText.h"
#include "wire/Text.h"

#include <algorithm>

namespace linnet::peer {

namespace {

std::string statusText(wire::Status status)
{
    switch (status) {
    case wire::Status::Offline:
        return "offline";
    case wire::Status::Away:
        return "online, away";
    case wire::Status::Busy:
        return "online, busy";
    default:
        return "online";
    }
}

// One page of the online list after the other.
void listOnline(const Answer& answer, Peer& peer, const std::string& after)
{
    wire::ListOnline request;
    request.after = after;
    peer.registry()->request(request, [answer, &peer](const Reply& reply) {
        auto list = reply.as<wire::OnlineList>();
        if (!list) return answer.no(reply.problem());
        std::string last;
        for (const wire::OnlineUser& user : list->users) {
            last = wire::neutralise(user.name);
            bool self = peer.account() && last == peer.account()->name();
            std::string note =
                user.status == wire::Status::Online ? "" : "  (" + statusText(user.status) + ")";
            answer.line("  " + last + (self ? "  (you)" : note));
        }
        if (list->more && !last.empty()) return listOnline(answer, peer, last);
        answer.ok(std::to_string(list->total) + " online");
    });
}

std::string foundText(const wire::FoundUser& user)
{
    std::string line = "  " + wire::neutralise(user.name) + "  ";
    if (user.status != wire::Status::Offline) {
        line += statusText(user.status);
        if (!user.endpoints.empty()) line += " at " + wire::toString(user.endpoints.front());
    }
    else if (user.seenAgo == 0)
        line += "offline, never seen";
    else
        line += "offline, last seen " + durationText(user.seenAgo - 1) + " ago";
    return line + "  " + secure::fingerprint(user.identity.key);
}

std::string contactText(const Contact& contact, Chats& chats)
{
    std::string line = "  " + contact.name + "  ";
    switch (contact.relation) {
    case Relation::Accepted:
        line += chats.isLinked(contact.id) ? "linked" : "not linked";
        break;
    case Relation::Asked:
        line += "asked to chat, no answer yet";
        break;
    case Relation::Declined:
        line += "declined";
        break;
    default:
        line += "no chat yet";
        break;
    }
    if (contact.changed) line += ", KEY CHANGED";
    if (contact.verified) line += ", verified";
    if (contact.blocked) line += ", blocked";
    if (std::uint64_t waiting = chats.waiting(contact.id))
        line += ", " + std::to_string(waiting) + " to be delivered";
    if (std::uint64_t unread = chats.unread(contact.id)) line += ", " + std::to_string(unread) + " unread";
    return line;
}

} // namespace

void whoCommand(const CommandCall& call)
{
    if (!call.peer.registry()) return call.answer.no({ProblemCode::NoRegistry, "no registry is configured"});
    listOnline(call.answer, call.peer, {});
}

void findCommand(const CommandCall& call)
{
    if (!call.peer.registry()) return call.answer.no({ProblemCode::NoRegistry, "no registry is configured"});
    std::string name = call.words[0];
    wire::Search search;
    if (name.back() == '*') {
        search.match = wire::Search::Match::Prefix;
        name.pop_back();
    }
    if (name.size() > wire::kMaxName)
        return call.answer.no({ProblemCode::BadName, "a name has at most 32 characters"});
    search.name = name;
    call.peer.registry()->request(search, [answer = call.answer, name](const Reply& reply) {
        auto found = reply.as<wire::Found>();
        if (!found) return answer.no(reply.problem());
        for (const wire::FoundUser& user : found->users)
            answer.line(foundText(user));
        if (found->users.empty())
            return answer.no({ProblemCode::UnknownUser, "there is no user " + wire::neutralise(name)});
        if (found->more) answer.line("  ... and more: a longer beginning finds fewer");
        answer.ok();
    });
}

void contactsCommand(const CommandCall& call)
{
    Chats& chats = call.peer.account()->chats();
    for (const Contact* contact : chats.contacts())
        call.answer.line(contactText(*contact, chats));
    call.answer.ok(chats.contacts().empty() ? "nobody yet; /find and /chat" : "");
}

void requestsCommand(const CommandCall& call)
{
    const auto& inquiries = call.peer.account()->chats().inquiries();
    for (const ChatInquiry& inquiry : inquiries) {
        std::string line = "  " + inquiry.from.name + (inquiry.from.confirmed ? "" : " (name not confirmed)");
        call.answer.line(inquiry.note.empty() ? line : line + ": " + inquiry.note);
    }
    call.answer.ok(inquiries.empty() ? "nobody asks" : "");
}

void fingerprintCommand(const CommandCall& call)
{
    Chats& chats = call.peer.account()->chats();
    const PublicIdentity& own = chats.identity().publicHalf();
    if (call.words.empty()) {
        call.answer.line("  " + secure::fingerprint(own.key));
        return call.answer.ok();
    }
    const Contact* contact = chats.find(call.words[0]);
    if (!contact || !contact->keyKnown())
        return call.answer.no(
            {ProblemCode::UnknownUser, "no key of " + wire::neutralise(call.words[0]) + " is known"});
    // With a changed key it is that one's number that matters: the old one is gone.
    const PublicIdentity& theirs = contact->changed ? *contact->changed : contact->identity;
    call.answer.line("  " + secure::safetyNumber(own, chats.name(), theirs, contact->name));
    call.answer.ok("compare it with " + contact->name +
                   " by voice: the same on both boards means nobody is in between");
}

} // namespace linnet::peer
