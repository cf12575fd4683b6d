// Where something listens: a host (IPv4, IPv6 or a name) and a port. A value; resolving is link's work.
#pragma once

#include "wire/Limits.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace linnet::wire {

struct Endpoint
{
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const Endpoint& other) const { return host == other.host && port == other.port; }
    bool operator!=(const Endpoint& other) const { return !(*this == other); }

    template <class Codec, class Self>
    static void fields(Codec& codec, Self& self)
    {
        if constexpr (std::is_const_v<Self>) {
            codec.text(self.host, kMaxHost);
            codec.u16(self.port);
        }
        else {
            std::string_view host;
            codec.text(host, kMaxHost);
            codec.u16(self.port);
            self.host = host;
        }
    }
};

// `HOST`, `HOST:PORT`, `[V6]:PORT` or a bare IPv6 address. Nothing when the host or the port is malformed.
std::optional<Endpoint> parseEndpoint(std::string_view text, std::uint16_t defaultPort);

// Where to listen: the same forms, and `PORT` or `:PORT` for every address (the host is empty then); port 0
// is any free one.
std::optional<Endpoint> parseListen(std::string_view text, std::uint16_t defaultPort);

// The inverse: `HOST:PORT`, with brackets around an IPv6 host.
std::string toString(const Endpoint& endpoint);

} // namespace linnet::wire
