// Accounts in SQLite: what survives, what an operator changes meanwhile, damage and migration.
#include "registry/store/SqliteAccountStore.h"
#include "RegistryFixture.h"
#include "registry/store/OperatorStore.h"
#include "support/TemporaryDirectory.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Statement.h>
#include <Poco/Exception.h>

#include <fstream>
#include <sys/stat.h>

using namespace linnet;
using namespace linnet::test;
using namespace Poco::Data::Keywords;
using Outcome = AccountStore::Outcome;

namespace {

// What Poco makes at its first use stays; before the tests it is no leak of theirs.
const bool kPocoIsReady = [] {
    Poco::Data::SQLite::Connector::registerConnector();
    Poco::Data::Session session("SQLite", ":memory:");
    session << "SELECT 1", now;
    return true;
}();

Account accountOf(const std::string& name, std::uint64_t seed = 1)
{
    SeededRandom random(seed);
    Account account;
    account.name = name;
    account.identity = secure::Identity::make(random).publicHalf();
    random.fill(account.verifier.salt.data(), account.verifier.salt.size());
    random.fill(account.verifier.storedKey.data(), account.verifier.storedKey.size());
    random.fill(account.verifier.serverKey.data(), account.verifier.serverKey.size());
    account.verifier.iterations = 100000;
    return account;
}

} // namespace

TEST_GROUP(SqliteAccountStore)
{
    TemporaryDirectory directory;
    std::string path = directory.file("registry.db");
    RecordingDiagnostics diagnostics;
    std::optional<registry::SqliteAccountStore> store;

    void setup() override
    {
        reopen();
    }
    void reopen()
    {
        store.reset();
        store.emplace(path, diagnostics);
    }
    std::optional<Account> find(std::string_view name)
    {
        std::optional<Account> account;
        CHECK_TRUE(store->findByName(name, account));
        return account;
    }
    std::string prefix(std::string_view first, std::string_view after, std::size_t limit = 10)
    {
        std::vector<Account> accounts;
        CHECK_TRUE(store->findByPrefix(first, after, limit, accounts));
        std::string names;
        for (const Account& account : accounts)
            names += account.name + " ";
        return names;
    }
};

TEST(SqliteAccountStore, KeepsAnAccountWholeAcrossARestart)
{
    Account account = accountOf("Ada");
    CHECK_TRUE(store->add(account, 1700000000, "") == Outcome::Done);
    reopen();
    std::optional<Account> found = find("aDA");
    CHECK_TRUE(found.has_value());
    TEXT_EQUAL("Ada", found->name);
    CHECK_TRUE(found->identity.key == account.identity.key);
    CHECK_TRUE(found->identity.signingKey == account.identity.signingKey);
    CHECK_TRUE(found->identity.binding == account.identity.binding);
    CHECK_TRUE(found->verifier.salt == account.verifier.salt);
    CHECK_TRUE(found->verifier.storedKey == account.verifier.storedKey);
    CHECK_TRUE(found->verifier.serverKey == account.verifier.serverKey);
    LONGS_EQUAL(account.verifier.iterations, found->verifier.iterations);
    LONGS_EQUAL(0, found->lastSeen);
    CHECK_FALSE(found->banned);
    std::optional<Account> byId;
    CHECK_TRUE(store->findById(found->id, byId));
    TEXT_EQUAL("Ada", byId->name);
}

TEST(SqliteAccountStore, KnowsNoOneElse)
{
    CHECK_FALSE(find("nobody").has_value());
    CHECK_FALSE(find("").has_value());
    CHECK_FALSE(find("' OR 1=1 --").has_value());
    std::optional<Account> account;
    CHECK_TRUE(store->findById(99, account));
    CHECK_FALSE(account.has_value());
}

TEST(SqliteAccountStore, HasOneAccountForANameWhateverItsCase)
{
    CHECK_TRUE(store->add(accountOf("Ada"), 0, "") == Outcome::Done);
    CHECK_TRUE(store->add(accountOf("ADA"), 0, "") == Outcome::NameTaken);
    TEXT_EQUAL("Ada", find("ada")->name);
}

TEST(SqliteAccountStore, FindsByFirstLettersInAlphabeticalPages)
{
    for (const char* name : {"carla", "Carol", "car", "dan", "ca_r", "CARLO", "c-1"})
        store->add(accountOf(name), 0, "");
    TEXT_EQUAL("car carla CARLO Carol ", prefix("car", ""));
    TEXT_EQUAL("car carla ", prefix("CAR", "", 2));
    TEXT_EQUAL("CARLO Carol ", prefix("car", "carla", 2));
    TEXT_EQUAL("", prefix("car", "carol"));
    TEXT_EQUAL("", prefix("%", ""));
}

