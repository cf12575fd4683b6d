// The oldest lines make room for the newest.
#include "core/LineHistory.h"

namespace linnet::peer {

void LineHistory::add(std::string_view line)
{
    leave();
    if (line.empty() || line.size() > kMaxBytes || (!lines_.empty() && lines_.back() == line)) return;
    lines_.emplace_back(line);
    bytes_ += line.size();
    while (lines_.size() > kMaxLines || bytes_ > kMaxBytes) {
        bytes_ -= lines_.front().size();
        lines_.pop_front();
    }
}

void LineHistory::leave()
{
    back_ = 0;
    typed_.clear();
}

const std::string* LineHistory::older(std::string_view typed)
{
    if (back_ == lines_.size()) return nullptr;
    if (back_ == 0) typed_ = typed;
    ++back_;
    return &lines_[lines_.size() - back_];
}

const std::string* LineHistory::newer()
{
    if (back_ == 0) return nullptr;
    --back_;
    return back_ == 0 ? &typed_ : &lines_[lines_.size() - back_];
}

} // namespace linnet::peer
