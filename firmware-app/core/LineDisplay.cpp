// Both kinds of terminal are served the same way: find the first character that differs from what is shown,
// go there, write the rest.
#include "core/LineDisplay.h"

#include "core/Utf8Width.h"

#include <algorithm>
#include <utility>

namespace linnet::peer {

namespace {

constexpr unsigned kTextColumns = 8; // of a row that even a long prompt leaves to the text

// The first byte at which the two differ, moved back to the start of a character of both. Marks added at the
// very end are no difference to what stands before them: the terminal joins them.
std::size_t firstDifference(std::string_view shown, std::string_view wanted)
{
    std::size_t size = std::min(shown.size(), wanted.size());
    auto at = static_cast<std::size_t>(
        std::mismatch(shown.begin(), shown.begin() + static_cast<long>(size), wanted.begin()).first -
        shown.begin());
    if (at == shown.size()) return at;
    while (at > 0 && !(startsCharacter(shown, at) && startsCharacter(wanted, at)))
        --at;
    return at;
}

// The end of `text` that fits into `columns`.
std::string_view tailWithin(std::string_view text, unsigned columns)
{
    std::size_t start = text.size();
    while (start > 0) {
        std::size_t previous = previousCharacter(text, start);
        if (columnsOf(text.substr(previous)) > columns) break;
        start = previous;
    }
    return text.substr(start);
}

// The start of `text` that fits into `columns`.
std::string_view headWithin(std::string_view text, unsigned columns)
{
    std::size_t end = 0;
    unsigned used = 0;
    while (end < text.size()) {
        std::size_t next = nextCharacter(text, end);
        used += columnsOf(text.substr(end, next - end));
        if (used > columns) break;
        end = next;
    }
    return text.substr(0, end);
}

} // namespace

void LineDisplay::setColumns(unsigned columns)
{
    columns_ = columns == 0 ? kDefaultColumns : std::max(columns, kMinColumns);
}

void LineDisplay::show(std::string_view prompt, std::string_view text, std::size_t cursor)
{
    if (mode_ == ConsoleMode::Dumb) showDumb(std::string(prompt).append(text));
    if (mode_ == ConsoleMode::Vt100) showVt100(rowOf(prompt, text, cursor));
}

void LineDisplay::hide()
{
    if (shown_.empty()) return;
    if (mode_ == ConsoleMode::Vt100)
        out_.write("\r\x1b[K");
    else if (!backspaceTo({}))
        newLine();
    forget();
}

void LineDisplay::endLine()
{
    if (mode_ != ConsoleMode::Plain) newLine();
    forget();
    scroll_ = 0;
}

void LineDisplay::startAfresh()
{
    if (mode_ == ConsoleMode::Vt100) out_.write("\x1b[H\x1b[2J");
    if (mode_ == ConsoleMode::Dumb) newLine();
    forget();
}

void LineDisplay::printLines(std::string_view lines)
{
    std::string block;
    block.reserve(lines.size() + 2);
    for (char c : lines) {
        if (c == '\n' && mode_ != ConsoleMode::Plain) block += '\r';
        block += c;
    }
    if (lines.empty() || lines.back() != '\n') block += mode_ == ConsoleMode::Plain ? "\n" : "\r\n";
    out_.write(block);
}

void LineDisplay::newLine()
{
    out_.write("\r\n");
}

void LineDisplay::forget()
{
    shown_.clear();
    cursor_ = {};
}

// ---- Dumb ----

// Where the cursor is after `text`: a wide character that does not fit into a row goes to the next one whole.
LineDisplay::Position LineDisplay::advance(Position from, std::string_view text) const
{
    for (std::size_t at = 0; at < text.size();) {
        std::size_t next = nextCharacter(text, at);
        unsigned width = columnsOf(text.substr(at, next - at));
        if (from.column + width > columns_) from = {from.row + 1, 0};
        from.column += width;
        at = next;
    }
    return from;
}

void LineDisplay::showDumb(std::string wanted)
{
    std::size_t same = firstDifference(shown_, wanted);
    if (same < shown_.size()) {
        Position target = advance({}, std::string_view(shown_).substr(0, same));
        // A character at the start of a row is erased where it stands, not at the end of the row above.
        if (target.column == columns_) target = {target.row + 1, 0};
        if (!backspaceTo(target)) {
            newLine();
            cursor_ = {};
            same = 0;
        }
    }
    std::string_view added = std::string_view(wanted).substr(same);
    if (!added.empty()) out_.write(added);
    cursor_ = advance(cursor_, added);
    shown_ = std::move(wanted);
}

// Erases back to `target`; false, and nothing done, where BS would not do: it stays in its row, and terminals
// differ in what it does at the end of a full one.
bool LineDisplay::backspaceTo(Position target)
{
    if (target.row != cursor_.row || cursor_.column == columns_) return false;
    std::string erase;
    for (; cursor_.column > target.column; --cursor_.column)
        erase += "\b \b";
    if (!erase.empty()) out_.write(erase);
    return true;
}

// ---- Vt100 ----

void LineDisplay::showVt100(const Row& row)
{
    std::size_t same = firstDifference(shown_, row.text);
    std::string_view gone = std::string_view(shown_).substr(same);
    std::string_view added = std::string_view(row.text).substr(same);
    if (!gone.empty() || !added.empty()) {
        moveTo(columnsOf(std::string_view(shown_).substr(0, same)));
        if (!added.empty()) out_.write(added);
        unsigned width = columnsOf(added);
        if (columnsOf(gone) > width) out_.write("\x1b[K");
        cursor_.column += width;
        shown_ = row.text;
    }
    moveTo(row.cursor);
}

// The last column stays free, since terminals differ in what they do there.
LineDisplay::Row LineDisplay::rowOf(std::string_view prompt, std::string_view text, std::size_t cursor)
{
    unsigned usable = columns_ - 1;
    std::string_view label = tailWithin(prompt, usable > kTextColumns ? usable - kTextColumns : 0);
    unsigned labelColumns = columnsOf(label);
    unsigned room = usable - labelColumns;
    scrollTo(text, cursor, room);
    std::string_view visible = headWithin(text.substr(scroll_), room);
    unsigned before = columnsOf(text.substr(scroll_, cursor - scroll_));
    return {std::string(label).append(visible), labelColumns + before};
}

// Scrolls only when the cursor leaves the row, and then by half of it, so that typing on redraws rarely.
void LineDisplay::scrollTo(std::string_view text, std::size_t cursor, unsigned room)
{
    if (headWithin(text, room).size() == text.size()) {
        scroll_ = 0;
        return;
    }
    bool inSight = scroll_ <= cursor && startsCharacter(text, scroll_) &&
                   (scroll_ < cursor || scroll_ == 0) &&
                   headWithin(text.substr(scroll_, cursor - scroll_), room).size() == cursor - scroll_;
    if (!inSight) scroll_ = cursor - tailWithin(text.substr(0, cursor), room / 2).size();
}

void LineDisplay::moveTo(unsigned column)
{
    if (column < cursor_.column) {
        unsigned distance = cursor_.column - column;
        out_.write(distance < 4 ? std::string(distance, '\b') : "\x1b[" + std::to_string(distance) + "D");
    }
    if (column > cursor_.column) {
        unsigned distance = column - cursor_.column;
        out_.write(distance == 1 ? "\x1b[C" : "\x1b[" + std::to_string(distance) + "C");
    }
    cursor_.column = column;
}

} // namespace linnet::peer
