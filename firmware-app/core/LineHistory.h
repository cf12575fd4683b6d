// The lines a person has entered on one console, to be recalled with the cursor keys. In RAM only, bounded in
// lines and bytes.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace linnet::peer {

class LineHistory
{
public:
    static constexpr std::size_t kMaxLines = 50;
    static constexpr std::size_t kMaxBytes = 8192;

    // Keeps `line` as the newest unless it is empty, the same as the newest, or alone over kMaxBytes, and
    // ends browsing.
    void add(std::string_view line);
    // Ends browsing without keeping anything.
    void leave();

    // The line before the one shown now, or null at the oldest; `typed` is kept for the way back when
    // browsing begins. Valid until the next call.
    const std::string* older(std::string_view typed);
    // The line after it, at last what had been typed; null when not browsing.
    const std::string* newer();

private:
    std::deque<std::string> lines_; // oldest first
    std::size_t bytes_ = 0;
    std::size_t back_ = 0; // how many lines back the shown one is; 0 is the one being typed
    std::string typed_;
};

} // namespace linnet::peer
