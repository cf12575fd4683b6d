// What the tests of the SQLite store share: a store on a file of its own, and short ways to fill it.
#pragma once

#include "adapters/SqliteStore.h"
#include "support/TemporaryDirectory.h"
#include "support/TestHarness.h"

namespace linnet::test {

struct StoreFixture : Utest
{
    void open(peer::Durability durability = peer::Durability::Full)
    {
        store.reset();
        store = peer::SqliteStore::open(path, durability, words);
        CHECK_TEXT(store != nullptr, words.c_str());
    }

    peer::ContactId makeContact(const std::string& name)
    {
        peer::Contact contact;
        contact.name = name;
        CHECK(store->put(contact));
        return contact.id;
    }

    // Adds an outgoing message and moves the position, as the core does.
    peer::MessageId queue(peer::ContactId contact, const std::string& text, std::uint64_t written = 0)
    {
        peer::StreamPosition position = store->position(contact);
        peer::StoredMessage message;
        message.outgoing = true;
        message.number = position.next++;
        message.written = written;
        message.text = text;
        position.sendEpoch = 7;
        CHECK_TEXT(store->add(contact, message), store->trouble().c_str());
        CHECK(store->put(contact, position));
        return message.id;
    }
    peer::MessageId receive(peer::ContactId contact, const std::string& text, std::uint64_t written = 0)
    {
        peer::StreamPosition position = store->position(contact);
        peer::StoredMessage message;
        message.number = ++position.received;
        message.written = written;
        message.text = text;
        position.receiveEpoch = 9;
        CHECK_TEXT(store->add(contact, message), store->trouble().c_str());
        CHECK(store->put(contact, position));
        return message.id;
    }
    void acknowledge(peer::ContactId contact, std::uint64_t number)
    {
        peer::StreamPosition position = store->position(contact);
        position.acked = number;
        CHECK(store->put(contact, position));
    }
    void commit() { CHECK_TEXT(store->commit(), store->trouble().c_str()); }

    std::string texts(const std::vector<peer::StoredMessage>& messages)
    {
        std::string all;
        for (const peer::StoredMessage& message : messages)
            all += (all.empty() ? "" : " ") + message.text;
        return all;
    }
    std::string history(peer::ContactId contact, std::size_t limit = 100)
    {
        return texts(store->history(contact, 0, limit));
    }

    TemporaryDirectory directory;
    std::string path = directory.file("alice.db");
    std::string words;
    std::unique_ptr<peer::SqliteStore> store;
};

} // namespace linnet::test
