// Notices that have not been acknowledged: each is due again every two seconds, five times in all. Holds
// bytes and times; sending is its owner's.
#pragma once

#include "registry/core/Limits.h"
#include "registry/core/Ports.h"

#include <deque>
#include <optional>
#include <unordered_map>

namespace linnet::registry {

struct PendingNotice
{
    wire::SessionId session{};
    // Where to send it although the session is over; without it, it goes where the session is, while there is
    // one.
    std::optional<Address> lastAddress;
    wire::Bytes body; // the fields of wire::Notice
    unsigned sent = 0;
};

class NoticeQueue
{
public:
    explicit NoticeQueue(std::uint32_t firstId) : lastId_(firstId) {}

    // Adds a notice to `session`, due at once. When too many are pending the oldest is dropped. `notice.id`
    // is set here.
    void add(wire::Notice notice, const wire::SessionId& session, std::optional<Address> lastAddress,
             std::uint64_t now);
    // Gives every notice that is due to `send(const PendingNotice&)`, which says whether to try again later.
    template <class Send>
    void sendDue(std::uint64_t now, Send send)
    {
        while (!due_.empty() && due_.front().at <= now) {
            Due due = due_.front();
            due_.pop_front();
            auto found = pending_.find(due.id);
            if (found == pending_.end()) continue;
            ++found->second.sent;
            if (send(found->second) && found->second.sent < kNoticeTries)
                due_.push_back({now + kNoticePeriod, due.id});
            else
                pending_.erase(found);
        }
    }
    // `session` has it.
    void seen(std::uint32_t id, const wire::SessionId& session);

    bool empty() const { return pending_.empty(); }
    std::size_t size() const { return pending_.size(); }

private:
    struct Due
    {
        std::uint64_t at;
        std::uint32_t id;
    };

    std::unordered_map<std::uint32_t, PendingNotice> pending_;
    std::deque<Due> due_; // in the order of time: all wait equally long; what was seen stays until its time
    std::uint32_t lastId_;
};

} // namespace linnet::registry