TEST(SqliteAccountStore, ChangesIdentityAndPassword)
{
    store->add(accountOf("ada"), 0, "");
    Account other = accountOf("x", 2);
    AccountId id = find("ada")->id;
    CHECK_TRUE(store->setIdentity(id, other.identity));
    CHECK_TRUE(store->setVerifier(id, other.verifier));
    reopen();
    CHECK_TRUE(find("ada")->identity.key == other.identity.key);
    CHECK_TRUE(find("ada")->verifier.storedKey == other.verifier.storedKey);
}

TEST(SqliteAccountStore, ShowsLastSeenAtOnceAndWritesItLater)
{
    store->add(accountOf("ada"), 0, "");
    store->noteSeen(find("ada")->id, 1700000123);
    LONGS_EQUAL(1700000123, find("ada")->lastSeen);
    OperatorStore other(path);
    LONGS_EQUAL(0, other.find("ada")->account.lastSeen);
    store->flush();
    LONGS_EQUAL(1700000123, other.find("ada")->account.lastSeen);
    store->noteSeen(find("ada")->id, 1700000456);
    reopen();
    LONGS_EQUAL(1700000456, find("ada")->lastSeen);
}

TEST(SqliteAccountStore, TakesAnInvitationOnce)
{
    SeededRandom random(3);
    std::string code = OperatorStore(path).invite(1, random).at(0);
    CHECK_TRUE(store->add(accountOf("ada"), 0, "wrong") == Outcome::BadInvitation);
    store->add(accountOf("taken"), 0, "");
    CHECK_TRUE(store->add(accountOf("taken"), 0, code) == Outcome::NameTaken);
    CHECK_TRUE(store->add(accountOf("ada"), 0, code) == Outcome::Done);
    CHECK_TRUE(store->add(accountOf("bob"), 0, code) == Outcome::BadInvitation);
}

TEST(SqliteAccountStore, NoticesWhatAnOperatorDoesMeanwhile)
{
    for (const char* name : {"ada", "bob", "eve"})
        store->add(accountOf(name), 0, "");
    std::vector<AccountId> ids{find("ada")->id, find("bob")->id};
    CHECK_TRUE(store->takeRevoked().empty());
    {
        OperatorStore other(path);
        CHECK_TRUE(other.setBanned("ADA", true));
        CHECK_TRUE(other.remove("bob"));
        CHECK_FALSE(other.remove("nobody"));
        other.setSignUp(SignUp::Invitation);
    }
    CHECK_TRUE(store->takeRevoked() == ids);
    CHECK_TRUE(store->takeRevoked().empty());
    CHECK_TRUE(store->signUp() == SignUp::Invitation);
    CHECK_TRUE(find("ada")->banned);
    CHECK_FALSE(find("bob").has_value());
    TEXT_EQUAL("eve ", prefix("e", ""));
    TEXT_EQUAL("", prefix("a", ""));
}

TEST(SqliteAccountStore, TakesThePasswordAnOperatorSets)
{
    store->add(accountOf("ada"), 0, "");
    wire::ScramVerifier verifier = accountOf("x", 9).verifier;
    CHECK_TRUE(OperatorStore(path).setVerifier("Ada", verifier));
    CHECK_FALSE(OperatorStore(path).setVerifier("nobody", verifier));
    CHECK_TRUE(find("ada")->verifier.storedKey == verifier.storedKey);
}

TEST(SqliteAccountStore, NeverGivesTheNumberOfADeletedAccountAgain)
{
    store->add(accountOf("ada"), 0, "");
    AccountId first = find("ada")->id;
    OperatorStore(path).remove("ada");
    store->add(accountOf("ada"), 0, "");
    CHECK_TRUE(find("ada")->id > first);
}

TEST(SqliteAccountStore, RemembersTheSignUpMode)
{
    CHECK_TRUE(store->signUp() == SignUp::Open);
    store->setSignUp(SignUp::Closed);
    reopen();
    CHECK_TRUE(store->signUp() == SignUp::Closed);
}

