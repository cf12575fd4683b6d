#include "link/SocketAddress.h"

#include "support/TestHarness.h"

using namespace linnet;
using link::fromNative;
using link::SocketAddress;
using link::toAddress;
using link::toEndpoint;
using link::toNative;

TEST_GROUP(SocketAddress){};

TEST(SocketAddress, KeepsBothFamiliesAndGivesThemBackAsText)
{
    for (const char* host : {"127.0.0.1", "192.0.2.200", "::1", "2001:db8::17", "::"}) {
        std::optional<SocketAddress> address = toAddress({host, 3131});
        CHECK_TRUE(address.has_value());
        TEXT_EQUAL(host, toEndpoint(*address).host);
        LONGS_EQUAL(3131, toEndpoint(*address).port);
    }
}

TEST(SocketAddress, TellsTheFamilyAndLoopback)
{
    CHECK_TRUE(toAddress({"10.1.2.3", 1})->isV4());
    CHECK_FALSE(toAddress({"fe80::1", 1})->isV4());
    CHECK_TRUE(toAddress({"127.9.9.9", 1})->isLoopback());
    CHECK_TRUE(toAddress({"::1", 1})->isLoopback());
    CHECK_TRUE(toAddress({"::ffff:127.0.0.1", 1})->isLoopback());
    CHECK_FALSE(toAddress({"128.0.0.1", 1})->isLoopback());
    CHECK_FALSE(toAddress({"::2", 1})->isLoopback());
}

TEST(SocketAddress, IsNothingForANameOrForNonsense)
{
    for (const char* host : {"", "localhost", "1.2.3", "1.2.3.4.5", "::g", "[::1]", "1.2.3.4 "})
        CHECK_FALSE(toAddress({host, 1}).has_value());
}

TEST(SocketAddress, MappedIpv4IsTheSameAsIpv4)
{
    CHECK_TRUE(*toAddress({"::ffff:192.0.2.1", 5}) == *toAddress({"192.0.2.1", 5}));
}

TEST(SocketAddress, SurvivesTheKernelsFormInBothFamilies)
{
    SocketAddress v4 = *toAddress({"192.0.2.1", 5858});
    SocketAddress v6 = *toAddress({"2001:db8::1", 5858});
    CHECK_TRUE(fromNative(toNative(v4, AF_INET).get()) == v4);
    CHECK_TRUE(fromNative(toNative(v4, AF_INET6).get()) == v4);
    CHECK_TRUE(fromNative(toNative(v6, AF_INET6).get()) == v6);
    LONGS_EQUAL(0, toNative(v6, AF_INET).size);
}

TEST(SocketAddress, KeepsTheInterfaceOfALinkLocalAddress)
{
    SocketAddress address = *toAddress({"fe80::1%lo", 5858});
    TEXT_EQUAL("fe80::1%lo", toEndpoint(address).host);
    CHECK_TRUE(fromNative(toNative(address, AF_INET6).get()) == address);
    CHECK_FALSE(address == *toAddress({"fe80::1", 5858}));
}
