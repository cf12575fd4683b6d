// Characters are those of Utf8Width.h.
#include "core/LineBuffer.h"

#include "core/Utf8Width.h"

#include <utility>

namespace linnet::peer {

void LineBuffer::insert(std::string_view text)
{
    text_.insert(cursor_, text);
    cursor_ += text.size();
    // A mark may have joined what follows to it: then the cursor would stand inside a character.
    while (!startsCharacter(text_, cursor_))
        ++cursor_;
}

void LineBuffer::replaceBeforeCursor(std::size_t bytes, std::string_view text)
{
    cursor_ -= bytes;
    text_.erase(cursor_, bytes);
    insert(text);
}

void LineBuffer::set(std::string_view text)
{
    text_ = text;
    cursor_ = text_.size();
}

std::string LineBuffer::take()
{
    cursor_ = 0;
    return std::exchange(text_, std::string());
}

void LineBuffer::left()
{
    if (cursor_ > 0) cursor_ = previousCharacter(text_, cursor_);
}

void LineBuffer::right()
{
    if (cursor_ < text_.size()) cursor_ = nextCharacter(text_, cursor_);
}

void LineBuffer::eraseBefore()
{
    std::size_t end = cursor_;
    left();
    text_.erase(cursor_, end - cursor_);
}

void LineBuffer::eraseAt()
{
    if (cursor_ < text_.size()) text_.erase(cursor_, nextCharacter(text_, cursor_) - cursor_);
}

void LineBuffer::eraseWordBefore()
{
    std::size_t end = cursor_;
    while (cursor_ > 0 && text_[cursor_ - 1] == ' ')
        --cursor_;
    while (cursor_ > 0 && text_[cursor_ - 1] != ' ')
        --cursor_;
    text_.erase(cursor_, end - cursor_);
}

} // namespace linnet::peer
