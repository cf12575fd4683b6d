// A log that was damaged in the middle: what is left is used, and it is said that something is missing.
#include "adapters/DamagedLog.h"
#include "peer/StoreFixture.h"

using namespace linnet;
using namespace linnet::peer;

TEST_GROUP_BASE(DamagedLog, test::StoreFixture)
{
    static constexpr int kCommits = 10;

    void setup() override
    {
        open();
        bob = makeContact("bob");
        for (int i = 0; i < kCommits; ++i) {
            queue(bob, std::to_string(i));
            commit();
        }
        // As it is when the power goes now.
        database = test::readFile(path);
        log = test::readFile(path + "-wal");
        store.reset();
    }
    void teardown() override
    {
        store.reset();
    }

    void openDamaged(const std::string& damagedLog)
    {
        store.reset();
        test::writeFile(path, database);
        test::writeFile(path + "-wal", damagedLog);
        open();
    }
    std::string flipped(std::size_t at)
    {
        std::string damaged = log;
        damaged[at] ^= 4;
        return damaged;
    }

    ContactId bob = 0;
    std::string database;
    std::string log;
};

TEST(DamagedLog, WithoutDamageNothingIsSaidOrMissing)
{
    openDamaged(log);
    TEXT_EQUAL("", words);
    TEXT_EQUAL("0 1 2 3 4 5 6 7 8 9", history(bob));
}

TEST(DamagedLog, ItIsSaidOnceThatTheNewestMessagesMayBeMissing)
{
    openDamaged(flipped(log.size() * 6 / 10));
    CHECK_TEXT(words.find("newest messages on this board may be missing") != std::string::npos,
               words.c_str());
    std::string left = history(bob);
    CHECK(left.rfind("0 1 2", 0) == 0);
    CHECK(left.find("9") == std::string::npos);
    queue(bob, "new");
    commit();
    database = test::readFile(path);
    openDamaged(test::readFile(path + "-wal"));
    TEXT_EQUAL("", words);
    TEXT_EQUAL(left + " new", history(bob));
}

TEST(DamagedLog, DamageThatLosesTwoCommitsIsAlwaysNoticed)
{
    // The header of the log is not looked at, nor are the last two of its transactions.
    std::size_t transaction = log.size() / (kCommits + 2);
    for (std::size_t at = 32; at < log.size() - 3 * transaction; at += 97) {
        test::writeFile(path + "-wal", flipped(at));
        CHECK_TEXT(dropsCommits(path + "-wal"), std::to_string(at).c_str());
    }
}

TEST(DamagedLog, ALogThatEndsInTheMiddleOfACommitIsAPowerCut)
{
    for (std::size_t size = 0; size < log.size(); size += 101) {
        test::writeFile(path + "-wal", log.substr(0, size));
        CHECK_TEXT(!dropsCommits(path + "-wal"), std::to_string(size).c_str());
    }
}

TEST(DamagedLog, TheLastTransactionMayBeTorn)
{
    test::writeFile(path + "-wal", flipped(log.size() - 700));
    CHECK(!dropsCommits(path + "-wal"));
}
