// What happens without having been asked for, told to every console. The table is the one place that lists
// kinds: their names in machine lines, and CONSOLE.md's check, come from it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace linnet::peer {

#define LINNET_EVENTS(X)                                                                                     \
    X(Message, "message")                /* name, text, number: a line from someone */                       \
    X(Delivered, "delivered")            /* name, number..upTo: in the recipient's database */               \
    X(Expired, "expired")                /* name, number..upTo: too old, given up */                         \
    X(NotSent, "refused")                /* name, text: why what waited for this user will not be sent */    \
    X(Missing, "missing")                /* name, number..upTo: the sender gave these up */                  \
    X(ChatRequested, "chat-request")     /* name, text: the note */                                          \
    X(ChatAccepted, "chat-accepted")     /* name */                                                          \
    X(ChatDeclined, "chat-declined")     /* name */                                                          \
    X(ChatBusy, "chat-busy")             /* name */                                                          \
    X(ContactOnline, "online")           /* name */                                                          \
    X(ContactGone, "offline")            /* name */                                                          \
    X(NotReachable, "not-reachable")     /* name, text: what would help */                                   \
    X(KeyChanged, "key-changed")         /* name, text */                                                    \
    X(RegistryOnline, "registry-online") /* name: the account, text: where */                                \
    X(RegistryLost, "registry-lost")     /* text: why */                                                     \
    X(RegistryKey, "registry-key")       /* text: pinned, or changed */                                      \
    X(LoggedOut, "logged-out")           /* name, text: why */                                               \
    X(StoreTrouble, "store-trouble")     /* text */                                                          \
    X(StoreWell, "store-well")           /* text */                                                          \
    X(Information, "information")        /* text */

enum class EventKind : std::uint8_t {
#define LINNET_EVENT_ENUM(kind, name) kind,
    LINNET_EVENTS(LINNET_EVENT_ENUM)
#undef LINNET_EVENT_ENUM
};

std::string_view eventName(EventKind kind);

struct Event
{
    EventKind kind = EventKind::Information;
    std::string name; // whom it is about; already a valid name
    std::string text; // already neutralised when it came from someone else
    std::uint64_t number = 0;
    std::uint64_t upTo = 0;
    std::int64_t wall = 0; // seconds since 1970 when the message was written; 0: unknown
};

// Where events go.
class EventSink
{
public:
    virtual ~EventSink() = default;
    virtual void emit(const Event& event) = 0;
    // Whether anyone would see it now.
    virtual bool hasAudience() const { return true; }
};

} // namespace linnet::peer
