// A transaction is the difference between the working copy and the disk.
#include "support/sim/FakeStore.h"

#include "secure/Primitives.h"
#include "wire/Limits.h"

#include <algorithm>
#include <utility>

namespace linnet::test {

using peer::Fate;

const Contact* StoredAccount::find(const std::string& name) const
{
    for (auto& [id, contact] : contacts)
        if (contact.name == name) return &contact;
    return nullptr;
}

// ---- The transaction ----

bool FakeStore::writes(std::size_t bytes)
{
    if (poisoned_) return false;
    if (disk_.failing || disk_.mount != mount_) return fail();
    uncommitted_ += bytes;
    return true;
}

bool FakeStore::fail()
{
    poisoned_ = uncommitted_ > 0;
    working_ = disk_.durable;
    changed_.clear();
    uncommitted_ = 0;
    return false;
}

// Whether rows may refer to it; if not, that is a failed write.
bool FakeStore::refers(ContactId contact)
{
    return working_.contacts.count(contact) > 0 || (!poisoned_ && fail());
}

bool FakeStore::commit()
{
    if (std::exchange(poisoned_, false)) return false;
    if (uncommitted_ == 0) return true;
    if (disk_.failing || disk_.mount != mount_) {
        fail();
        return poisoned_ = false;
    }
    disk_.durable.contacts = working_.contacts;
    disk_.durable.settings = working_.settings;
    disk_.durable.lastContact = working_.lastContact;
    disk_.durable.lastMessage = working_.lastMessage;
    for (ContactId contact : changed_) {
        auto found = working_.conversations.find(contact);
        if (found == working_.conversations.end())
            disk_.durable.conversations.erase(contact);
        else
            disk_.durable.conversations[contact] = found->second;
    }
    changed_.clear();
    uncommitted_ = 0;
    ++disk_.commits;
    return true;
}

StoredAccount::Conversation& FakeStore::conversation(ContactId contact)
{
    return working_.conversations[contact];
}

// ---- Contacts, positions, settings ----

std::vector<Contact> FakeStore::contacts()
{
    std::vector<Contact> all;
    for (auto& [id, contact] : working_.contacts)
        all.push_back(contact);
    return all;
}

bool FakeStore::put(Contact& contact)
{
    if (!writes(300)) return false;
    if (contact.id == 0) contact.id = ++working_.lastContact;
    working_.lastContact = std::max(working_.lastContact, contact.id);
    working_.contacts[contact.id] = contact;
    return true;
}

bool FakeStore::remove(ContactId contact)
{
    if (!writes(32)) return false;
    working_.contacts.erase(contact);
    working_.conversations.erase(contact);
    changed_.insert(contact);
    return true;
}

StreamPosition FakeStore::position(ContactId contact)
{
    auto found = working_.conversations.find(contact);
    return found == working_.conversations.end() ? StreamPosition{} : found->second.position;
}

bool FakeStore::put(ContactId contact, const StreamPosition& position)
{
    if (!refers(contact) || !writes(32)) return false;
    conversation(contact).position = position;
    changed_.insert(contact);
    return true;
}

std::optional<std::string> FakeStore::setting(const std::string& key)
{
    auto found = working_.settings.find(key);
    if (found == working_.settings.end()) return std::nullopt;
    return found->second;
}

bool FakeStore::putSetting(const std::string& key, const std::string& value)
{
    if (!writes(key.size() + value.size())) return false;
    working_.settings[key] = value;
    return true;
}

// ---- Messages ----

bool FakeStore::add(ContactId contact, StoredMessage& message)
{
    if (!refers(contact) || !writes(48 + message.text.size())) return false;
    message.id = ++working_.lastMessage;
    conversation(contact).messages.push_back(message);
    changed_.insert(contact);
    return true;
}

StoredMessage* FakeStore::outgoing(ContactId contact, std::uint64_t number)
{
    std::vector<StoredMessage>& all = conversation(contact).messages;
    auto found = std::find_if(all.rbegin(), all.rend(), [&](const StoredMessage& message) {
        return message.outgoing && message.number <= number;
    });
    return found != all.rend() && found->number == number ? &*found : nullptr;
}

std::vector<StoredMessage> FakeStore::sendable(ContactId contact, std::uint64_t from, std::size_t limit)
{
    std::vector<StoredMessage> found;
    for (const StoredMessage& message : conversation(contact).messages) {
        bool wanted = message.outgoing && message.number >= from && message.fate == Fate::Normal;
        if (wanted && found.size() < limit) found.push_back(message);
    }
    return found;
}

std::uint64_t FakeStore::lowestSendable(ContactId contact)
{
    std::uint64_t lowest = position(contact).next;
    while (true) {
        const StoredMessage* below = outgoing(contact, lowest - 1);
        if (!below || below->fate != Fate::Normal) return lowest;
        --lowest;
    }
}

std::optional<wire::Digest8> FakeStore::digest(ContactId contact, bool isOutgoing, std::uint64_t number)
{
    std::vector<StoredMessage>& all = conversation(contact).messages;
    auto found = std::find_if(all.rbegin(), all.rend(), [&](const StoredMessage& message) {
        return message.outgoing == isOutgoing && message.number <= number;
    });
    if (found == all.rend() || found->number != number) return std::nullopt;
    wire::Bytes content{static_cast<wire::Byte>(found->kind)};
    wire::append(content, wire::ByteView(std::string_view(found->text)));
    return secure::digest8(content);
}

peer::OutboxSize FakeStore::outbox(ContactId contact)
{
    peer::OutboxSize size;
    for (const StoredMessage& message : conversation(contact).messages) {
        bool waits =
            message.outgoing && message.number > position(contact).acked && message.fate == Fate::Normal;
        if (!waits) continue;
        ++size.messages;
        size.bytes += message.text.size();
    }
    return size;
}

bool FakeStore::setFate(ContactId contact, std::uint64_t from, std::uint64_t to, Fate fate)
{
    if (!writes(32)) return false;
    for (StoredMessage& message : conversation(contact).messages)
        if (message.outgoing && message.number >= from && message.number <= to) message.fate = fate;
    changed_.insert(contact);
    return true;
}

bool FakeStore::rebind(ContactId contact)
{
    if (!writes(32)) return false;
    StreamPosition old = position(contact);
    for (StoredMessage& message : conversation(contact).messages) {
        if (!message.outgoing || message.fate != Fate::Normal) continue;
        if (message.number <= old.acked)
            message.fate = Fate::Settled;
        else
            message.number -= old.acked;
    }
    StreamPosition anew;
    anew.next = old.next - old.acked;
    anew.shown = old.shown;
    return put(contact, anew);
}

std::uint64_t FakeStore::newestWrittenBefore(ContactId contact, std::uint64_t written)
{
    std::uint64_t newest = 0;
    for (const StoredMessage& message : conversation(contact).messages) {
        bool old = message.outgoing && message.number > position(contact).acked &&
                   message.written < written && message.fate == Fate::Normal;
        if (old) newest = std::max(newest, message.number);
    }
    return newest;
}

// ---- Histories ----

std::vector<StoredMessage> FakeStore::history(ContactId contact, MessageId before, std::size_t limit)
{
    std::vector<StoredMessage> found;
    for (const StoredMessage& message : conversation(contact).messages)
        if (before == 0 || message.id < before) found.push_back(message);
    if (found.size() > limit) found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit));
    return found;
}

