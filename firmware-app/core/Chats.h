// One account's conversations: who may talk to whom, requests to chat, and what becomes of each message. Ties
// contacts, links, dialler and streams together; knows no console and no registry packet.
//
// Two people talk once both have consented. On each link a side that has consented says so (ChatRequest from
// one who asks, ChatAnswer from one who has accepted); when both have, the streams are attached.
#pragma once

#include "core/Dialler.h"
#include "core/Links.h"
#include "core/Stream.h"

#include <list>
#include <memory>
#include <set>

namespace linnet::peer {

// Someone who asks to chat and whom the user has not answered; kept in memory only.
struct ChatInquiry
{
    RemotePeer from;
    std::string note; // neutralised
};

class Chats final : private Stream::Listener, private Links::Owner, private Dialler::Owner
{
public:
    struct Parts
    {
        std::string name; // the account's
        secure::Identity identity;
        Network& network;
        Schedule& schedule;
        secure::Random& random;
        Clock& clock;
        AgeClock& age;
        Store& store;
        Commits& commits;
        EventSink& events;
        Diagnostics& diagnostics;
        RegistrySession* registry; // null: none
        OutboxLimits limits;
    };

    explicit Chats(const Parts& parts);
    ~Chats();

    // ---- what the user does ----
    using Opened = std::function<void(const std::optional<Problem>& problem, ContactId contact)>;
    // Finds `name` among the contacts, else at the registry, and asks to chat if that has not happened yet.
    // `opened` is called once, now or later.
    void open(const std::string& name, const std::string& note, Opened opened);
    using Said = std::function<void(const std::optional<Problem>& problem, std::uint64_t number)>;
    // Takes a line for delivery; `said` is called when it is durable or was not taken.
    void say(ContactId contact, const std::string& text, Said said);
    std::optional<Problem> accept(const std::string& name, ContactId& accepted);
    std::optional<Problem> decline(const std::string& name, wire::ChatAnswer::Answer answer);
    // Takes the key the registry names now, if `number` is the safety number with it.
    std::optional<Problem> trust(const std::string& name, const std::string& number);
    // The user has compared the safety number.
    std::optional<Problem> verify(const std::string& name);
    // A blocked user can open no link and is not told why. Someone unknown is looked up first.
    using Decided = std::function<void(const std::optional<Problem>& problem)>;
    void block(const std::string& name, Decided decided);
    std::optional<Problem> unblock(const std::string& name);
    // The user looks at this conversation: a link to an online contact is kept.
    void setOpen(ContactId contact, bool open);
    void markRead(ContactId contact, MessageId upTo);

    // ---- what the user sees ----
    const Contact* find(const std::string& name) const;
    const Contact* find(ContactId contact) const;
    std::vector<const Contact*> contacts() const;
    const std::list<ChatInquiry>& inquiries() const { return inquiries_; }
    bool isLinked(ContactId contact) override;
    std::uint64_t waiting(ContactId contact) const;
    std::uint64_t unread(ContactId contact) const;
    MessageId shownUpTo(ContactId contact) const;
    // "queued", "sent", "delivered", "expired" or "refused"; "" for an incoming message.
    std::string_view stateOf(ContactId contact, const StoredMessage& message) const;
    Store& store() { return parts_.store; }
    const secure::Identity& identity() const { return parts_.identity; }
    const std::string& name() const { return parts_.name; }
    std::size_t linkCount() const { return links_.count(); }

    // ---- what the registry says ----
    void registryOnline(const Key& registryKey);
    void userOnline(const std::string& name);
    void userCalls(const std::string& name, const std::vector<Endpoint>& endpoints);

    // ---- what the network says: false when the link is not one of these ----
    void opened(const OpenedLink& link) { links_.opened(link); }
    bool record(LinkId link, ByteView plaintext) { return links_.record(link, plaintext); }
    bool closed(const ClosedLink& link) { return links_.closed(link.id) || dialler_.failed(link.id); }
    void drained(LinkId link);

private:
    struct Entry
    {
        Contact contact;
        std::unique_ptr<Stream> stream;
        LinkId link = 0;
        bool theyConsent = false; // said so on this link
        bool open = false;
        bool answered = true; // false: our acceptance has not reached them yet
    };

    void messageStored(ContactId contact, const StoredMessage& message) override;
    void delivered(ContactId contact, std::uint64_t from, std::uint64_t upTo) override;
    void expired(ContactId contact, std::uint64_t from, std::uint64_t upTo) override;
    void missing(ContactId contact, std::uint64_t from, std::uint64_t upTo) override;
    void streamStuck(ContactId contact) override;

    void identify(const RemotePeer& peer, std::function<void(Verdict)> decided) override;
    void linked(const RemotePeer& peer) override;
    bool packet(const RemotePeer& peer, const wire::RawPacket& packet) override;
    void unlinked(const RemotePeer& peer) override;
    void cameToNothing(LinkId link) override { dialler_.failed(link); }

    Contact* contact(ContactId id) override;
    bool wantsLink(ContactId id) override;
    bool identityTold(ContactId id, const PublicIdentity& identity) override;
    void unknownUser(ContactId id) override;
    void isOffline(ContactId id) override;
    void notReachable(ContactId id, const std::string& words) override;

    bool onRequest(const RemotePeer& peer, const wire::ChatRequest& request);
    bool onAnswer(const RemotePeer& peer, const wire::ChatAnswer& answer);
    void inquire(const RemotePeer& peer, std::string_view note);
    void agree(Entry& entry);
    void tellConsent(Entry& entry);
    void ask(Entry& entry, const std::string& note);
    void decidedByRegistry(const RemotePeer& peer, const Reply& reply,
                           const std::function<void(Verdict)>& decided);
    bool put(Contact& contact);
    // Who of that name asks to chat; the end when nobody does.
    std::list<ChatInquiry>::iterator inquiryOf(const std::string& name);
    // The contact called `name`, made from what the registry says if there is none yet.
    using Known = std::function<void(const std::optional<Problem>& problem, Entry* entry)>;
    void lookUp(const std::string& name, Known known);
    Entry& add(Contact contact);
    Entry* byKey(const Key& key);
    Entry* byName(const std::string& name);
    Entry* entry(ContactId id);
    const Entry* entry(ContactId id) const;
    void save(Entry& entry);
    void saveAgain(ContactId id);
    void scheduleExpiry();
    void trim();
    Key registryKey() const;
    void emit(EventKind kind, const std::string& name, std::string text = {}, std::uint64_t number = 0,
              std::uint64_t upTo = 0);
    void answer(LinkId link, wire::ChatAnswer::Answer answer);

    Parts parts_;
    Stream::Shared shared_;
    std::map<ContactId, Entry> entries_;
    std::list<ChatInquiry> inquiries_;
    std::map<ContactId, std::string> notes_; // to go with requests that have not been sent yet
    Links links_;
    Dialler dialler_;
    Schedule::Timer expiry_ = 0;
    std::set<ContactId> unsaved_; // their rows were taken back with a transaction that failed
    Schedule::Timer savingAgain_ = 0;
    unsigned storedSinceTrim_ = 0;
};

} // namespace linnet::peer
