// Rules about numeric addresses.
#include "registry/core/Address.h"

#include <charconv>

namespace linnet::registry {

namespace {

constexpr std::array<wire::Byte, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool isV4(const IpBytes& ip)
{
    return std::equal(kMapped.begin(), kMapped.end(), ip.begin());
}

unsigned groupOf(const IpBytes& ip, std::size_t i)
{
    return static_cast<unsigned>(ip[2 * i] << 8 | ip[2 * i + 1]);
}

struct Run
{
    std::size_t begin = 8;
    std::size_t length = 0;
};

// The longest run of two or more zero groups, the first of equal ones (RFC 5952, section 4.2).
Run longestZeros(const IpBytes& ip)
{
    Run longest;
    for (std::size_t begin = 0; begin < 8; ++begin) {
        std::size_t end = begin;
        while (end < 8 && groupOf(ip, end) == 0)
            ++end;
        if (end - begin > std::max<std::size_t>(longest.length, 1)) longest = {begin, end - begin};
    }
    return longest;
}

bool isLinkLocal(const IpBytes& ip)
{
    return ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
}

// Bytes 4 to 7 of a link-local address are zero on the wire; the network layer keeps the interface there,
// which means nothing to anyone else.
IpBytes withoutInterface(IpBytes ip)
{
    std::fill(ip.begin() + 4, ip.begin() + 8, wire::Byte{0});
    return ip;
}

void appendHex(std::string& text, unsigned value)
{
    char digits[4];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, value, 16).ptr);
}

// RFC 5952
std::string v6Text(const IpBytes& ip)
{
    Run zeros = longestZeros(ip);
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == zeros.begin) {
            text += "::";
            i += zeros.length - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':') text += ':';
        appendHex(text, groupOf(ip, i));
    }
    return text;
}

} // namespace

bool isLoopback(const IpBytes& ip)
{
    static constexpr IpBytes kV6Loopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return isV4(ip) ? ip[12] == 127 : ip == kV6Loopback;
}

IpBytes prefixOf(const IpBytes& ip)
{
    IpBytes prefix = ip;
    if (!isV4(ip)) std::fill(prefix.begin() + 8, prefix.end(), wire::Byte{0});
    return prefix;
}

std::string hostText(const IpBytes& ip)
{
    if (!isV4(ip)) return v6Text(isLinkLocal(ip) ? withoutInterface(ip) : ip);
    std::string text;
    for (std::size_t i = kMapped.size(); i < ip.size(); ++i)
        text += (i > kMapped.size() ? "." : "") + std::to_string(ip[i]);
    return text;
}

} // namespace linnet::registry
