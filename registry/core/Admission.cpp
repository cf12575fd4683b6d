// Connections are few, so counting walks over all of them.
#include "registry/core/Admission.h"

#include "registry/core/Limits.h"

#include <map>

namespace linnet::registry {

Admission::Verdict Admission::arrived(ConnectionId id, const Address& from, const Now& now)
{
    IpBytes prefix = prefixOf(from.ip);
    bool local = isLoopback(from.ip);
    unsigned inAll = 0;
    unsigned waitingInAll = 0;
    unsigned waiting = 0;
    for (const auto& [other, entry] : entries_) {
        bool same = entry.prefix == prefix;
        inAll += same;
        waitingInAll += !entry.loggedIn;
        waiting += same && !entry.loggedIn;
    }
    Verdict verdict;
    bool prefixCrowded = waiting >= (local ? kWaitingPerPrefixLoopback : kWaitingPerPrefix);
    bool prefixFull = inAll >= (local ? kConnectionsPerPrefixLoopback : kConnectionsPerPrefix);
    if (prefixCrowded || prefixFull) {
        verdict.givesWay = oldestWaiting(prefix);
        if (!verdict.givesWay) return verdict;
    }
    else if (waitingInAll >= kWaitingInAll)
        verdict.givesWay = oldestWaiting(busiestPrefix());
    if (verdict.givesWay) entries_.erase(*verdict.givesWay);
    entries_[id] = Entry{prefix, now.milliseconds, now.milliseconds, false};
    verdict.admitted = true;
    return verdict;
}

void Admission::heard(ConnectionId id, bool loggedIn, const Now& now)
{
    auto found = entries_.find(id);
    if (found == entries_.end()) return;
    found->second.heardAt = now.milliseconds;
    if (found->second.loggedIn && !loggedIn) found->second.arrivedAt = now.milliseconds;
    found->second.loggedIn = loggedIn;
}

std::vector<Admission::Overdue> Admission::takeOverdue(const Now& now)
{
    std::vector<Overdue> overdue;
    for (auto next = entries_.begin(); next != entries_.end();) {
        auto current = next++;
        const Entry& entry = current->second;
        bool late = !entry.loggedIn && now.milliseconds - entry.arrivedAt >= kLoginSeconds * 1000ull;
        bool idle = entry.loggedIn && now.milliseconds - entry.heardAt >= kIdleSeconds * 1000ull;
        if (!late && !idle) continue;
        overdue.push_back(
            {current->first, late ? wire::Goodbye::Reason::TooSlow : wire::Goodbye::Reason::Idle});
        entries_.erase(current);
    }
    return overdue;
}

std::optional<ConnectionId> Admission::oldestWaiting(const IpBytes& prefix) const
{
    std::optional<ConnectionId> oldest;
    std::uint64_t since = 0;
    for (const auto& [id, entry] : entries_) {
        if (entry.loggedIn || entry.prefix != prefix) continue;
        bool older = !oldest || entry.arrivedAt < since || (entry.arrivedAt == since && id < *oldest);
        if (!older) continue;
        oldest = id;
        since = entry.arrivedAt;
    }
    return oldest;
}

IpBytes Admission::busiestPrefix() const
{
    std::map<IpBytes, unsigned> waiting;
    for (const auto& [id, entry] : entries_)
        if (!entry.loggedIn) ++waiting[entry.prefix];
    auto busiest = std::max_element(waiting.begin(), waiting.end(),
                                    [](const auto& a, const auto& b) { return a.second < b.second; });
    return busiest == waiting.end() ? IpBytes{} : busiest->first;
}

} // namespace linnet::registry
