// Which connections there is room for. Counts per address prefix; when a limit is reached the oldest of those
// that have not logged in gives way, so that silent or hostile ones cannot keep honest ones out.
#pragma once

#include "registry/core/Ports.h"

#include <optional>
#include <unordered_map>
#include <vector>

namespace linnet::registry {

class Admission
{
public:
    struct Verdict
    {
        bool admitted = false;
        std::optional<ConnectionId> givesWay; // to be closed to make room; already forgotten here
    };
    struct Overdue
    {
        ConnectionId id;
        wire::Goodbye::Reason reason;
    };

    // A connection was accepted.
    Verdict arrived(ConnectionId id, const Address& from, const Now& now);
    // A record came from it; `loggedIn` is its state after that.
    void heard(ConnectionId id, bool loggedIn, const Now& now);
    void left(ConnectionId id) { entries_.erase(id); }
    // Those over their time: not logged in after 30 s, or idle for 60 s. Forgotten here.
    std::vector<Overdue> takeOverdue(const Now& now);

    std::size_t size() const { return entries_.size(); }

private:
    struct Entry
    {
        IpBytes prefix{};
        std::uint64_t arrivedAt = 0; // milliseconds
        std::uint64_t heardAt = 0;
        bool loggedIn = false;
    };

    std::optional<ConnectionId> oldestWaiting(const IpBytes& prefix) const;
    IpBytes busiestPrefix() const;

    std::unordered_map<ConnectionId, Entry> entries_;
};

} // namespace linnet::registry
