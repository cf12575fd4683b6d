// The tables of limits and codes in protocol/PROTOCOL.md say what the source says. Constants that only one
// source file sees are read from its text.
#include "registry/core/Limits.h"
#include "wire/Datagram.h"
#include "wire/Limits.h"

#include "support/ProtocolPage.h"
#include "support/TestHarness.h"

#include <regex>

using namespace linnet::test;

namespace {

using Numbers = std::vector<std::uint64_t>;

Numbers numbersIn(const std::string& text)
{
    Numbers numbers;
    std::regex number("[0-9]+");
    for (std::sregex_iterator match(text.begin(), text.end(), number); match != std::sregex_iterator();
         ++match)
        numbers.push_back(std::stoull(match->str()));
    return numbers;
}

Numbers toNumbers(const linnet::registry::Rate& rate)
{
    return {rate.interval, rate.burst};
}
Numbers toNumbers(std::uint64_t value)
{
    return {value};
}

std::map<std::string, Numbers> limitsOfHeaders()
{
    using namespace linnet::wire;
    using namespace linnet::registry;
    std::map<std::string, Numbers> limits;
#define LIMIT(name) limits[#name] = toNumbers(name)
    LIMIT(kMinName), LIMIT(kMaxName), LIMIT(kMinPassword), LIMIT(kMaxPassword), LIMIT(kMaxText),
        LIMIT(kMaxNote);
    LIMIT(kMaxHost), LIMIT(kMaxScram), LIMIT(kMaxReason), LIMIT(kMaxInvitation), LIMIT(kMaxHandshakeRecord);
    LIMIT(kMaxRecord), LIMIT(kTagSize), LIMIT(kMaxPlaintext), LIMIT(kMaxEndpoints), LIMIT(kSearchPage);
    LIMIT(kOnlinePage), LIMIT(kDigestPage), LIMIT(kKeptDigests), LIMIT(kDefaultIterations),
        LIMIT(kMinIterations);
    LIMIT(kMaxIterations), LIMIT(kRegistryTcpPort), LIMIT(kRegistryUdpPort), LIMIT(kFirstPeerPort);
    LIMIT(kHeartbeatPeriod), LIMIT(kMissedHeartbeats), LIMIT(kMaxDatagram);
    LIMIT(kWaitingPerPrefix), LIMIT(kWaitingPerPrefixLoopback), LIMIT(kWaitingInAll),
        LIMIT(kConnectionsPerPrefix);
    LIMIT(kConnectionsPerPrefixLoopback), LIMIT(kLoginSeconds), LIMIT(kIdleSeconds), LIMIT(kRequestRate);
    LIMIT(kRegistrationRate), LIMIT(kCallMeRate), LIMIT(kPasswordTries), LIMIT(kMaxGuessDelay);
    LIMIT(kUnknownSessionRate), LIMIT(kSilentSeconds), LIMIT(kSweepMilliseconds), LIMIT(kSeenFlushSeconds);
    LIMIT(kWaitsPerSession), LIMIT(kNoticesPerSecond), LIMIT(kNoticeTries), LIMIT(kNoticePeriod);
    LIMIT(kNoticesPending);
#undef LIMIT
    return limits;
}

// The files that hold the other constants of the table; `Struct.member` is looked for as `member`.
constexpr const char* kOtherFiles[] = {
    "protocol/link/Connection.h",
    "protocol/secure/Scram.cpp",
    "firmware-app/adapters/BoardNetwork.cpp",
    "firmware-app/core/ChatLinks.cpp",
    "firmware-app/core/Dialler.cpp",
    "firmware-app/core/Heartbeats.cpp",
    "firmware-app/core/Links.cpp",
    "firmware-app/core/RegistryLink.cpp",
    "firmware-app/core/RegistrySession.cpp",
    "firmware-app/core/Stream.h",
};

std::string textOf(const std::string& path)
{
    std::string text;
    for (const std::string& line : sourceLines(path))
        text += line.substr(0, line.find("//")) + ' ';
    return text;
}

// A product of numbers, and of constants that stand in `text`.
std::uint64_t product(const std::string& factors, const std::string& text);

// `name = PRODUCT;` or `name{PRODUCT};` in `text`; empty when it is not there.
Numbers constantIn(const std::string& text, const std::string& name)
{
    std::smatch match;
    std::regex declaration("\\w " + name + "(?:\\s*=\\s*|\\{)([\\w\\s*]+)\\}?;");
    if (!std::regex_search(text, match, declaration)) return {};
    return {product(match[1].str(), text)};
}

std::uint64_t product(const std::string& factors, const std::string& text)
{
    std::uint64_t result = 1;
    std::regex factor("\\w+");
    for (std::sregex_iterator match(factors.begin(), factors.end(), factor); match != std::sregex_iterator();
         ++match)
    {
        bool number = match->str()[0] >= '0' && match->str()[0] <= '9';
        Numbers named = number ? Numbers{std::stoull(match->str())} : constantIn(text, match->str());
        CHECK_TEXT(!named.empty(), match->str().c_str());
        result *= named[0];
    }
    return result;
}

Numbers limitOfOtherFiles(const std::string& name)
{
    for (const char* path : kOtherFiles) {
        Numbers found = constantIn(textOf(path), name.substr(name.find('.') + 1));
        if (!found.empty()) return found;
    }
    return {};
}

// The enumerators of `Byte` enum `name`, each as "NUMBER NAME".
std::vector<std::string> enumerators(const std::string& path, const std::string& name)
{
    std::string text = textOf(path);
    std::smatch body;
    CHECK_TEXT(std::regex_search(text, body, std::regex("enum class " + name + " : Byte \\{([^}]*)\\}")),
               name.c_str());
    std::vector<std::string> all;
    std::string inside = body[1].str();
    std::regex enumerator("(\\w+) = (\\d+)");
    for (std::sregex_iterator match(inside.begin(), inside.end(), enumerator);
         match != std::sregex_iterator(); ++match)
        all.push_back((*match)[2].str() + ' ' + (*match)[1].str());
    return all;
}

} // namespace

