// Whatever happens to its file, the store opens: as it was, or with the file moved aside.
#include "peer/StoreFixture.h"
#include "program/DamagedFiles.h"
#include "support/SeededRandom.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace linnet;
using namespace linnet::peer;

TEST_GROUP_BASE(SqliteStoreDamage, test::StoreFixture){void teardown() override{store.reset();
}

void fill(int messages)
{
    open();
    for (const char* name : {"bob", "carol"}) {
        ContactId contact = makeContact(name);
        for (int i = 0; i < messages; ++i)
            i % 2 ? queue(contact, std::string(60, 'q')) : receive(contact, std::string(70, 'r'));
    }
    CHECK(store->putSetting("age", "12345"));
    commit();
}
// Everything that reads, and then a write. False when the damage came to light.
bool exercise()
{
    bool sound = true;
    for (const Contact& contact : store->contacts()) {
        store->history(contact.id, 0, 50);
        store->unread(contact.id, 0, 50);
        store->unreadCount(contact.id, 0);
        store->sendable(contact.id, 1, 10);
        store->lowestSendable(contact.id);
        store->outbox(contact.id);
        store->digest(contact.id, false, 3);
        store->newestWrittenBefore(contact.id, 5);
    }
    store->trim();
    Contact contact;
    contact.name = "dave";
    StoredMessage message;
    message.text = "hello";
    sound = store->put(contact) && store->add(contact.id, message) && store->commit();
    CHECK(sound || !store->trouble().empty());
    return sound;
}
}
;

TEST(SqliteStoreDamage, AFileThatIsNoDatabaseIsMovedAside)
{
    test::writeFile(path, std::string(5000, 'z'));
    test::writeFile(path + "-wal", "some log");
    open();
    CHECK_TEXT(words.find("damaged") != std::string::npos, words.c_str());
    CHECK(store->contacts().empty());
    LONGS_EQUAL(2, directory.count("alice.db.damaged-"));
    CHECK(exercise());
    open();
    TEXT_EQUAL("", words);
    LONGS_EQUAL(1, store->contacts().size());
}

TEST(SqliteStoreDamage, AnEmptiedFileWithALogIsMovedAsideWithIt)
{
    test::writeFile(path, "");
    test::writeFile(path + "-wal", "some log");
    open();
    CHECK(words.find("damaged") != std::string::npos);
    LONGS_EQUAL(2, directory.count("alice.db.damaged-"));
}

TEST(SqliteStoreDamage, DamageFoundWhileRunningStopsWritingAndIsSettledAtTheNextStart)
{
    fill(8000); // too large to be checked at each start
    store.reset();
    std::string content = test::readFile(path);
    CHECK(content.size() > (1u << 20));
    for (std::size_t page = 300; page + 50 < content.size() / 1024; ++page)
        content.replace(page * 1024, 16, 16, '\xff');
    test::writeFile(path, content);
    open();
    TEXT_EQUAL("", words);
    ContactId bob = store->contacts().front().id;
    store->history(bob, 0, 10000);
    CHECK_TEXT(store->trouble().find("damaged") != std::string::npos, store->trouble().c_str());
    CHECK(store->lowestSendable(bob) <= 1); // what waits is not given up
    StoredMessage message;
    CHECK(!store->add(bob, message));
    CHECK(!store->put(bob, StreamPosition{}));
    CHECK(store->trouble().find("damaged") != std::string::npos);
    open();
    CHECK_TEXT(words.find("damaged") != std::string::npos, words.c_str());
    CHECK(store->contacts().empty());
    CHECK(exercise());
    open();
    TEXT_EQUAL("", words);
}

TEST(SqliteStoreDamage, AFlippedVersionIsDamageNotTheFuture)
{
    fill(4);
    store.reset();
    std::string content = test::readFile(path);
    content[63] = static_cast<char>(content[63] ^ 2); // user_version, file format section 1.3
    test::writeFile(path, content);
    open();
    CHECK_TEXT(words.find("damaged") != std::string::npos, words.c_str());
}

TEST(SqliteStoreDamage, RandomDamageNeverKeepsItFromOpening)
{
    const char* given = std::getenv("LINNET_TEST_SEED");
    std::uint64_t seed =
        given ? std::strtoull(given, nullptr, 10) : static_cast<std::uint64_t>(std::time(nullptr));
    std::printf("\nseed %llu ", static_cast<unsigned long long>(seed));
    test::SeededRandom random(seed);
    fill(60);
    // Both shapes a stop leaves behind: with the log (copied while open) and without.
    std::string logged = test::readFile(path);
    std::string log = test::readFile(path + "-wal");
    store.reset();
    std::string clean = test::readFile(path);
    unsigned moved = 0;
    for (int round = 0; round < 300; ++round) {
        for (const auto& entry : std::filesystem::directory_iterator(directory.path()))
            std::filesystem::remove(entry.path());
        bool unclean = random.below(2) == 0;
        std::string content = unclean ? logged : clean;
        std::string wal = unclean ? log : "";
        std::string& victim = unclean && random.below(2) == 0 ? wal : content;
        if (random.below(4) == 0)
            victim.resize(random.below(victim.size()));
        else
            for (std::uint64_t flips = 1 + random.below(8); flips > 0; --flips)
                victim[random.below(victim.size())] ^= static_cast<char>(1 << random.below(8));
        test::writeFile(path, content);
        if (unclean) test::writeFile(path + "-wal", wal);

        open();
        if (!words.empty()) ++moved;
        bool sound = exercise();
        std::string trouble = store->trouble();
        open();
        CHECK_TEXT(sound || !words.empty(),
                   trouble.c_str()); // damage that was met is settled by the next start
        CHECK(exercise());
    }
    store.reset();
    std::printf("%u of 300 moved aside ", moved);
    CHECK(moved > 0 && moved < 300);
}

TEST(SqliteStoreDamage, DamagedFilesGetNamesOfTheirOwn)
{
    for (int i = 0; i < 2; ++i) {
        test::writeFile(path, "x");
        test::writeFile(path + "-wal", "y");
        program::moveAside(path, 1793495472); // 2026-11-01 01:11:12 UTC
        test::writeFile(path, "x");
        program::moveAside(path, 86400); // a board without a clock
    }
    CHECK(directory.has("alice.db.damaged-20261101-011112"));
    CHECK(directory.has("alice.db.damaged-20261101-011112-wal"));
    CHECK(directory.has("alice.db.damaged-20261101-011112-2"));
    CHECK(directory.has("alice.db.damaged-20261101-011112-2-wal"));
    CHECK(directory.has("alice.db.damaged-boot1"));
    CHECK(directory.has("alice.db.damaged-boot2"));
    CHECK(!directory.has("alice.db"));
}
