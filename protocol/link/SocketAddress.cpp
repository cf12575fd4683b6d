// Numeric addresses between text, 18 bytes and the kernel's structures.
#include "link/SocketAddress.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <string>

namespace linnet::link {

namespace {

constexpr std::array<wire::Byte, 12> kV4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool isLinkLocal(const SocketAddress& address)
{
    return address.ip[0] == 0xfe && (address.ip[1] & 0xc0) == 0x80;
}

void setScope(SocketAddress& address, std::uint32_t scope)
{
    if (!isLinkLocal(address)) return;
    for (unsigned i = 0; i < 4; ++i)
        address.ip[4 + i] = static_cast<wire::Byte>(scope >> (24 - 8 * i));
}

// Takes the interface out of the address, so that what is left is what goes on the wire.
std::uint32_t takeScope(SocketAddress& address)
{
    if (!isLinkLocal(address)) return 0;
    std::uint32_t scope = 0;
    for (unsigned i = 4; i < 8; ++i) {
        scope = scope << 8 | address.ip[i];
        address.ip[i] = 0;
    }
    return scope;
}

void setV4(SocketAddress& address, const in_addr& v4)
{
    std::copy(kV4Prefix.begin(), kV4Prefix.end(), address.ip.begin());
    std::memcpy(address.ip.data() + kV4Prefix.size(), &v4, sizeof v4);
}

} // namespace

bool SocketAddress::isV4() const
{
    return std::equal(kV4Prefix.begin(), kV4Prefix.end(), ip.begin());
}

bool SocketAddress::isLoopback() const
{
    if (isV4()) return ip[12] == 127;
    return std::memcmp(ip.data(), &in6addr_loopback, ip.size()) == 0;
}

std::optional<SocketAddress> toAddress(const wire::Endpoint& numeric)
{
    SocketAddress address;
    address.port = numeric.port;
    in_addr v4{};
    if (::inet_pton(AF_INET, numeric.host.c_str(), &v4) == 1) {
        setV4(address, v4);
        return address;
    }
    std::size_t percent = numeric.host.find('%');
    if (::inet_pton(AF_INET6, numeric.host.substr(0, percent).c_str(), address.ip.data()) != 1)
        return std::nullopt;
    if (percent != std::string::npos) setScope(address, ::if_nametoindex(numeric.host.c_str() + percent + 1));
    return address;
}

wire::Endpoint toEndpoint(const SocketAddress& address)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (address.isV4()) {
        ::inet_ntop(AF_INET, address.ip.data() + kV4Prefix.size(), text, sizeof text);
        return {text, address.port};
    }
    SocketAddress plain = address;
    std::uint32_t scope = takeScope(plain);
    ::inet_ntop(AF_INET6, plain.ip.data(), text, sizeof text);
    wire::Endpoint endpoint{text, address.port};
    char interface[IF_NAMESIZE] = "";
    if (scope != 0 && ::if_indextoname(scope, interface)) endpoint.host.append("%").append(interface);
    return endpoint;
}

NativeAddress toNative(const SocketAddress& address, sa_family_t family)
{
    NativeAddress native;
    if (family == AF_INET) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(native.storage);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(address.port);
        std::memcpy(&v4.sin_addr, address.ip.data() + kV4Prefix.size(), sizeof v4.sin_addr);
        native.size = address.isV4() ? sizeof v4 : 0;
        return native;
    }
    SocketAddress plain = address;
    auto& v6 = reinterpret_cast<sockaddr_in6&>(native.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    v6.sin6_scope_id = takeScope(plain);
    std::memcpy(&v6.sin6_addr, plain.ip.data(), sizeof v6.sin6_addr);
    native.size = sizeof v6;
    return native;
}

SocketAddress fromNative(const sockaddr* native)
{
    SocketAddress address;
    if (native->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(native);
        address.port = ntohs(v4->sin_port);
        setV4(address, v4->sin_addr);
    }
    else if (native->sa_family == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(native);
        address.port = ntohs(v6->sin6_port);
        std::memcpy(address.ip.data(), &v6->sin6_addr, address.ip.size());
        setScope(address, v6->sin6_scope_id);
    }
    return address;
}

} // namespace linnet::link
