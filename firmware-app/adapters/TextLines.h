// Small text files of ours: one `word value` a line.
#pragma once

#include <string_view>
#include <utility>

namespace linnet::peer {

class TextLines
{
public:
    explicit TextLines(std::string_view text) : rest_(text) {}

    bool more() const { return !rest_.empty(); }
    // The next line without its end; empty after the last.
    std::string_view next()
    {
        std::size_t end = rest_.find('\n');
        std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        return line;
    }

private:
    std::string_view rest_;
};

// "word the rest" to both.
inline std::pair<std::string_view, std::string_view> splitWord(std::string_view line)
{
    std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return {line, {}};
    return {line.substr(0, space), line.substr(space + 1)};
}

} // namespace linnet::peer
