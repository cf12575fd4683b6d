// The store on a disk that is full, broken or read-only, and what it costs the disk.
#include "peer/FaultyDisk.h"
#include "peer/StoreFixture.h"

#include <cstdio>

using namespace linnet;
using namespace linnet::peer;

TEST_GROUP_BASE(SqliteStoreDisk, test::StoreFixture)
{
    test::FaultyDisk disk;
    ContactId bob = 0;

    void setup() override
    {
        open();
        bob = makeContact("bob");
        queue(bob, "before");
        commit();
    }
    void teardown() override
    {
        disk.heal();
        store.reset();
    }

    // A commit fails with `trouble`; nothing of it remains; once the disk does again, so does the store.
    void failsAndRecovers(const char* trouble)
    {
        queue(bob, "lost");
        CHECK(!store->commit());
        TEXT_EQUAL(trouble, store->trouble());
        LONGS_EQUAL(2, store->position(bob).next);
        TEXT_EQUAL("before", history(bob));
        LONGS_EQUAL(0, store->uncommittedBytes());
        queue(bob, "lost again");
        CHECK(!store->commit());
        disk.heal();
        queue(bob, "after");
        commit();
        TEXT_EQUAL("", store->trouble());
        open();
        TEXT_EQUAL("", words);
        TEXT_EQUAL("before after", history(bob));
        LONGS_EQUAL(3, store->position(bob).next);
    }
    test::FaultyDisk::Counts costOf(unsigned messages, unsigned perCommit)
    {
        disk.counts = {};
        for (unsigned i = 1; i <= messages; ++i) {
            queue(bob, std::string(100, 'm'));
            if (i % perCommit == 0) commit();
        }
        return disk.counts;
    }
};

TEST(SqliteStoreDisk, FullIsSaidAndTakenBackAndForgottenWhenThereIsRoom)
{
    disk.failWrites(SQLITE_FULL);
    failsAndRecovers("the disk is full");
}

TEST(SqliteStoreDisk, FullInTheMiddleOfACommitIsTakenBackAsWell)
{
    disk.failWrites(SQLITE_FULL, 3);
    failsAndRecovers("the disk is full");
}

TEST(SqliteStoreDisk, BrokenWritesAreSaid)
{
    disk.failWrites(SQLITE_IOERR_WRITE);
    failsAndRecovers("the disk reports an I/O error");
}

TEST(SqliteStoreDisk, BrokenSyncsAreSaid)
{
    disk.failWrites(SQLITE_IOERR_FSYNC);
    failsAndRecovers("the disk reports an I/O error");
}

TEST(SqliteStoreDisk, ReadOnlyIsSaid)
{
    disk.failWrites(SQLITE_READONLY);
    failsAndRecovers("the disk is read-only");
}

TEST(SqliteStoreDisk, AFailedWriteTakesTheEarlierOnesAlongAndCommitSaysSo)
{
    disk.failWrites(SQLITE_FULL);
    StoredMessage message;
    message.text = std::string(4096, 'x');
    bool taken = true;
    for (int i = 0; taken && i < 1000; ++i)
        taken = store->add(bob, message);
    CHECK_TEXT(!taken, "so much does not fit into the cache");
    disk.heal();
    CHECK_TEXT(!store->add(bob, message), "until commit() has told those who wait");
    CHECK(store->uncommittedBytes() > 0);
    CHECK(!store->commit());
    CHECK(store->add(bob, message));
    commit();
    LONGS_EQUAL(2, store->history(bob, 0, 100).size());
}

TEST(SqliteStoreDisk, AFailingCheckpointLosesNothing)
{
    disk.failWrites(SQLITE_IOERR_WRITE, 0, ".db");
    for (int i = 0; i < 500; ++i) {
        queue(bob, std::string(100, 'm'));
        commit();
    }
    disk.heal();
    queue(bob, "last");
    commit();
    open();
    LONGS_EQUAL(502, store->history(bob, 0, 1000).size());
}

