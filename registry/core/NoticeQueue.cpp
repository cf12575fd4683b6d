// Adding and striking out.
#include "registry/core/NoticeQueue.h"

#include "wire/ByteWriter.h"

namespace linnet::registry {

void NoticeQueue::add(wire::Notice notice, const wire::SessionId& session, std::optional<Address> lastAddress,
                      std::uint64_t now)
{
    while (pending_.size() >= kNoticesPending) {
        pending_.erase(due_.front().id);
        due_.pop_front();
    }
    notice.id = ++lastId_;
    PendingNotice pending{session, lastAddress, {}, 0};
    wire::ByteWriter writer(pending.body);
    wire::Notice::fields(writer, static_cast<const wire::Notice&>(notice));
    pending_.insert_or_assign(notice.id, std::move(pending));
    due_.push_front({now, notice.id});
}

void NoticeQueue::seen(std::uint32_t id, const wire::SessionId& session)
{
    auto found = pending_.find(id);
    if (found != pending_.end() && found->second.session == session) pending_.erase(found);
}

} // namespace linnet::registry
