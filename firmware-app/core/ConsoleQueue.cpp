// Memory that a burst took is given back when the burst is over.
#include "core/ConsoleQueue.h"

#include <utility>

namespace linnet::peer {

namespace {

constexpr std::size_t kKeptCapacity = 1024;

}

void ConsoleQueue::sent(std::size_t count)
{
    sent_ += count;
    if (sent_ == bytes_.size()) {
        bytes_.clear();
        sent_ = 0;
        if (bytes_.capacity() > kKeptCapacity) bytes_.shrink_to_fit();
    }
    else if (sent_ > bytes_.size() / 2) { // each byte is moved once at most, on average
        bytes_.erase(0, sent_);
        sent_ = 0;
    }
}

void ConsoleQueue::addEvent(std::string_view line)
{
    if (skipped_ > 0 || events_.size() + line.size() + 1 > maxEventBytes_) {
        ++skipped_;
        return;
    }
    events_.append(line) += '\n';
}

std::string ConsoleQueue::takeEvents()
{
    std::string lines = std::exchange(events_, std::string());
    std::size_t skipped = std::exchange(skipped_, 0);
    if (skipped > 0) {
        const char* noun = skipped == 1 ? " line" : " lines";
        lines += "[" + std::to_string(skipped) + noun + " skipped, /history shows them]\n";
    }
    return lines;
}

void ConsoleQueue::clear()
{
    bytes_.clear();
    bytes_.shrink_to_fit();
    events_.clear();
    events_.shrink_to_fit();
    sent_ = 0;
    skipped_ = 0;
}

} // namespace linnet::peer
