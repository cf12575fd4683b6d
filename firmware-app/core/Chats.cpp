// What the user does and sees. The link side is in ChatLinks.cpp.
#include "core/Chats.h"

#include "wire/Text.h"

#include <algorithm>
#include <utility>

namespace linnet::peer {

namespace {
constexpr Milliseconds kExpiryCheck{3600 * 1000};
constexpr Milliseconds kSaveAgain{5000};
constexpr unsigned kTrimEvery = 128; // messages; a slice of trim() drops more than come in meanwhile
} // namespace

Chats::Chats(const Parts& parts)
    : parts_(parts),
      shared_{parts_.store, parts_.commits, parts_.network, parts_.random,
              parts_.clock, parts_.age,     parts_.events,  parts_.limits},
      links_(parts_.network, parts_.schedule, parts_.diagnostics, *this,
             {parts_.name, parts_.identity.publicHalf(), registryKey()}),
      dialler_(parts_.network, parts_.schedule, parts_.random, *this)
{
    dialler_.useRegistry(parts_.registry);
    for (Contact& contact : parts_.store.contacts())
        add(std::move(contact));
    parts_.commits.whenTakenBack([this] {
        for (auto& [id, entry] : entries_)
            entry.stream->takenBack();
    });
    scheduleExpiry();
    for (auto& [id, entry] : entries_)
        dialler_.want(id);
}

Chats::~Chats()
{
    parts_.schedule.cancel(expiry_);
    parts_.schedule.cancel(savingAgain_);
    parts_.commits.whenTakenBack(nullptr);
}

Key Chats::registryKey() const
{
    return parts_.registry ? parts_.registry->registryKey() : Key{};
}

void Chats::scheduleExpiry()
{
    expiry_ = parts_.schedule.after(kExpiryCheck, [this] {
        for (auto& [id, entry] : entries_)
            entry.stream->expire();
        trim();
        scheduleExpiry();
    });
}

void Chats::trim()
{
    storedSinceTrim_ = 0;
    parts_.store.trim();
    if (parts_.store.uncommittedBytes() > 0) parts_.commits.changed();
}

// ---- Finding ----

// Chooses the id itself: the store would give that of a row that was taken back to another one.
bool Chats::put(Contact& contact)
{
    if (contact.id == 0) contact.id = entries_.empty() ? 1 : entries_.rbegin()->first + 1;
    bool written = parts_.store.put(contact);
    if (!written) parts_.commits.writeFailed();
    return written;
}

Chats::Entry& Chats::add(Contact contact)
{
    ContactId id = contact.id;
    Entry& entry = entries_[id];
    entry.contact = std::move(contact);
    entry.stream = std::make_unique<Stream>(id, shared_, static_cast<Stream::Listener&>(*this));
    return entry;
}

Chats::Entry* Chats::entry(ContactId id)
{
    auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

const Chats::Entry* Chats::entry(ContactId id) const
{
    return const_cast<Chats*>(this)->entry(id);
}

Chats::Entry* Chats::byKey(const Key& key)
{
    for (auto& [id, entry] : entries_)
        if (entry.contact.identity.key == key) return &entry;
    return nullptr;
}

// The contact of that name at the registry in use; names of another registry are other people.
Chats::Entry* Chats::byName(const std::string& name)
{
    std::string wanted = wire::canonicalName(name);
    Key registry = registryKey();
    for (auto& [id, entry] : entries_) {
        bool sameRegistry = wire::isZero(registry) || entry.contact.registryKey == registry;
        if (sameRegistry && wire::canonicalName(entry.contact.name) == wanted) return &entry;
    }
    return nullptr;
}

const Contact* Chats::find(const std::string& name) const
{
    const Entry* found = const_cast<Chats*>(this)->byName(name);
    return found ? &found->contact : nullptr;
}

const Contact* Chats::find(ContactId id) const
{
    const Entry* found = entry(id);
    return found ? &found->contact : nullptr;
}

std::vector<const Contact*> Chats::contacts() const
{
    std::vector<const Contact*> all;
    for (auto& [id, entry] : entries_)
        all.push_back(&entry.contact);
    std::sort(all.begin(), all.end(), [](const Contact* a, const Contact* b) { return a->name < b->name; });
    return all;
}

bool Chats::isLinked(ContactId id)
{
    Entry* found = entry(id);
    return found && found->link != 0;
}

std::uint64_t Chats::waiting(ContactId id) const
{
    return entry(id) ? entry(id)->stream->waiting() : 0;
}

std::uint64_t Chats::unread(ContactId id) const
{
    const Entry* found = entry(id);
    return found ? parts_.store.unreadCount(id, found->stream->shownUpTo()) : 0;
}

MessageId Chats::shownUpTo(ContactId id) const
{
    return entry(id) ? entry(id)->stream->shownUpTo() : 0;
}

std::string_view Chats::stateOf(ContactId id, const StoredMessage& message) const
{
    const Entry* found = entry(id);
    if (!message.outgoing || !found) return "";
    if (message.fate == Fate::Expired) return "expired";
    if (message.fate == Fate::Refused) return "refused";
    if (message.fate == Fate::Settled) return "delivered";
    if (message.number <= found->stream->acked()) return "delivered";
    return message.number <= found->stream->sentUpTo() ? "sent" : "queued";
}

// ---- What the user does ----

void Chats::lookUp(const std::string& name, Known known)
{
    if (wire::canonicalName(name) == wire::canonicalName(parts_.name))
        return known(Problem{ProblemCode::Oneself, "that is yourself"}, nullptr);
    Entry* contact = byName(name);
    if (contact && contact->contact.keyKnown()) return known(std::nullopt, contact);
    if (!parts_.registry)
        return known(Problem{ProblemCode::UnknownUser, name + " is not among your contacts"}, nullptr);
    wire::Search search;
    search.name = name;
    parts_.registry->request(search, [this, name, known](const Reply& reply) {
        auto answer = reply.as<wire::Found>();
        if (!answer) return known(reply.problem(), nullptr);
        if (answer->users.size() != 1 || !secure::bindingHolds(answer->users[0].identity))
            return known(Problem{ProblemCode::UnknownUser, "there is no user " + name}, nullptr);
        if (Entry* found = byName(name)) return known(std::nullopt, found);
        Contact made;
        // Perhaps someone who is known already, by a name that nobody had confirmed.
        Entry* same = byKey(answer->users[0].identity.key);
        if (same) made = same->contact;
        made.name = answer->users[0].name;
        made.registryKey = registryKey();
        made.identity = answer->users[0].identity;
        if (!put(made)) return known(Problem{ProblemCode::NotStored, parts_.store.trouble()}, nullptr);
        if (same) same->contact = made;
        known(std::nullopt, same ? same : &add(std::move(made)));
    });
}

void Chats::open(const std::string& name, const std::string& note, Opened opened)
{
    lookUp(name, [this, note, opened](const std::optional<Problem>& problem, Entry* found) {
        if (problem) return opened(problem, 0);
        if (found->contact.relation != Relation::Accepted) ask(*found, note);
        setOpen(found->contact.id, true);
        opened(std::nullopt, found->contact.id);
    });
}

void Chats::ask(Entry& entry, const std::string& note)
{
    if (entry.contact.relation == Relation::Accepted) return;
    entry.contact.relation = Relation::Asked;
    notes_[entry.contact.id] = note;
    save(entry);
    if (entry.link)
        tellConsent(entry);
    else
        dialler_.want(entry.contact.id);
}

void Chats::say(ContactId id, const std::string& text, Said said)
{
    Entry* to = entry(id);
    if (!to) return said(Problem{ProblemCode::NotFound, "that conversation is gone"}, 0);
    if (text.size() > wire::kMaxText)
        return said(Problem{ProblemCode::TooLong, "the text is too long: " + std::to_string(text.size()) +
                                                      " bytes, and the limit is " +
                                                      std::to_string(wire::kMaxText)},
                    0);
    if (to->contact.blocked)
        return said(Problem{ProblemCode::Blocked,
                            to->contact.name + " is blocked; /unblock " + to->contact.name + " first"},
                    0);
    if (to->contact.changed)
        return said(Problem{ProblemCode::KeyChanged,
                            to->contact.name + " has a new key: nothing is sent before you trust it"},
                    0);
    if (to->contact.relation == Relation::Declined)
        return said(Problem{ProblemCode::Declined,
                            to->contact.name + " declined; /chat " + to->contact.name + " asks again"},
                    0);
    if (to->contact.relation == Relation::Stranger) ask(*to, {});
    auto numbered = std::make_shared<std::uint64_t>(0);
    Stream::Taken taken = to->stream->queue(text, [this, id, numbered, said](bool durable) {
        if (!durable)
            return said(
                Problem{ProblemCode::NotStored, "the message was not stored: " + parts_.store.trouble()}, 0);
        said(std::nullopt, *numbered);
        dialler_.want(id);
    });
    *numbered = taken.number;
    if (taken.problem) said(taken.problem, 0);
}

std::list<ChatInquiry>::iterator Chats::inquiryOf(const std::string& name)
{
    std::string wanted = wire::canonicalName(name);
    return std::find_if(inquiries_.begin(), inquiries_.end(), [&](const ChatInquiry& inquiry) {
        return wire::canonicalName(inquiry.from.name) == wanted;
    });
}

std::optional<Problem> Chats::accept(const std::string& name, ContactId& accepted)
{
    auto found = inquiryOf(name);
    if (found == inquiries_.end())
        return Problem{ProblemCode::NoRequest, "nobody called " + name + " asks to chat"};
    RemotePeer from = found->from;
    Entry* known = byKey(from.identity.key);
    if (!known) {
        Contact contact;
        contact.name = from.name;
        contact.registryKey = from.registryKey;
        contact.identity = from.identity;
        if (!put(contact)) return Problem{ProblemCode::NotStored, parts_.store.trouble()};
        known = &add(std::move(contact));
    }
    inquiries_.erase(found);
    accepted = known->contact.id;
    known->contact.relation = Relation::Accepted;
    const RemotePeer* link = links_.find(from.identity.key);
    known->link = link ? link->link : 0;
    known->theyConsent = link != nullptr;
    known->answered = known->link != 0;
    save(*known);
    if (known->link) {
        tellConsent(*known);
        agree(*known);
    }
    else
        dialler_.want(known->contact.id);
    return std::nullopt;
}

std::optional<Problem> Chats::decline(const std::string& name, wire::ChatAnswer::Answer answered)
{
    auto found = inquiryOf(name);
    if (found == inquiries_.end())
        return Problem{ProblemCode::NoRequest, "nobody called " + name + " asks to chat"};
    if (const RemotePeer* link = links_.find(found->from.identity.key)) answer(link->link, answered);
    inquiries_.erase(found);
    return std::nullopt;
}

void Chats::setOpen(ContactId id, bool open)
{
    Entry* found = entry(id);
    if (!found) return;
    found->open = open;
    if (open) dialler_.want(id);
}

void Chats::markRead(ContactId id, MessageId upTo)
{
    if (Entry* found = entry(id)) found->stream->markShown(upTo);
}

void Chats::save(Entry& entry)
{
    bool written = put(entry.contact);
    parts_.commits.whenDurable([this, written, id = entry.contact.id](bool durable) {
        if (!written || !durable) saveAgain(id);
    });
}

// Messages refer to their contact's row: it must come back once the disk does.
void Chats::saveAgain(ContactId id)
{
    unsaved_.insert(id);
    if (savingAgain_) return;
    savingAgain_ = parts_.schedule.after(kSaveAgain, [this] {
        savingAgain_ = 0;
        for (ContactId unsaved : std::exchange(unsaved_, {}))
            if (Entry* found = entry(unsaved)) save(*found);
    });
}

void Chats::emit(EventKind kind, const std::string& name, std::string text, std::uint64_t number,
                 std::uint64_t upTo)
{
    parts_.events.emit({kind, name, std::move(text), number, upTo, parts_.clock.wall()});
}

// ---- What becomes of messages ----

void Chats::messageStored(ContactId id, const StoredMessage& message)
{
    if (++storedSinceTrim_ >= kTrimEvery) trim();
    Event event;
    event.kind = EventKind::Message;
    event.name = entry(id)->contact.name;
    event.text = wire::neutralise(message.text);
    event.number = static_cast<std::uint64_t>(message.id);
    event.wall = message.wall;
    parts_.events.emit(event);
}

void Chats::delivered(ContactId id, std::uint64_t from, std::uint64_t upTo)
{
    emit(EventKind::Delivered, entry(id)->contact.name, {}, from, upTo);
}

void Chats::expired(ContactId id, std::uint64_t from, std::uint64_t upTo)
{
    emit(EventKind::Expired, entry(id)->contact.name, {}, from, upTo);
}

void Chats::missing(ContactId id, std::uint64_t from, std::uint64_t upTo)
{
    emit(EventKind::Missing, entry(id)->contact.name, {}, from, upTo);
}

void Chats::streamStuck(ContactId id)
{
    if (Entry* stuck = entry(id)) links_.close(stuck->link, wire::Goodbye::Reason::ShuttingDown);
}

// ---- What the registry says ----

void Chats::registryOnline(const Key& registryKey)
{
    links_.setRegistryKey(registryKey);
    dialler_.registryOnline();
    for (auto& [id, entry] : entries_)
        if (wantsLink(id)) dialler_.want(id);
}

void Chats::userOnline(const std::string& name)
{
    Entry* found = byName(name);
    if (!found) return;
    emit(EventKind::ContactOnline, found->contact.name);
    dialler_.userOnline(found->contact.id);
}

} // namespace linnet::peer
