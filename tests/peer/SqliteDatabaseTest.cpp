// The database file: how it is opened, led forward and refused.
#include "adapters/SqliteSchema.h"
#include "peer/StoreFixture.h"

#include <sys/stat.h>

using namespace linnet;
using namespace linnet::peer;

TEST_GROUP_BASE(SqliteDatabase, test::StoreFixture){void setup() override{open();
}
void teardown() override
{
    store.reset();
}

std::string pragma(const std::string& name)
{
    store.reset();
    std::unique_ptr<peer::SqliteDatabase> database =
        peer::SqliteDatabase::open(path, Durability::Full, words);
    SqliteQuery query(database->handle(), ("PRAGMA " + name).c_str());
    return query.next() ? query.text(0) : "";
}
}
;

TEST(SqliteDatabase, SetsEveryPragmaItself)
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

TEST(SqliteDatabase, IsReadableByItsUserOnly)
{
    commit();
    struct stat status
    {
    };
    LONGS_EQUAL(0, ::stat(path.c_str(), &status));
    LONGS_EQUAL(0600, status.st_mode & 0777);
}

TEST(SqliteDatabase, LeavesNothingOnTheDiskWithDurabilityRam)
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

TEST(SqliteDatabase, LeadsAnOlderDatabaseForwardInOneTransaction)
{
    ContactId bob = makeContact("bob");
    queue(bob, "old");
    commit();
    store.reset();
    auto database = peer::SqliteDatabase::open(path, Durability::Full, words);
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

TEST(SqliteDatabase, RefusesADatabaseOfANewerProgramAndLeavesItAlone)
{
    store.reset();
    auto database = peer::SqliteDatabase::open(path, Durability::Full, words);
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

TEST(SqliteDatabase, SaysWhenAnotherProgramHasTheDatabase)
{
    commit();
    POINTERS_EQUAL(nullptr, SqliteStore::open(path, Durability::Full, words).get());
    CHECK_TEXT(words.find("another program uses the database") != std::string::npos, words.c_str());
}
