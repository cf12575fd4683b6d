// An ordered map of deadlines; ties run in the order they were made.
#include "core/Schedule.h"

#include <vector>

namespace linnet::peer {

Schedule::Timer Schedule::after(Milliseconds delay, std::function<void()> task)
{
    Timer timer = ++last_;
    Milliseconds due = now() + delay;
    tasks_.emplace(Due{due, timer}, std::move(task));
    due_.emplace(timer, due);
    if (earlier_ && tasks_.begin()->first.second == timer) earlier_();
    return timer;
}

void Schedule::cancel(Timer& timer)
{
    auto found = due_.find(timer);
    if (found != due_.end()) {
        tasks_.erase(Due{found->second, timer});
        due_.erase(found);
    }
    timer = 0;
}

std::optional<Milliseconds> Schedule::next() const
{
    if (tasks_.empty()) return std::nullopt;
    return tasks_.begin()->first.first;
}

void Schedule::runDue()
{
    Timer newest = last_;
    while (!tasks_.empty() && tasks_.begin()->first.first <= now()) {
        auto first = tasks_.begin();
        if (first->first.second > newest) break;
        std::function<void()> task = std::move(first->second);
        due_.erase(first->first.second);
        tasks_.erase(first);
        task();
    }
}

} // namespace linnet::peer
