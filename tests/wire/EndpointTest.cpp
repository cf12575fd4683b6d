// Endpoints as people write them.
#include "wire/Endpoint.h"

#include "wire/PacketCodec.h"

#include "support/TestHarness.h"

using namespace linnet::test;
using namespace linnet::wire;

namespace {

constexpr std::uint16_t kDefault = 3131;

void parsesTo(std::string_view text, std::string_view host, std::uint16_t port)
{
    std::optional<Endpoint> endpoint = parseEndpoint(text, kDefault);
    CHECK_TEXT(endpoint.has_value(), std::string(text).c_str());
    TEXT_EQUAL(host, endpoint->host);
    CHECK_EQUAL(port, endpoint->port);
}

void isRefused(std::string_view text)
{
    CHECK_FALSE_TEXT(parseEndpoint(text, kDefault).has_value(), std::string(text).c_str());
}

} // namespace

TEST_GROUP(Endpoint){};

TEST(Endpoint, IsAHostWithOrWithoutAPort)
{
    parsesTo("example.org", "example.org", kDefault);
    parsesTo("example.org:5858", "example.org", 5858);
    parsesTo("192.0.2.1", "192.0.2.1", kDefault);
    parsesTo("192.0.2.1:1", "192.0.2.1", 1);
    parsesTo("my_board:65535", "my_board", 65535);
}

TEST(Endpoint, PutsAnIpv6AddressInBracketsOnlyForThePort)
{
    parsesTo("2001:db8::1", "2001:db8::1", kDefault);
    parsesTo("::1", "::1", kDefault);
    parsesTo("[2001:db8::1]", "2001:db8::1", kDefault);
    parsesTo("[2001:db8::1]:80", "2001:db8::1", 80);
    parsesTo("fe80::1%eth0", "fe80::1%eth0", kDefault);
}

TEST(Endpoint, RefusesPortsThatAreNone)
{
    for (const char* text : {"host:", "host:0", "host:65536", "host:-1", "host:+1", "host:12x", "host: 12",
                             "[::1]:", "[::1]:0", "[::1]80"})
        isRefused(text);
}

TEST(Endpoint, RefusesHostsThatAreNone)
{
    for (const char* text :
         {"", ":80", "[]", "[]:80", "[::1", "a b", "host/path", "h\x1b[31m", "h\xc3\xa4tte", "a,b"})
        isRefused(text);
    isRefused(std::string(256, 'a'));
    parsesTo(std::string(255, 'a'), std::string(255, 'a'), kDefault);
}

TEST(Endpoint, PrintsWhatItParses)
{
    for (const char* text : {"example.org:5858", "192.0.2.1:1", "[2001:db8::1]:80"})
        TEXT_EQUAL(text, toString(*parseEndpoint(text, kDefault)));
}

TEST(Endpoint, IsAFieldOfPackets)
{
    Bytes bytes;
    ByteWriter writer(bytes);
    const Endpoint endpoint{"host", 0x1234};
    Endpoint::fields(writer, endpoint);
    BYTES_EQUAL(fromHex("04 686f7374 1234"), bytes);
    std::optional<Endpoint> back = decodeBody<Endpoint>(bytes);
    CHECK_TRUE(back && *back == endpoint);
}