std::uint64_t FakeStore::unreadCount(ContactId contact, MessageId after)
{
    return unread(contact, after, SIZE_MAX).size();
}

std::vector<StoredMessage> FakeStore::unread(ContactId contact, MessageId after, std::size_t limit)
{
    std::vector<StoredMessage> found;
    for (const StoredMessage& message : conversation(contact).messages)
        if (!message.outgoing && message.id > after && found.size() < limit) found.push_back(message);
    return found;
}

void FakeStore::trim()
{
    for (auto& [contact, conversation] : working_.conversations) {
        std::vector<StoredMessage>& all = conversation.messages;
        if (all.size() <= disk_.keep || !writes(32)) continue;
        std::size_t excess = all.size() - disk_.keep;
        std::size_t received = static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [](const StoredMessage& one) { return !one.outgoing; }));
        std::uint64_t acked = conversation.position.acked;
        auto goes = [&](const StoredMessage& message) {
            if (excess == 0) return false;
            bool may = message.outgoing ? message.number <= acked : received > wire::kKeptDigests;
            if (!may) return false;
            if (!message.outgoing) --received;
            --excess;
            return true;
        };
        all.erase(std::remove_if(all.begin(), all.end(), goes), all.end());
        changed_.insert(contact);
    }
}

} // namespace linnet::test