TEST(SqliteAccountStore, IsReadableForItsOwnerOnly)
{
    store->add(accountOf("ada"), 0, "");
    for (const char* part : {"", "-wal", "-shm"}) {
        struct stat status
        {
        };
        LONGS_EQUAL(0, ::stat((path + part).c_str(), &status));
        LONGS_EQUAL(0600, status.st_mode & 0777);
    }
}

TEST(SqliteAccountStore, MovesADamagedFileAsideAndSaysSo)
{
    store->add(accountOf("ada"), 0, "");
    store.reset();
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << "this is no database any more";
    reopen();
    CHECK_FALSE(find("ada").has_value());
    CHECK_TRUE(store->add(accountOf("bob"), 0, "") == Outcome::Done);
    CHECK_TRUE(diagnostics.mentions("THE DATABASE WAS DAMAGED and is now " + path + ".damaged-"));
    unsigned kept = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path()))
        kept += entry.path().string().find(".damaged-") != std::string::npos;
    CHECK_TRUE(kept >= 1);
}

TEST(SqliteAccountStore, FindsDamageInsideAFileToo)
{
    for (unsigned i = 0; i < 100; ++i)
        store->add(accountOf("user" + std::to_string(i)), 0, "");
    store.reset();
    {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(3 * 4096);
        file << std::string(4096, 'x');
    }
    CHECK_THROWS(std::runtime_error, OperatorStore{path});
    reopen();
    CHECK_TRUE(diagnostics.mentions("DAMAGED"));
    CHECK_FALSE(find("user1").has_value());
}

TEST(SqliteAccountStore, AnswersTroubleWithAResultAndLogsIt)
{
    {
        Database other(path, kRegistryMigrations, Database::IfDamaged::Refuse);
        other.session()
            << "CREATE TRIGGER trouble BEFORE INSERT ON accounts BEGIN SELECT RAISE(FAIL, 'x'); END",
            now;
    }
    CHECK_TRUE(store->add(accountOf("ada"), 0, "") == Outcome::Failed);
    CHECK_TRUE(diagnostics.mentions("database trouble in adding an account"));
    CHECK_FALSE(find("ada").has_value());
}

TEST_GROUP(Database)
{
    TemporaryDirectory directory;
    std::string path = directory.file("some.db");
    std::vector<Migration> steps = {{"CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (1)"}};

    Poco::Int64 ask(Database & database, const std::string& question)
    {
        Poco::Int64 answer = -1;
        database.session() << question, into(answer), now;
        return answer;
    }
};

TEST(Database, MigratesForwardStepByStepAndOnce)
{
    Database(path, steps, Database::IfDamaged::Refuse);
    steps.push_back({"ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 7", "INSERT INTO t (a) VALUES (2)"});
    for (unsigned i = 0; i < 2; ++i) {
        Database database(path, steps, Database::IfDamaged::Refuse);
        LONGS_EQUAL(2, ask(database, "SELECT COUNT(*) FROM t WHERE b=7"));
        LONGS_EQUAL(2, ask(database, "PRAGMA user_version"));
    }
}

TEST(Database, LeavesTheOldSchemaWhenAStepFails)
{
    Database(path, steps, Database::IfDamaged::Refuse);
    std::vector<Migration> broken = steps;
    broken.push_back({"INSERT INTO t VALUES (2)", "no such statement"});
    CHECK_THROWS(std::runtime_error, Database(path, broken, Database::IfDamaged::Refuse));
    Database database(path, steps, Database::IfDamaged::Refuse);
    LONGS_EQUAL(1, ask(database, "SELECT COUNT(*) FROM t"));
}

TEST(Database, RefusesTheFileOfANewerProgram)
{
    steps.push_back({});
    Database(path, steps, Database::IfDamaged::Refuse);
    steps.pop_back();
    CHECK_THROWS(std::runtime_error, Database(path, steps, Database::IfDamaged::MoveAside));
}

TEST(Database, SetsEveryPragmaThatMatters)
{
    Database database(path, steps, Database::IfDamaged::Refuse);
    LONGS_EQUAL(2, ask(database, "PRAGMA synchronous"));
    LONGS_EQUAL(1, ask(database, "PRAGMA foreign_keys"));
    LONGS_EQUAL(-128, ask(database, "PRAGMA cache_size"));
    LONGS_EQUAL(1000, ask(database, "PRAGMA busy_timeout"));
    LONGS_EQUAL(1048576, ask(database, "PRAGMA journal_size_limit"));
    std::string mode;
    database.session() << "PRAGMA journal_mode", into(mode), now;
    TEXT_EQUAL("wal", mode);
}
