// What the store keeps and hands out again.
#include "peer/StoreFixture.h"
#include "secure/Primitives.h"

#include <chrono>

#include <sys/wait.h>
#include <unistd.h>

using namespace linnet;
using namespace linnet::peer;

TEST_GROUP_BASE(SqliteStore, test::StoreFixture){void setup() override{open();
}
void teardown() override
{
    store.reset();
}

double millisecondsOfHistory(ContactId contact)
{
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i)
        LONGS_EQUAL(20, store->history(contact, 0, 20).size());
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() / 20;
}
}
;

TEST(SqliteStore, KeepsAContactAsItWas)
{
    Contact contact;
    contact.name = "Bob";
    contact.registryKey.fill(1);
    contact.identity.key.fill(2);
    contact.identity.signingKey.fill(3);
    contact.identity.binding.fill(4);
    contact.changed = PublicIdentity{};
    contact.changed->key.fill(5);
    contact.relation = Relation::Accepted;
    contact.kept = contact.verified = contact.blocked = true;
    contact.endpoint = Endpoint{"fe80::1", 5858};
    contact.note = "from the workshop";
    CHECK(store->put(contact));
    CHECK(contact.id != 0);
    commit();
    open();

    std::vector<Contact> all = store->contacts();
    LONGS_EQUAL(1, all.size());
    const Contact& read = all.front();
    LONGS_EQUAL(contact.id, read.id);
    TEXT_EQUAL("Bob", read.name);
    CHECK(read.registryKey == contact.registryKey);
    CHECK(read.identity.key == contact.identity.key);
    CHECK(read.identity.signingKey == contact.identity.signingKey);
    CHECK(read.identity.binding == contact.identity.binding);
    CHECK(read.changed && read.changed->key == contact.changed->key);
    CHECK(read.relation == Relation::Accepted);
    CHECK(read.kept && read.verified && read.blocked);
    CHECK(read.endpoint == contact.endpoint);
    TEXT_EQUAL("from the workshop", read.note);
}

TEST(SqliteStore, ChangesAContactWithoutTouchingItsMessages)
{
    Contact contact;
    contact.name = "bob";
    CHECK(store->put(contact));
    queue(contact.id, "one");
    contact.note = "changed";
    contact.endpoint = std::nullopt;
    CHECK(store->put(contact));
    commit();
    open();
    LONGS_EQUAL(1, store->contacts().size());
    TEXT_EQUAL("changed", store->contacts().front().note);
    CHECK(!store->contacts().front().endpoint);
    CHECK(!store->contacts().front().changed);
    TEXT_EQUAL("one", history(contact.id));
    LONGS_EQUAL(2, store->position(contact.id).next);
}

TEST(SqliteStore, RemovesAContactWithItsStreamsAndHistoryAndNoOther)
{
    ContactId bob = makeContact("bob");
    ContactId carol = makeContact("carol");
    queue(bob, "to bob");
    queue(carol, "to carol");
    commit();
    CHECK(store->remove(bob));
    LONGS_EQUAL(1, store->lowestSendable(bob)); // asking about someone unknown is harmless
    commit();
    open();
    LONGS_EQUAL(1, store->contacts().size());
    LONGS_EQUAL(1, store->position(bob).next);
    TEXT_EQUAL("", history(bob));
    TEXT_EQUAL("to carol", history(carol));
}

TEST(SqliteStore, KeepsTextsWithNulAndEmptyOnes)
{
    ContactId bob = makeContact("bob");
    std::string odd("a\0b\0", 4);
    queue(bob, odd);
    receive(bob, "");
    CHECK(store->putSetting("odd", odd));
    commit();
    open();
    auto messages = store->history(bob, 0, 10);
    LONGS_EQUAL(2, messages.size());
    CHECK(messages[0].text == odd);
    CHECK(messages[1].text.empty());
    CHECK(store->setting("odd") == odd);
    CHECK(!store->setting("even"));
}

TEST(SqliteStore, KeepsPositionsWhateverTheirNumbers)
{
    ContactId bob = makeContact("bob");
    StreamPosition position{0xfedcba9876543210u, 5, 4, UINT64_MAX, 1u << 31};
    CHECK(store->put(bob, position));
    commit();
    open();
    StreamPosition read = store->position(bob);
    CHECK(read.sendEpoch == position.sendEpoch && read.receiveEpoch == position.receiveEpoch);
    LONGS_EQUAL(5, read.next);
    LONGS_EQUAL(4, read.acked);
    LONGS_EQUAL(1u << 31, read.received);
}

