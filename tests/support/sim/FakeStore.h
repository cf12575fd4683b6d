// The store of one account in memory: what is committed lies on a FakeDisk and outlives the store, as a database
// outlives its process. Keeps to the contract of core/Store.h to the letter, foreign keys included.
#pragma once

#include "core/Store.h"

#include <map>
#include <set>

namespace linnet::test {

using peer::Contact;
using peer::ContactId;
using peer::MessageId;
using peer::StoredMessage;
using peer::StreamPosition;

// A value: a copy is an image of the card.
struct StoredAccount
{
    struct Conversation
    {
        StreamPosition position;
        std::vector<StoredMessage> messages;
    };
    std::map<ContactId, Contact> contacts;
    std::map<ContactId, Conversation> conversations;
    std::map<std::string, std::string> settings;
    ContactId lastContact = 0;
    MessageId lastMessage = 0;

    const Contact* find(const std::string& name) const;
};

struct FakeDisk
{
    StoredAccount durable;
    bool failing = false;      // no write succeeds
    unsigned mount = 0;        // a store that was opened before the last mount can write nothing
    std::size_t keep = 100000; // messages of a conversation that trim() leaves
    std::size_t commits = 0;   // that had something to commit
};

class FakeStore final : public peer::Store
{
public:
    explicit FakeStore(FakeDisk& disk) : disk_(disk), mount_(disk.mount), working_(disk.durable) {}

    std::vector<Contact> contacts() override;
    bool put(Contact& contact) override;
    bool remove(ContactId contact) override;
    StreamPosition position(ContactId contact) override;
    bool put(ContactId contact, const StreamPosition& position) override;
    bool add(ContactId contact, StoredMessage& message) override;
    std::vector<StoredMessage> sendable(ContactId contact, std::uint64_t from, std::size_t limit) override;
    std::uint64_t lowestSendable(ContactId contact) override;
    std::optional<wire::Digest8> digest(ContactId contact, bool outgoing, std::uint64_t number) override;
    peer::OutboxSize outbox(ContactId contact) override;
    bool setFate(ContactId contact, std::uint64_t from, std::uint64_t to, peer::Fate fate) override;
    bool rebind(ContactId contact) override;
    std::uint64_t newestWrittenBefore(ContactId contact, std::uint64_t written) override;
    std::vector<StoredMessage> history(ContactId contact, MessageId before, std::size_t limit) override;
    std::uint64_t unreadCount(ContactId contact, MessageId after) override;
    std::vector<StoredMessage> unread(ContactId contact, MessageId after, std::size_t limit) override;
    std::optional<std::string> setting(const std::string& key) override;
    bool putSetting(const std::string& key, const std::string& value) override;
    bool commit() override;
    std::string trouble() const override { return "the disk is full"; }
    std::size_t uncommittedBytes() const override { return poisoned_ ? 1 : uncommitted_; }
    void trim() override;

private:
    bool writes(std::size_t bytes);
    bool fail();
    bool refers(ContactId contact);
    StoredAccount::Conversation& conversation(ContactId contact);
    StoredMessage* outgoing(ContactId contact, std::uint64_t number);

    FakeDisk& disk_;
    unsigned mount_;
    StoredAccount working_;
    std::set<ContactId> changed_; // conversations
    std::size_t uncommitted_ = 0;
    bool poisoned_ = false; // writes were taken back, and nobody knows yet
};

} // namespace linnet::test
