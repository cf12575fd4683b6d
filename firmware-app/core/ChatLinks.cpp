// The link side of Chats: identifying who calls, consent, and the streams' packets.
#include "core/Chats.h"

#include "wire/Text.h"

#include <algorithm>

namespace linnet::peer {

namespace {
constexpr std::size_t kMaxInquiries = 16;
}

// ---- Who is it? ----

void Chats::identify(const RemotePeer& peer, std::function<void(Verdict)> decided)
{
    if (Entry* known = byKey(peer.identity.key)) {
        bool same = known->contact.identity.signingKey == peer.identity.signingKey;
        return decided(same && !known->contact.blocked ? Verdict::Confirmed : Verdict::Refuse);
    }
    bool sameRegistry = parts_.registry && parts_.registry->online() && peer.registryKey == registryKey();
    if (sameRegistry) {
        wire::Search search;
        search.name = peer.name;
        return parts_.registry->request(
            search, [this, peer, decided](const Reply& reply) { decidedByRegistry(peer, reply, decided); });
    }
    // Nobody vouches for the name: it must at least not be one that is pinned to another key.
    Entry* namesake = byName(peer.name);
    decided(namesake && namesake->contact.keyKnown() ? Verdict::Refuse : Verdict::Unconfirmed);
}

void Chats::decidedByRegistry(const RemotePeer& peer, const Reply& reply,
                              const std::function<void(Verdict)>& decided)
{
    auto answer = reply.as<wire::Found>();
    bool told = answer && answer->users.size() == 1;
    if (told && answer->users[0].identity.key != peer.identity.key) return decided(Verdict::Refuse);
    Entry* namesake = byName(peer.name);
    if (!told)
        return decided(namesake && namesake->contact.keyKnown() ? Verdict::Refuse : Verdict::Unconfirmed);
    // The registry vouches for this key; a contact pinned to another one has changed it.
    if (namesake && !identityTold(namesake->contact.id, peer.identity)) return decided(Verdict::Refuse);
    decided(Verdict::Confirmed);
}

// ---- Links come and go ----

void Chats::linked(const RemotePeer& peer)
{
    Entry* known = byKey(peer.identity.key);
    if (!known) return;
    known->link = peer.link;
    known->theyConsent = false;
    known->stream->detach();
    dialler_.linked(known->contact.id);
    Endpoint reached{peer.host, peer.listenPort};
    if (peer.listenPort != 0 && known->contact.endpoint != reached) {
        known->contact.endpoint = reached;
        put(known->contact);
        parts_.commits.changed();
    }
    tellConsent(*known);
}

void Chats::unlinked(const RemotePeer& peer)
{
    Entry* known = byKey(peer.identity.key);
    if (!known || known->link != peer.link) return;
    known->stream->detach();
    known->link = 0;
    known->theyConsent = false;
    dialler_.unlinked(known->contact.id);
}

void Chats::drained(LinkId link)
{
    for (auto& [id, entry] : entries_)
        if (entry.link == link) entry.stream->drained();
}

// ---- Consent ----

void Chats::tellConsent(Entry& entry)
{
    if (entry.contact.relation == Relation::Accepted) {
        entry.answered = true;
        answer(entry.link, wire::ChatAnswer::Answer::Accept);
    }
    else if (entry.contact.relation == Relation::Asked) {
        auto note = notes_.find(entry.contact.id);
        wire::ChatRequest request;
        if (note != notes_.end()) request.note = note->second;
        parts_.network.send(entry.link, wire::encode(request));
    }
}

void Chats::answer(LinkId link, wire::ChatAnswer::Answer answer)
{
    parts_.network.send(link, wire::encode(wire::ChatAnswer{answer}));
}

void Chats::agree(Entry& entry)
{
    bool both = entry.contact.relation == Relation::Accepted && entry.theyConsent;
    if (both && entry.link && entry.stream->link() != entry.link) entry.stream->attach(entry.link);
}

bool Chats::packet(const RemotePeer& peer, const wire::RawPacket& packet)
{
    if (packet.type == wire::PacketType::ChatRequest) {
        auto request = wire::decodeBody<wire::ChatRequest>(packet.body);
        return request && onRequest(peer, *request);
    }
    if (packet.type == wire::PacketType::ChatAnswer) {
        auto answer = wire::decodeBody<wire::ChatAnswer>(packet.body);
        return answer && onAnswer(peer, *answer);
    }
    Entry* known = byKey(peer.identity.key);
    return known && known->stream->link() == peer.link && known->stream->packet(packet);
}

bool Chats::onRequest(const RemotePeer& peer, const wire::ChatRequest& request)
{
    Entry* known = byKey(peer.identity.key);
    if (known) {
        known->theyConsent = true;
        if (known->contact.relation == Relation::Asked) {
            // Both ask: nobody has to answer.
            known->contact.relation = Relation::Accepted;
            save(*known);
            tellConsent(*known);
            emit(EventKind::ChatAccepted, known->contact.name);
        }
        if (known->contact.relation == Relation::Accepted) {
            agree(*known);
            return true;
        }
    }
    inquire(peer, request.note);
    return true;
}

void Chats::inquire(const RemotePeer& peer, std::string_view note)
{
    auto same = [&](const ChatInquiry& inquiry) { return inquiry.from.identity.key == peer.identity.key; };
    auto waiting = std::find_if(inquiries_.begin(), inquiries_.end(), same);
    if (waiting != inquiries_.end()) {
        waiting->from = peer; // asks again over a new link
        return;
    }
    if (inquiries_.size() >= kMaxInquiries) return answer(peer.link, wire::ChatAnswer::Answer::Busy);
    bool busy = parts_.registry && parts_.registry->status() == wire::Status::Busy;
    if (busy) return answer(peer.link, wire::ChatAnswer::Answer::Busy);
    inquiries_.push_back({peer, wire::neutralise(note)});
    std::string words = inquiries_.back().note;
    if (!peer.confirmed) words = words.empty() ? "(name not confirmed)" : words + " (name not confirmed)";
    emit(EventKind::ChatRequested, peer.name, words);
}

bool Chats::onAnswer(const RemotePeer& peer, const wire::ChatAnswer& answer)
{
    Entry* known = byKey(peer.identity.key);
    bool asked = known && known->contact.relation != Relation::Stranger;
    if (!asked) {
        // They remember us and we don't know them: to us they ask.
        if (answer.answer == wire::ChatAnswer::Answer::Accept) inquire(peer, {});
        return true;
    }
    switch (answer.answer) {
    case wire::ChatAnswer::Answer::Accept:
        known->theyConsent = true;
        if (known->contact.relation != Relation::Accepted) {
            known->contact.relation = Relation::Accepted;
            notes_.erase(known->contact.id);
            save(*known);
            emit(EventKind::ChatAccepted, known->contact.name);
        }
        agree(*known);
        break;
    case wire::ChatAnswer::Answer::Decline:
        known->contact.relation = Relation::Declined;
        known->theyConsent = false;
        known->stream->refuseAll();
        known->stream->detach();
        save(*known);
        emit(EventKind::ChatDeclined, known->contact.name);
        break;
    case wire::ChatAnswer::Answer::Busy:
        emit(EventKind::ChatBusy, known->contact.name);
        break;
    }
    return true;
}

// ---- For the dialler ----

Contact* Chats::contact(ContactId id)
{
    Entry* found = entry(id);
    return found ? &found->contact : nullptr;
}

bool Chats::wantsLink(ContactId id)
{
    Entry* found = entry(id);
    if (!found || found->contact.blocked || found->contact.changed) return false;
    return found->stream->waiting() > 0 || found->contact.relation == Relation::Asked || !found->answered ||
           found->open;
}

bool Chats::identityTold(ContactId id, const PublicIdentity& identity)
{
    Entry* found = entry(id);
    if (!found || !secure::bindingHolds(identity)) return false;
    Contact& contact = found->contact;
    if (contact.keyKnown() && contact.identity.key == identity.key &&
        contact.identity.signingKey == identity.signingKey)
        return true;
    if (!contact.keyKnown()) {
        contact.identity = identity;
        save(*found);
        return true;
    }
    bool news = !contact.changed || contact.changed->key != identity.key;
    contact.changed = identity;
    contact.verified = false;
    save(*found);
    if (news)
        emit(EventKind::KeyChanged, contact.name,
             "the registry names another key for this user: a new board, or someone in between. "
             "Nothing is sent; what you wrote is kept. /fingerprint " +
                 contact.name + " shows the number to compare with them, /trust " + contact.name +
                 " NUMBER takes the new key");
    return false;
}

void Chats::unknownUser(ContactId id)
{
    Entry* found = entry(id);
    if (!found) return;
    found->stream->refuseAll();
    found->contact.relation = Relation::Declined;
    save(*found);
    emit(EventKind::NotSent, found->contact.name, "the registry has no such user any more");
}

void Chats::isOffline(ContactId id)
{
    Entry* found = entry(id);
    if (!found) return;
    bool waits = found->stream->waiting() > 0 || found->contact.relation == Relation::Asked;
    if (waits) emit(EventKind::ContactGone, found->contact.name);
}

void Chats::notReachable(ContactId id, const std::string& words)
{
    if (Entry* found = entry(id)) emit(EventKind::NotReachable, found->contact.name, words);
}

void Chats::userCalls(const std::string& name, const std::vector<Endpoint>& endpoints)
{
    if (Entry* found = byName(name)) {
        if (!found->contact.blocked) dialler_.calledBy(found->contact.id, endpoints);
        return;
    }
    if (!parts_.registry || endpoints.empty()) return;
    // A stranger who wants to ask to chat: dialled once, under the key that the registry knows; the link then
    // introduces itself like any other.
    wire::Search search;
    search.name = name;
    parts_.registry->request(search, [this, to = endpoints.front()](const Reply& reply) {
        auto answer = reply.as<wire::Found>();
        if (!answer || answer->users.size() != 1) return;
        parts_.network.dial(to, wire::Role::PeerPeer, answer->users.front().identity.key);
    });
}

} // namespace linnet::peer
