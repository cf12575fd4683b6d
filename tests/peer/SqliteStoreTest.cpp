// What the store keeps and hands out again.
#include "adapters/SqliteSchema.h"
#include "peer/StoreFixture.h"
#include "secure/Primitives.h"
#include "wire/Limits.h"

#include <chrono>

#include <sys/stat.h>
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

std::string pragma(const std::string& name)
{
    store.reset();
    std::unique_ptr<SqliteDatabase> database = SqliteDatabase::open(path, Durability::Full, words);
    SqliteQuery query(database->handle(), ("PRAGMA " + name).c_str());
    return query.next() ? query.text(0) : "";
}
// What of `sql` does not go through the index, by the planner's words.
std::string plan(const std::string& sql)
{
    store.reset();
    std::unique_ptr<SqliteDatabase> database = SqliteDatabase::open(path, Durability::Full, words);
    SqliteQuery query(database->handle(), ("EXPLAIN QUERY PLAN " + sql).c_str());
    std::string steps;
    while (query.next())
        steps += query.text(3) + "\n";
    return steps;
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
    contact.readUpTo = 17;
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
    LONGS_EQUAL(17, read.readUpTo);
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

TEST(SqliteStore, ReadsHistoriesThroughTheIndexAlone)
{
    std::string steps = plan("SELECT number FROM messages WHERE contact = 1 AND outgoing = 1 AND number < 9 "
                             "ORDER BY id DESC LIMIT 1");
    CHECK(steps.find("USING INDEX conversations (contact=? AND outgoing=?)") != std::string::npos);
    CHECK(steps.find("TEMP B-TREE") == std::string::npos);
}

TEST(SqliteStore, SetsEveryPragmaItself)
{
    TEXT_EQUAL("1024", pragma("page_size"));
    TEXT_EQUAL("wal", pragma("journal_mode"));
    TEXT_EQUAL("2", pragma("synchronous"));
    TEXT_EQUAL("-64", pragma("cache_size"));
    TEXT_EQUAL("256", pragma("wal_autocheckpoint"));
    TEXT_EQUAL("1048576", pragma("journal_size_limit"));
    TEXT_EQUAL("2", pragma("auto_vacuum"));
    TEXT_EQUAL("2", pragma("temp_store"));
    TEXT_EQUAL("1", pragma("foreign_keys"));
    TEXT_EQUAL("0", pragma("mmap_size"));
    TEXT_EQUAL("2", pragma("secure_delete"));
    TEXT_EQUAL("exclusive", pragma("locking_mode"));
}

TEST(SqliteStore, IsReadableByItsUserOnly)
{
    commit();
    struct stat status
    {
    };
    LONGS_EQUAL(0, ::stat(path.c_str(), &status));
    LONGS_EQUAL(0600, status.st_mode & 0777);
}

TEST(SqliteStore, LeavesNothingOnTheDiskWithDurabilityRam)
{
    store.reset();
    path = directory.file("carol.db");
    unsigned before = directory.count("");
    open(Durability::Ram);
    ContactId bob = makeContact("bob");
    queue(bob, "in memory");
    commit();
    TEXT_EQUAL("in memory", history(bob));
    LONGS_EQUAL(before, directory.count(""));
}

TEST(SqliteStore, LeadsAnOlderDatabaseForwardInOneTransaction)
{
    ContactId bob = makeContact("bob");
    queue(bob, "old");
    commit();
    store.reset();
    auto database = SqliteDatabase::open(path, Durability::Full, words);
    SchemaSteps steps = schemaSteps();
    int today = static_cast<int>(steps.size());
    steps.push_back("ALTER TABLE contacts ADD COLUMN colour TEXT;");
    steps.push_back("CREATE TABLE broken(;");
    CHECK(migrate(database->handle(), steps) != SQLITE_OK);
    LONGS_EQUAL(today, schemaVersion(database->handle()).number);
    CHECK(SqliteQuery(database->handle(), "SELECT colour FROM contacts").run() != SQLITE_OK);
    steps.back() = "UPDATE contacts SET colour = 'green';";
    LONGS_EQUAL(SQLITE_OK, migrate(database->handle(), steps));
    LONGS_EQUAL(today + 2, schemaVersion(database->handle()).number);
    SqliteQuery query(database->handle(), "SELECT colour FROM contacts");
    CHECK(query.next());
    TEXT_EQUAL("green", query.text(0));
}

TEST(SqliteStore, RefusesADatabaseOfANewerProgramAndLeavesItAlone)
{
    store.reset();
    auto database = SqliteDatabase::open(path, Durability::Full, words);
    SchemaSteps steps = schemaSteps();
    steps.push_back("CREATE TABLE future(x);");
    LONGS_EQUAL(SQLITE_OK, migrate(database->handle(), steps));
    database.reset();
    std::string before = test::readFile(path);
    POINTERS_EQUAL(nullptr, SqliteStore::open(path, Durability::Full, words).get());
    CHECK_TEXT(words.find("newer linnet") != std::string::npos, words.c_str());
    CHECK(before == test::readFile(path));
    LONGS_EQUAL(0, directory.count("alice.db.damaged"));
}

TEST(SqliteStore, SaysWhenAnotherProgramHasTheDatabase)
{
    commit();
    POINTERS_EQUAL(nullptr, SqliteStore::open(path, Durability::Full, words).get());
    CHECK_TEXT(words.find("another program uses the database") != std::string::npos, words.c_str());
}

// ---- Bounds ----

TEST(SqliteStore, DropsTheOldestBeyondTheBoundInSlices)
{
    ContactId bob = makeContact("bob");
    CHECK(store->putSetting(kSettingHistoryMessages, "2000"));
    for (int i = 0; i < 3000; ++i)
        receive(bob, std::to_string(i));
    commit();
    store->trim();
    LONGS_EQUAL(3000 - 256, store->unreadCount(bob, 0));
    for (int i = 0; i < 20; ++i)
        store->trim();
    commit();
    std::uint64_t left = store->unreadCount(bob, 0);
    CHECK(left >= 2000 && left < 2000 + 256);
    TEXT_EQUAL(std::to_string(3000 - left), store->unread(bob, 0, 1).front().text);
}

TEST(SqliteStore, NeverDropsWhatWaitsNorTheLastThousandReceived)
{
    ContactId bob = makeContact("bob");
    CHECK(store->putSetting(kSettingHistoryMessages, "10"));
    for (int i = 1; i <= 2000; ++i) {
        queue(bob, std::to_string(i));
        receive(bob, std::to_string(i));
    }
    acknowledge(bob, 500);
    commit();
    for (int i = 0; i < 100; ++i) {
        store->trim();
        commit();
    }
    CHECK(store->unreadCount(bob, 0) >= wire::kKeptDigests);
    CHECK(store->digest(bob, false, 2000 - wire::kKeptDigests + 1).has_value());
    CHECK(!store->digest(bob, false, 500));
    LONGS_EQUAL(1500, store->outbox(bob).messages);
    CHECK(store->lowestSendable(bob) <= 501);
    TEXT_EQUAL("501", store->sendable(bob, 501, 1).front().text);
    CHECK(!store->digest(bob, true, 100));
}

TEST(SqliteStore, DropsByAgeOnlyWhatHasAnAge)
{
    constexpr std::uint64_t kDay = 24 * 3600;
    ContactId bob = makeContact("bob");
    CHECK(store->putSetting(kSettingHistoryDays, "7"));
    queue(bob, "undated", 0);
    queue(bob, "old", 1 * kDay);
    queue(bob, "old but waiting", 2 * kDay);
    acknowledge(bob, 2);
    queue(bob, "new", 10 * kDay);
    store->trim();
    store->trim();
    TEXT_EQUAL("undated old but waiting new", history(bob));
}

TEST(SqliteStore, KeepsTheDeliveredHistoryOfOtherContactsWhenOneOverflows)
{
    ContactId bob = makeContact("bob");
    ContactId carol = makeContact("carol");
    CHECK(store->putSetting(kSettingHistoryMessages, "100"));
    for (int i = 1; i <= 90; ++i)
        queue(bob, "b");
    acknowledge(bob, 90);
    for (int i = 1; i <= 2000; ++i)
        queue(carol, "c");
    acknowledge(carol, 2000);
    for (int i = 0; i < 20; ++i)
        store->trim();
    commit();
    LONGS_EQUAL(90, store->history(bob, 0, 1000).size());
    std::size_t left = store->history(carol, 0, 5000).size();
    CHECK(left >= 100 && left < 100 + 256);
}

TEST(SqliteStore, GivesPagesBackAfterMuchWasRemoved)
{
    ContactId bob = makeContact("bob");
    makeContact("carol");
    for (int i = 0; i < 400; ++i)
        queue(bob, std::string(4096, 'x'));
    commit();
    CHECK(store->remove(bob));
    commit();
    for (int i = 0; i < 40; ++i) {
        makeContact("dave" + std::to_string(i));
        store->trim();
        commit();
    }
    store.reset();
    CHECK(std::filesystem::file_size(path) < 1300 * 1024);
}
