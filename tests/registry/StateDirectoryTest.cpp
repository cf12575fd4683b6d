// The directory of a registry: one at a time, and keys that stay.
#include "registry/store/StateDirectory.h"
#include "support/SeededRandom.h"
#include "support/TemporaryDirectory.h"

#include <fstream>
#include <stdexcept>
#include <sys/stat.h>

#include "support/TestHarness.h"

using namespace linnet;
using namespace linnet::test;
using registry::StateDirectory;
using Use = StateDirectory::Use;

TEST_GROUP(StateDirectory)
{
    TemporaryDirectory directory;
    std::string path = directory.file("state");
    SeededRandom random{1};

    std::string complaint()
    {
        try {
            StateDirectory state(path, Use::Run);
            state.keys(random);
            return "";
        }
        catch (const std::runtime_error& error) {
            return error.what();
        }
    }
    bool mentions(const std::string& text, const std::string& words)
    {
        return text.find(words) != std::string::npos;
    }
};

TEST(StateDirectory, MakesTheKeysOnceAndForItsOwnerOnly)
{
    wire::Key first{};
    wire::Key secret{};
    {
        StateDirectory state(path, Use::Run);
        first = state.keys(random).staticKey.publicKey;
        secret = state.keys(random).secret;
    }
    StateDirectory state(path, Use::Run);
    CHECK_TRUE(state.keys(random).staticKey.publicKey == first);
    CHECK_TRUE(state.keys(random).secret == secret);
    struct stat status
    {
    };
    LONGS_EQUAL(0, ::stat((path + "/registry.key").c_str(), &status));
    LONGS_EQUAL(0600, status.st_mode & 0777);
    LONGS_EQUAL(0, ::stat(path.c_str(), &status));
    LONGS_EQUAL(0700, status.st_mode & 0777);
}

TEST(StateDirectory, IsHeldByOneRegistryAtATime)
{
    {
        StateDirectory state(path, Use::Run);
        std::string text = complaint();
        CHECK_TRUE(mentions(text, "another linnet-registry"));
        CHECK_TRUE(mentions(text, path));
        StateDirectory operate(path, Use::Operate);
    }
    TEXT_EQUAL("", complaint());
}

TEST(StateDirectory, DoesNotReplaceADamagedKey)
{
    TEXT_EQUAL("", complaint());
    std::ofstream(path + "/registry.key", std::ios::trunc) << "short";
    CHECK_TRUE(mentions(complaint(), "damaged"));
    CHECK_TRUE(mentions(complaint(), "registry.key"));
}

TEST(StateDirectory, RefusesAKeyThatOthersMayRead)
{
    TEXT_EQUAL("", complaint());
    ::chmod((path + "/registry.key").c_str(), 0644);
    CHECK_TRUE(mentions(complaint(), "may be read by others"));
}

TEST(StateDirectory, FollowsNoSymbolicLinkToAKey)
{
    TEXT_EQUAL("", complaint());
    std::filesystem::rename(path + "/registry.key", directory.file("elsewhere"));
    std::filesystem::create_symlink(directory.file("elsewhere"), path + "/registry.key");
    CHECK_TRUE(mentions(complaint(), "registry.key"));
}

TEST(StateDirectory, NamesTheOptionWhenItCannotBeMade)
{
    path = directory.file("not/there");
    CHECK_TRUE(mentions(complaint(), "--state-dir"));
    CHECK_TRUE(mentions(complaint(), path));
}
