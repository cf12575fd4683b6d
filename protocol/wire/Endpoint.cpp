// Endpoints from and to what people write.
#include "wire/Endpoint.h"

#include "wire/Text.h"

#include <algorithm>
#include <charconv>

namespace linnet::wire {

namespace {

std::optional<std::uint16_t> parsePort(std::string_view text)
{
    std::uint16_t port = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

} // namespace

std::optional<Endpoint> parseEndpoint(std::string_view text, std::uint16_t defaultPort)
{
    std::string_view host = text;
    std::string_view port;
    bool hasPort = false;
    if (!text.empty() && text[0] == '[') {
        std::size_t close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        host = text.substr(1, close - 1);
        std::string_view after = text.substr(close + 1);
        hasPort = !after.empty();
        if (hasPort && after[0] != ':') return std::nullopt;
        if (hasPort) port = after.substr(1);
    }
    else if (std::count(text.begin(), text.end(), ':') == 1) {
        host = text.substr(0, text.find(':'));
        port = text.substr(text.find(':') + 1);
        hasPort = true;
    }
    if (!isHost(host)) return std::nullopt;
    Endpoint endpoint{std::string(host), defaultPort};
    if (!hasPort) return endpoint;
    std::optional<std::uint16_t> parsed = parsePort(port);
    if (!parsed) return std::nullopt;
    endpoint.port = *parsed;
    return endpoint;
}

std::optional<Endpoint> parseListen(std::string_view text, std::uint16_t defaultPort)
{
    bool portAlone = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    std::size_t colon = text.rfind(':');
    bool hasPort = colon != std::string_view::npos;
    std::string_view port = portAlone ? text : hasPort ? text.substr(colon + 1) : "";
    bool anyPort = port == "0";
    if (portAlone || colon == 0) {
        std::optional<std::uint16_t> parsed = parsePort(port);
        if (!parsed && !anyPort) return std::nullopt;
        return Endpoint{{}, parsed.value_or(0)};
    }
    std::optional<Endpoint> endpoint = parseEndpoint(anyPort ? text.substr(0, colon) : text, defaultPort);
    if (endpoint && anyPort) endpoint->port = 0;
    return endpoint;
}

std::string toString(const Endpoint& endpoint)
{
    bool v6 = endpoint.host.find(':') != std::string::npos;
    std::string host = v6 ? "[" + endpoint.host + "]" : endpoint.host;
    return host + ":" + std::to_string(endpoint.port);
}

} // namespace linnet::wire
