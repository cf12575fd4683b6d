// The text of the line being typed and the cursor in it, both always at whole characters. Text is well-formed
// UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace linnet::peer {

class LineBuffer
{
public:
    const std::string& text() const { return text_; }
    std::size_t cursor() const { return cursor_; } // in bytes
    std::string_view beforeCursor() const { return std::string_view(text_).substr(0, cursor_); }

    void insert(std::string_view text);
    void replaceBeforeCursor(std::size_t bytes, std::string_view text);
    // Sets the text, the cursor at its end.
    void set(std::string_view text);
    // Hands the text out and is empty afterwards.
    std::string take();

    void left();
    void right();
    void home() { cursor_ = 0; }
    void end() { cursor_ = text_.size(); }

    void eraseBefore();
    void eraseAt();
    void eraseWordBefore(); // spaces, then what is no space
    void eraseToEnd() { text_.resize(cursor_); }

private:
    std::string text_;
    std::size_t cursor_ = 0;
};

} // namespace linnet::peer
