// The wording of everything that appears without having been asked for.
#include "core/EventText.h"

#include "wire/Text.h"

#include <ctime>

namespace linnet::peer {

namespace {

constexpr char kBold[] = "\033[1m";
constexpr char kDim[] = "\033[2m";
constexpr char kWarn[] = "\033[33m";
constexpr char kPlain[] = "\033[0m";

std::string styled(const char* style, const std::string& text, bool colour)
{
    return colour ? style + text + kPlain : text;
}

std::string range(const Event& event)
{
    std::string first = "#" + std::to_string(event.number);
    return event.upTo > event.number ? first + " to #" + std::to_string(event.upTo) : first;
}

std::string withText(const std::string& words, const std::string& text)
{
    return text.empty() ? words : words + ": " + text;
}

} // namespace

std::string timeText(std::int64_t wall)
{
    if (wall <= 0) return "[--:--] ";
    std::time_t time = static_cast<std::time_t>(wall);
    std::tm local{};
    if (!localtime_r(&time, &local)) return "[--:--] ";
    char text[16];
    std::strftime(text, sizeof text, "[%H:%M] ", &local);
    return text;
}

std::string durationText(std::uint64_t seconds)
{
    struct Unit
    {
        std::uint64_t seconds;
        const char* name;
    };
    static constexpr Unit kUnits[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    for (const Unit& unit : kUnits) {
        std::uint64_t count = seconds / unit.seconds;
        if (count > 0) return std::to_string(count) + " " + unit.name + (count == 1 ? "" : "s");
    }
    return "0 seconds";
}

std::string eventText(const Event& event, bool colour)
{
    auto note = [&](const std::string& words) { return styled(kDim, "* " + words, colour); };
    auto warning = [&](const std::string& words) { return styled(kWarn, "! " + words, colour); };
    switch (event.kind) {
    case EventKind::Message:
        return timeText(event.wall) + styled(kBold, event.name + ":", colour) + " " + event.text;
    case EventKind::Delivered:
        return note("delivered to " + event.name + ": " + range(event));
    case EventKind::Expired:
        return warning("expired, never delivered to " + event.name + ": " + range(event));
    case EventKind::NotSent:
        return warning(withText("not sent to " + event.name, event.text));
    case EventKind::Missing:
        return warning(event.name + " gave up on " + range(event) + ": these lines will not come");
    case EventKind::ChatRequested:
        return warning(withText(event.name + " asks to chat", event.text) + "  (/accept " + event.name +
                       " or /decline " + event.name + ")");
    case EventKind::ChatAccepted:
        return note(event.name + " accepted the chat");
    case EventKind::ChatDeclined:
        return warning(event.name + " declined the chat");
    case EventKind::ChatBusy:
        return note(event.name + " is busy now; the request stands for later");
    case EventKind::ContactOnline:
        return note(event.name + " is online");
    case EventKind::ContactGone:
        return note(event.name + " is offline: what you write waits on this board");
    case EventKind::NotReachable:
        return warning(event.name + " is " + event.text);
    case EventKind::KeyChanged:
        return warning("KEY CHANGED, " + event.name + ": " + event.text);
    case EventKind::RegistryOnline:
        return note(event.name + " is online at the registry " + event.text);
    case EventKind::RegistryLost:
        return warning(event.text + "; trying again by itself, open chats go on");
    case EventKind::RegistryKey:
        return warning(event.text);
    case EventKind::LoggedOut:
        return note(withText(event.name + " is logged out", event.text));
    case EventKind::StoreTrouble:
        return warning(event.text);
    case EventKind::StoreWell:
    case EventKind::Information:
        return note(event.text);
    }
    return {};
}

std::string historyText(const StoredMessage& message, const std::string& speaker, std::string_view state,
                        bool colour)
{
    std::string line =
        timeText(message.wall) + styled(kBold, speaker + ":", colour) + " " + wire::neutralise(message.text);
    if (state.empty()) return line;
    return line +
           styled(kDim, "  (#" + std::to_string(message.number) + " " + std::string(state) + ")", colour);
}

} // namespace linnet::peer