TEST(SqliteStoreDisk, KeepsAReserve)
{
    CHECK(store->putSetting(kSettingMinFree, std::to_string(std::uint64_t(1) << 60)));
    commit();
    queue(bob, "too much");
    CHECK(!store->commit());
    TEXT_EQUAL("less than 1099511627776 MB free on the disk", store->trouble());
    acknowledge(bob, 1); // what makes room goes on
    commit();
    CHECK(store->putSetting(kSettingMinFree, "4194304"));
    queue(bob, "fits");
    commit();
    TEXT_EQUAL("before fits", history(bob));
}

TEST(SqliteStoreDisk, ReadErrorsLoseNothingAndGiveNothingUp)
{
    for (int i = 0; i < 3000; ++i)
        queue(bob, std::string(100, 'm'));
    commit();
    open();
    disk.failReads(SQLITE_IOERR_READ);
    store->history(bob, 0, 1000);
    TEXT_EQUAL("the disk reports an I/O error", store->trouble());
    CHECK(store->lowestSendable(bob) <= 1);
    LONGS_EQUAL(3002, store->position(bob).next);
    disk.heal();
    LONGS_EQUAL(1000, store->history(bob, 0, 1000).size());
    queue(bob, "after");
    commit();
}

TEST(SqliteStoreDisk, AnOpeningThatFailsSaysWhyAndMovesNothing)
{
    store.reset();
    disk.failReads(SQLITE_IOERR_READ);
    POINTERS_EQUAL(nullptr, SqliteStore::open(path, Durability::Full, words).get());
    CHECK_TEXT(words.find("I/O error") != std::string::npos, words.c_str());
    disk.heal();
    disk.failWrites(SQLITE_FULL);
    POINTERS_EQUAL(nullptr, SqliteStore::open(directory.file("new.db"), Durability::Full, words).get());
    CHECK_TEXT(words.find("the disk is full") != std::string::npos, words.c_str());
    open(); // what is there can be read from a full disk
    TEXT_EQUAL("before", history(bob));
    LONGS_EQUAL(0, directory.count("alice.db.damaged"));
}

TEST(SqliteStoreDisk, ACommitCostsOneSyncAndFewBytes)
{
    struct Case
    {
        unsigned perCommit;
        std::uint64_t bytesPerMessage;
    };
    for (Case wanted : {Case{1, 5000}, Case{5, 4000}, Case{20, 1000}}) {
        constexpr unsigned kMessages = 2000;
        test::FaultyDisk::Counts cost = costOf(kMessages, wanted.perCommit);
        unsigned commits = kMessages / wanted.perCommit;
        std::printf("\n%u messages of 100 bytes a commit: %llu bytes a message, %.2f syncs a commit ",
                    wanted.perCommit, static_cast<unsigned long long>(cost.bytes / kMessages),
                    double(cost.syncs) / commits);
        CHECK(cost.bytes / kMessages <= wanted.bytesPerMessage);
        CHECK(cost.syncs >= commits);
        CHECK(cost.syncs <= commits + commits / 4);
    }
}

TEST(SqliteStoreDisk, DurabilityNormalDoesNotSyncAtACommit)
{
    open(Durability::Normal);
    queue(bob, "first"); // starts the log
    commit();
    disk.counts = {};
    for (int i = 0; i < 20; ++i) {
        queue(bob, "more");
        commit();
    }
    LONGS_EQUAL(0, disk.counts.syncs);
}

TEST(SqliteStoreDisk, OpeningReadingAndWaitingWriteNothing)
{
    open();
    disk.counts = {};
    open();
    history(bob);
    store->contacts();
    store->trim();
    CHECK(store->commit());
    LONGS_EQUAL(0, disk.counts.bytes);
    store.reset();
    LONGS_EQUAL(0, disk.counts.bytes);
}

TEST(SqliteStoreDisk, DurabilityRamNeverReachesTheDisk)
{
    store.reset();
    disk.counts = {};
    open(Durability::Ram);
    bob = makeContact("bob");
    for (int i = 0; i < 2000; ++i)
        queue(bob, std::string(100, 'm'));
    commit();
    LONGS_EQUAL(0, disk.counts.writes);
}