TEST(SqliteStore, ForgetsWhatWasNotCommitted)
{
    ContactId bob = makeContact("bob");
    queue(bob, "committed");
    commit();
    queue(bob, "lost");
    CHECK(store->uncommittedBytes() > 0);
    LONGS_EQUAL(3, store->position(bob).next);
    TEXT_EQUAL("committed lost", history(bob));
    open();
    LONGS_EQUAL(2, store->position(bob).next);
    TEXT_EQUAL("committed", history(bob));
    LONGS_EQUAL(0, store->uncommittedBytes());
    CHECK(store->commit());
}

TEST(SqliteStore, HoldsWhatWasCommittedWhenTheProgramIsKilled)
{
    store.reset();
    pid_t child = ::fork();
    if (child == 0) {
        auto own = SqliteStore::open(path, Durability::Full, words);
        Contact contact;
        contact.name = "bob";
        StoredMessage message;
        message.text = "kept";
        bool done = own && own->put(contact) && own->add(contact.id, message) && own->commit();
        message.text = "gone";
        done = done && own->add(contact.id, message);
        ::_exit(done ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    LONGS_EQUAL(0, status);
    CHECK(directory.has("alice.db-wal"));
    open();
    TEXT_EQUAL("", words);
    LONGS_EQUAL(1, store->contacts().size());
    TEXT_EQUAL("kept", history(store->contacts().front().id));
}

TEST(SqliteStore, SendsInOrderFromAnyNumberAndNeverWhatWasGivenUp)
{
    ContactId bob = makeContact("bob");
    ContactId carol = makeContact("carol");
    for (int i = 1; i <= 9; ++i) {
        queue(bob, std::to_string(i));
        queue(carol, "c");
        receive(bob, "r");
    }
    CHECK(store->setFate(bob, 4, 5, Fate::Expired));
    CHECK(store->setFate(bob, 7, 7, Fate::Refused));
    TEXT_EQUAL("1 2 3", texts(store->sendable(bob, 1, 3)));
    TEXT_EQUAL("6 8", texts(store->sendable(bob, 4, 2)));
    TEXT_EQUAL("9", texts(store->sendable(bob, 9, 10)));
    TEXT_EQUAL("2 3 6", texts(store->sendable(bob, 2, 3)));
    TEXT_EQUAL("", texts(store->sendable(bob, 10, 3)));
    queue(bob, "10");
    TEXT_EQUAL("10", texts(store->sendable(bob, 10, 3)));
    LONGS_EQUAL(8, store->lowestSendable(bob));
    LONGS_EQUAL(1, store->lowestSendable(carol));
}

TEST(SqliteStore, CountsDeliveredMessagesOfTheHistoryAsSendable)
{
    ContactId bob = makeContact("bob");
    LONGS_EQUAL(1, store->lowestSendable(bob));
    queue(bob, "1");
    queue(bob, "2");
    acknowledge(bob, 2);
    queue(bob, "3");
    LONGS_EQUAL(1, store->lowestSendable(bob));
    TEXT_EQUAL("1 2 3", texts(store->sendable(bob, 1, 10)));
    CHECK(store->setFate(bob, 3, 3, Fate::Expired));
    LONGS_EQUAL(4, store->lowestSendable(bob));
}

TEST(SqliteStore, MeasuresTheOutbox)
{
    ContactId bob = makeContact("bob");
    for (const char* text : {"1", "22", "333", "4444"})
        queue(bob, text);
    LONGS_EQUAL(4, store->outbox(bob).messages);
    LONGS_EQUAL(10, store->outbox(bob).bytes);
    queue(bob, "55555");
    LONGS_EQUAL(15, store->outbox(bob).bytes);
    acknowledge(bob, 2);
    LONGS_EQUAL(3, store->outbox(bob).messages);
    LONGS_EQUAL(12, store->outbox(bob).bytes);
    CHECK(store->setFate(bob, 3, 3, Fate::Expired));
    LONGS_EQUAL(2, store->outbox(bob).messages);
    acknowledge(bob, 5);
    LONGS_EQUAL(0, store->outbox(bob).messages);
    LONGS_EQUAL(0, store->outbox(bob).bytes);
}

TEST(SqliteStore, FindsTheNewestUnacknowledgedMessageThatIsTooOld)
{
    ContactId bob = makeContact("bob");
    for (std::uint64_t i = 1; i <= 5; ++i)
        queue(bob, "x", i * 100);
    LONGS_EQUAL(3, store->newestWrittenBefore(bob, 400));
    LONGS_EQUAL(0, store->newestWrittenBefore(bob, 100));
    acknowledge(bob, 3);
    LONGS_EQUAL(0, store->newestWrittenBefore(bob, 400));
    LONGS_EQUAL(4, store->newestWrittenBefore(bob, 401));
}

TEST(SqliteStore, DigestsTheNewestMessageOfANumber)
{
    ContactId bob = makeContact("bob");
    for (int i = 1; i <= 8; ++i)
        receive(bob, "first epoch " + std::to_string(i));
    StreamPosition position = store->position(bob);
    position.receiveEpoch = 10; // the sender goes on after 5: its 6, 7, 8 are others now
    position.received = 5;
    CHECK(store->put(bob, position));
    receive(bob, "second epoch 6");

    wire::Bytes expected{0x44};
    wire::append(expected, wire::ByteView(std::string_view("second epoch 6")));
    CHECK(store->digest(bob, false, 6) == secure::digest8(expected));
    CHECK(store->digest(bob, false, 5).has_value());
    CHECK(!store->digest(bob, false, 7));
    CHECK(!store->digest(bob, true, 5));
}

TEST(SqliteStore, ShowsAHistoryOfBothDirectionsInTheOrderOfArrival)
{
    ContactId bob = makeContact("bob");
    ContactId carol = makeContact("carol");
    MessageId first = queue(bob, "a");
    receive(bob, "b");
    receive(carol, "not this");
    receive(bob, "c");
    MessageId last = queue(bob, "d");
    TEXT_EQUAL("a b c d", history(bob));
    TEXT_EQUAL("c d", history(bob, 2));
    TEXT_EQUAL("b c", texts(store->history(bob, last, 2)));
    TEXT_EQUAL("", texts(store->history(bob, first, 2)));
}

TEST(SqliteStore, KnowsWhatIsUnread)
{
    ContactId bob = makeContact("bob");
    MessageId seen = receive(bob, "seen");
    queue(bob, "own");
    receive(bob, "new");
    receive(bob, "newer");
    LONGS_EQUAL(2, store->unreadCount(bob, seen));
    TEXT_EQUAL("new", texts(store->unread(bob, seen, 1)));
    TEXT_EQUAL("seen new newer", texts(store->unread(bob, 0, 10)));
}

TEST(SqliteStore, NumbersWhatWaitsAnewForANewKeyAndSettlesTheRest)
{
    ContactId bob = makeContact("bob");
    for (const char* text : {"one", "two", "three", "four"})
        queue(bob, text);
    receive(bob, "hello");
    acknowledge(bob, 2);
    CHECK(store->rebind(bob));
    commit();
    open();

    StreamPosition anew = store->position(bob);
    LONGS_EQUAL(0, anew.sendEpoch);
    LONGS_EQUAL(3, anew.next);
    LONGS_EQUAL(0, anew.acked);
    LONGS_EQUAL(0, anew.receiveEpoch);
    TEXT_EQUAL("three four", texts(store->sendable(bob, 1, 10)));
    LONGS_EQUAL(1, store->lowestSendable(bob));
    LONGS_EQUAL(2, store->outbox(bob).messages);
    TEXT_EQUAL("one two three four hello", history(bob));
    CHECK(store->history(bob, 0, 10).front().fate == Fate::Settled);
}

TEST(SqliteStore, AnswersFromALongConversationAsFastAsFromAShortOne)
{
    ContactId small = makeContact("bob");
    ContactId large = makeContact("carol");
    for (int i = 0; i < 40; ++i)
        i % 2 ? queue(small, "short") : receive(small, "short");
    for (int i = 0; i < 100000; ++i)
        i % 2 ? queue(large, "a message of a usual length") : receive(large, "a message of a usual length");
    commit();
    double shortTime = millisecondsOfHistory(small);
    double longTime = millisecondsOfHistory(large);
    CHECK_TEXT(longTime < 10 * shortTime + 2, "a long history is scanned");
    LONGS_EQUAL(64, store->sendable(large, 49000, 64).size());
    LONGS_EQUAL(50000, store->unreadCount(large, 0));
}
