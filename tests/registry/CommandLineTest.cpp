// Options of linnet-registry, from the command line, the environment and a file.
#include "registry/app/CommandLine.h"
#include "support/TemporaryDirectory.h"

#include <cstdlib>
#include <fstream>
#include <initializer_list>

#include "support/TestHarness.h"

using namespace linnet;
using namespace linnet::test;
using namespace linnet::registry;

TEST_GROUP(CommandLine)
{
    TemporaryDirectory directory;

    CommandLine read(std::initializer_list<std::string> words)
    {
        std::vector<std::string> kept{"linnet-registry"};
        kept.insert(kept.end(), words);
        std::vector<char*> argv;
        for (std::string& word : kept)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        return readCommandLine(static_cast<int>(kept.size()), argv.data());
    }
    std::string file(const std::string& text)
    {
        std::ofstream(directory.file("registry.conf")) << text;
        return directory.file("registry.conf");
    }
    void teardown() override
    {
        ::unsetenv("LINNET_REGISTRY_UDP_PORT");
    }
};

TEST(CommandLine, HasDefaultsForEverything)
{
    CommandLine line = read({"--config", file("")});
    TEXT_EQUAL("", line.problem);
    LONGS_EQUAL(3131, line.registry.listen.port);
    TEXT_EQUAL("", line.registry.listen.host);
    LONGS_EQUAL(5151, line.registry.udpPort);
    TEXT_EQUAL("/var/lib/linnet-registry", line.registry.stateDirectory);
    CHECK_FALSE(line.registry.signUp.has_value());
}

TEST(CommandLine, UnderstandsEveryFormOfAnAddress)
{
    auto listen = [this](const char* text) {
        return wire::toString(read({"--listen", text}).registry.listen);
    };
    TEXT_EQUAL("127.0.0.1:4000", listen("127.0.0.1:4000"));
    TEXT_EQUAL("127.0.0.1:0", listen("127.0.0.1:0"));
    TEXT_EQUAL("[::1]:0", listen("[::1]:0"));
    TEXT_EQUAL("192.0.2.1:3131", listen("192.0.2.1"));
    TEXT_EQUAL("[2001:db8::1]:3131", listen("2001:db8::1"));
    TEXT_EQUAL(":4000", listen(":4000"));
    for (const char* bad : {"host:port", "a b", ":99999", ":", ""})
        LONGS_EQUAL(kExitUsage, read({"--listen", bad}).exitCode);
}

TEST(CommandLine, ComesBeforeTheEnvironmentWhichComesBeforeTheFile)
{
    std::string path = file("[registry]\nudp-port = 1\nsign-up = closed\nlog-level = warning\n");
    LONGS_EQUAL(1, read({"--config", path}).registry.udpPort);
    ::setenv("LINNET_REGISTRY_UDP_PORT", "2", 1);
    LONGS_EQUAL(2, read({"--config", path}).registry.udpPort);
    CommandLine line = read({"--config", path, "--udp-port", "3"});
    LONGS_EQUAL(3, line.registry.udpPort);
    CHECK_TRUE(line.registry.signUp == SignUp::Closed);
    CHECK_TRUE(line.logLevel == program::LogLevel::Warning);
}

TEST(CommandLine, SaysWhatIsWrongInAFile)
{
    CommandLine line = read({"--config", file("# fine\nnonsense = 1\n"), "--config-test"});
    LONGS_EQUAL(kExitConfiguration, line.exitCode);
    TEXT_EQUAL(directory.file("registry.conf") + ", line 2: there is no setting `nonsense`", line.problem);
    LONGS_EQUAL(kExitConfiguration, read({"--config", file("sign-up = maybe\n")}).exitCode);
    LONGS_EQUAL(kExitConfiguration, read({"--config", directory.file("missing")}).exitCode);
}

TEST(CommandLine, RefusesWhatItDoesNotKnow)
{
    LONGS_EQUAL(kExitUsage, read({"--nonsense"}).exitCode);
    LONGS_EQUAL(kExitUsage, read({"--udp-port"}).exitCode);
    LONGS_EQUAL(kExitUsage, read({"--udp-port", "70000"}).exitCode);
}

TEST(CommandLine, LeavesTheOperatorsWords)
{
    CommandLine line = read({"--state-dir", "/tmp/x", "admin", "ban", "eve"});
    CHECK_TRUE(line.words == (std::vector<std::string>{"admin", "ban", "eve"}));
}

TEST(CommandLine, HelpNamesEveryOption)
{
    std::string help = helpText();
    for (std::size_t i = 0; i < kRegistryOptionTable.count; ++i)
        CHECK_TRUE(help.find("--" + std::string(kRegistryOptionTable.options[i].name)) != std::string::npos);
}
