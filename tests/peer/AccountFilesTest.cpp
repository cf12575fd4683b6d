// Accounts in their state directory.
#include "adapters/AccountFiles.h"

#include "program/DurableFile.h"
#include "support/SeededRandom.h"
#include "support/TemporaryDirectory.h"
#include "support/TestHarness.h"

#include <stdexcept>

#include <sys/stat.h>
#include <unistd.h>

using namespace linnet;
using namespace linnet::peer;

namespace {

unsigned modeOf(const std::string& path)
{
    struct stat status
    {
    };
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

} // namespace

TEST_GROUP(AccountFiles)
{
    test::TemporaryDirectory directory;
    std::string state = directory.file("deep/state");
    test::SeededRandom random{1};
    secure::Identity alice = secure::Identity::make(random);

    std::string refusal(const std::string& path)
    {
        try {
            AccountFiles files(path, Durability::Full);
        }
        catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    }
    void contains(const char* part, const std::string& whole)
    {
        CHECK_TEXT(whole.find(part) != std::string::npos, whole.c_str());
    }
};

TEST(AccountFiles, MakesItsDirectoryForItsUserOnly)
{
    AccountFiles files(state + "/", Durability::Full);
    LONGS_EQUAL(0700, modeOf(state));
}

TEST(AccountFiles, KeepsAnIdentityForItsUserOnlyAndFindsItInAnyCase)
{
    {
        AccountFiles files(state, Durability::Full);
        CHECK(!files.identity("Alice"));
        TEXT_EQUAL("", files.words());
        files.useRegistry({"registry.example", 3131});
        CHECK(files.keep("Alice", alice));
    }
    LONGS_EQUAL(0600, modeOf(state + "/alice.key"));
    CHECK(!directory.has("deep/state/alice.key.tmp"));
    AccountFiles files(state, Durability::Full);
    auto read = files.identity("ALICE");
    CHECK(read.has_value());
    CHECK(read->secretBytes() == alice.secretBytes());
    CHECK(files.registryOf("alice") == Endpoint({"registry.example", 3131}));
}

TEST(AccountFiles, ReplacesAnOlderIdentity)
{
    AccountFiles files(state, Durability::Full);
    CHECK(files.keep("Alice", secure::Identity::make(random)));
    CHECK(files.keep("alice", alice));
    CHECK(files.identity("alice")->secretBytes() == alice.secretBytes());
}

TEST(AccountFiles, RefusesAKeyFileThatOthersCanRead)
{
    AccountFiles files(state, Durability::Full);
    CHECK(files.keep("alice", alice));
    ::chmod((state + "/alice.key").c_str(), 0640);
    CHECK(!files.identity("alice"));
    contains("chmod 600", files.words());
}

TEST(AccountFiles, RefusesAKeyFileThatIsALink)
{
    AccountFiles files(state, Durability::Full);
    CHECK(files.keep("alice", alice));
    LONGS_EQUAL(0, ::symlink("alice.key", (state + "/bobby.key").c_str()));
    CHECK(!files.identity("bobby"));
    contains("symbolic link", files.words());
}

TEST(AccountFiles, RefusesADamagedKeyFile)
{
    AccountFiles files(state, Durability::Full);
    CHECK(files.keep("alice", alice));
    std::string path = state + "/alice.key";
    std::string content = test::readFile(path);
    for (std::size_t size = 0; size + 1 < content.size(); ++size) {
        test::writeFile(path, content.substr(0, size));
        CHECK(!files.identity("alice"));
        contains("damaged", files.words());
    }
    test::writeFile(path, std::string(5000, 'x'));
    CHECK(!files.identity("alice"));
    contains("too long", files.words());
}

TEST(AccountFiles, NeverLeavesItsDirectoryForAName)
{
    AccountFiles files(state, Durability::Full);
    for (const char* name : {"../alice", "a/b/c", "", ".."}) {
        CHECK(!files.keep(name, alice));
        CHECK(!files.identity(name));
        POINTERS_EQUAL(nullptr, files.open(name).get());
    }
}

TEST(AccountFiles, GivesTheDirectoryToOneProgramAtATime)
{
    auto first = std::make_unique<AccountFiles>(state, Durability::Full);
    std::string words = refusal(state);
    contains(("another linnet (process " + std::to_string(::getpid()) + ") uses the state directory").c_str(),
             words);
    contains("--state-dir", words);
    first.reset();
    TEXT_EQUAL("", refusal(state));
}

TEST(AccountFiles, SaysWhenTheDirectoryCannotBeMade)
{
    test::writeFile(directory.file("plain"), "a file");
    contains("--state-dir", refusal(directory.file("plain") + "/state"));
    contains("--state-dir", refusal("/proc/linnet"));
}

TEST(AccountFiles, RemembersTheLastAccountAndThePins)
{
    Key key{};
    key.fill(7);
    Endpoint registry{"fe80::1", 3131};
    {
        AccountFiles files(state, Durability::Full);
        TEXT_EQUAL("", files.lastAccount());
        CHECK(!files.registryPin(registry));
        files.setLastAccount("Alice");
        CHECK(files.pinRegistry(registry, key));
    }
    {
        AccountFiles files(state, Durability::Full);
        TEXT_EQUAL("Alice", files.lastAccount());
        CHECK(files.registryPin(registry) == key);
        CHECK(!files.registryPin({"fe80::1", 3132}));
        files.setLastAccount("");
    }
    AccountFiles files(state, Durability::Full);
    TEXT_EQUAL("", files.lastAccount());
    CHECK(files.registryPin(registry) == key);
}

TEST(AccountFiles, WritesItsStateOnlyWhenItChanges)
{
    AccountFiles files(state, Durability::Full);
    files.setLastAccount("Alice");
    ::unlink((state + "/linnet.state").c_str());
    files.setLastAccount("Alice");
    CHECK(!directory.has("deep/state/linnet.state"));
    files.setLastAccount("Bobby");
    CHECK(directory.has("deep/state/linnet.state"));
}

TEST(AccountFiles, SaysWhenTheAccountToLogInWithIsLost)
{
    ::mkdir(directory.file("deep").c_str(), 0700);
    ::mkdir(state.c_str(), 0700);
    for (const char* line : {"account A\xfflice", "account", "accoumt Alice"}) {
        test::writeFile(state + "/linnet.state", std::string("linnet-state 1\n") + line + "\n");
        AccountFiles files(state, Durability::Full);
        TEXT_EQUAL("", files.lastAccount());
        contains("linnet.state can't be used (it is damaged): you may have to log in", files.words());
    }
}

TEST(AccountFiles, SaysWhenPinsAreLost)
{
    ::mkdir(directory.file("deep").c_str(), 0700);
    ::mkdir(state.c_str(), 0700);
    test::writeFile(state + "/linnet.state", "linnet-state 1\npin registry:3131 nonsense\n");
    AccountFiles files(state, Durability::Full);
    contains("confirmed again", files.words());
}

TEST(AccountFiles, OpensTheDatabaseOfAnAccountAndKeepsTheKeyWhenItIsDamaged)
{
    AccountFiles files(state, Durability::Full);
    CHECK(files.keep("alice", alice));
    {
        auto store = files.open("Alice");
        CHECK(store != nullptr);
        CHECK(store->putSetting("a", "b"));
        CHECK(store->commit());
        TEXT_EQUAL("", files.words());
    }
    test::writeFile(state + "/alice.db", std::string(4096, 'x'));
    auto store = files.open("alice");
    CHECK(store != nullptr);
    contains("damaged", files.words());
    CHECK(files.identity("alice").has_value());
}

TEST(AccountFiles, WritesNothingWithDurabilityRam)
{
    AccountFiles files(state, Durability::Ram);
    CHECK(files.keep("alice", alice));
    contains("--durability ram", files.words());
    CHECK(files.identity("Alice")->secretBytes() == alice.secretBytes());
    files.setLastAccount("alice");
    Key key{};
    CHECK(files.pinRegistry({"registry", 3131}, key));
    CHECK(files.registryPin({"registry", 3131}) == key);
    auto store = files.open("alice");
    CHECK(store != nullptr);
    contains("--durability ram", files.words());
    CHECK(store->putSetting("a", "b"));
    CHECK(store->commit());
    CHECK(!directory.has("deep"));
}

TEST(AccountFiles, WarnsOfADirectoryInMemory)
{
    std::string path = "/dev/shm/linnet-test-" + std::to_string(::getpid());
    if (::access("/dev/shm", W_OK) != 0) return;
    {
        AccountFiles files(path, Durability::Full);
        contains("gone at the next boot", files.words());
        AccountFiles forgetful(path + "-ram", Durability::Ram);
        TEXT_EQUAL("", forgetful.words());
    }
    std::filesystem::remove_all(path);
}

TEST(AccountFiles, WritesAFileWholeOrNotAtAll)
{
    std::string path = directory.file("small");
    TEXT_EQUAL("", program::writeDurably(path, "old", 0600));
    TEXT_EQUAL("", program::writeDurably(path, "new", 0640));
    TEXT_EQUAL("new", test::readFile(path));
    LONGS_EQUAL(0640, modeOf(path));
    ::mkdir((path + ".tmp").c_str(), 0700); // the draft can't be made
    CHECK(!program::writeDurably(path, "newer", 0600).empty());
    TEXT_EQUAL("new", test::readFile(path));
}