TEST_GROUP(ProtocolTables)
{
    ProtocolPage page;

    void checkCodes(const std::string& heading, const std::string& path, const std::string& name)
    {
        std::vector<std::string> listed;
        for (const ProtocolPage::Row& row : page.table(heading))
            listed.push_back(row.at(0) + ' ' + row.at(1));
        CHECK_TEXT(listed == enumerators(path, name), name.c_str());
    }
};

TEST(ProtocolTables, LimitsHaveTheValuesOfTheirConstants)
{
    std::map<std::string, Numbers> headers = limitsOfHeaders();
    for (const ProtocolPage::Row& row : page.table("## 9. Limits")) {
        const std::string& name = row.at(2);
        if (name.empty()) continue;
        auto found = headers.find(name);
        Numbers expected = found != headers.end() ? found->second : limitOfOtherFiles(name);
        CHECK_TEXT(numbersIn(row.at(1)) == expected, name.c_str());
    }
}

TEST(ProtocolTables, LimitsOfBothLimitsHeadersAreAllListed)
{
    std::map<std::string, bool> listed;
    for (const ProtocolPage::Row& row : page.table("## 9. Limits"))
        listed[row.at(2)] = true;
    std::string text = textOf("protocol/wire/Limits.h") + textOf("registry/core/Limits.h");
    std::regex declaration("constexpr [\\w:]+ (k\\w+)");
    for (std::sregex_iterator match(text.begin(), text.end(), declaration); match != std::sregex_iterator();
         ++match)
        CHECK_TEXT(listed[(*match)[1].str()], (*match)[1].str().c_str());
}

TEST(ProtocolTables, CodesAreThoseOfTheSource)
{
    checkCodes("### 10.1 Refusals", "protocol/wire/Refusal.h", "Refusal");
    checkCodes("### 10.2 Goodbye", "protocol/wire/Goodbye.h", "Reason");
    checkCodes("### 10.3 Status", "protocol/wire/Status.h", "Status");
}
