// The seven plain bytes at the beginning of a connection.
#include "wire/Greeting.h"

#include "support/TestHarness.h"

using namespace linnet::test;
using namespace linnet::wire;

namespace {

Greeting versions(Byte lowest, Byte highest)
{
    return {Role::PeerPeer, lowest, highest};
}

} // namespace

TEST_GROUP(Greeting){};

TEST(Greeting, IsMagicRoleAndVersions)
{
    BYTES_EQUAL(fromHex("4c4e4554 01 01 01"), encode(Greeting{Role::PeerRegistry}));
    BYTES_EQUAL(fromHex("4c4e4554 02 03 07"), encode(Greeting{Role::PeerPeer, 3, 7}));
}

TEST(Greeting, ReadsBack)
{
    std::optional<Greeting> greeting = decodeGreeting(encode(Greeting{Role::Refuses, 2, 9}));
    CHECK_TRUE(greeting.has_value());
    CHECK_TRUE(greeting->role == Role::Refuses);
    CHECK_EQUAL(2, greeting->lowestVersion);
    CHECK_EQUAL(9, greeting->highestVersion);
}

TEST(Greeting, NeedsEveryByteOfTheMagic)
{
    for (std::size_t i = 0; i < kMagic.size(); ++i) {
        GreetingBytes bytes = encode(Greeting{});
        bytes[i] ^= 0x20;
        CHECK_FALSE(decodeGreeting(bytes).has_value());
    }
}

TEST(Greeting, AgreesOnTheHighestVersionBothKnow)
{
    CHECK_EQUAL(1, *commonVersion(versions(1, 1), versions(1, 1)));
    CHECK_EQUAL(3, *commonVersion(versions(1, 3), versions(2, 5)));
    CHECK_EQUAL(3, *commonVersion(versions(2, 5), versions(1, 3)));
    CHECK_FALSE(commonVersion(versions(1, 1), versions(2, 3)).has_value());
    CHECK_FALSE(commonVersion(versions(5, 1), versions(1, 5)).has_value());
}
