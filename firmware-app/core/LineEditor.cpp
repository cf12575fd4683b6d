// Keys change the line; refresh() makes the screen follow, once per feed.
#include "core/LineEditor.h"

#include <algorithm>
#include <utility>

namespace linnet::peer {

namespace {

std::string commonPrefix(const std::vector<std::string>& words)
{
    std::string prefix = words.front();
    for (const std::string& word : words) {
        std::size_t size = 0;
        while (size < std::min(prefix.size(), word.size()) && prefix[size] == word[size])
            ++size;
        prefix.resize(size);
    }
    auto isContinuation = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
    const std::string& word = words.front();
    while (prefix.size() < word.size() && isContinuation(word[prefix.size()]))
        prefix.pop_back();
    return prefix;
}

} // namespace

LineEditor::LineEditor(ConsoleOutput& output, LineHandler& handler, ConsoleMode mode)
    : handler_(handler), decoder_(*this), display_(output, mode)
{
}

void LineEditor::feed(std::string_view bytes)
{
    for (char byte : bytes)
        decoder_.feed(byte);
    refresh();
}

void LineEditor::endOfInput()
{
    decoder_.end();
    if (mode() != ConsoleMode::Plain) eraseLine();
    if (fault_ || !line_.text().empty()) submit();
    tell([this] { handler_.onEndOfInput(); });
    refresh();
}

void LineEditor::print(std::string_view lines)
{
    display_.hide();
    display_.printLines(lines);
    refresh();
}

void LineEditor::setPrompt(std::string prompt)
{
    prompt_ = std::move(prompt);
    refresh();
}

void LineEditor::setSecret(bool secret)
{
    if (secret == secret_) return;
    secret_ = secret;
    eraseLine();
    refresh();
}

void LineEditor::setMode(ConsoleMode mode)
{
    display_.hide();
    display_.setMode(mode);
    refresh();
}

void LineEditor::setColumns(unsigned columns)
{
    display_.hide();
    display_.setColumns(columns);
    refresh();
}

void LineEditor::hide()
{
    display_.hide();
    hidden_ = true;
}

void LineEditor::redraw()
{
    hidden_ = false;
    display_.hide();
    refresh();
}

void LineEditor::onKey(Keystroke key, std::string_view text)
{
    bool again = tabbed_ && key == Keystroke::Tab;
    tabbed_ = false;
    if (key == Keystroke::Enter) return submit();
    if (key == Keystroke::InvalidUtf8) return drop(LineFault::InvalidUtf8);
    if (mode() == ConsoleMode::Plain) return insert(key == Keystroke::Tab ? " " : text);
    if (key == Keystroke::Interrupt) return interrupt();
    if (key == Keystroke::EraseLine) return eraseLine();
    if (fault_) return;
    if (key == Keystroke::Text) return insert(text);
    tabbed_ = again;
    edit(key);
}

void LineEditor::insert(std::string_view text)
{
    if (fault_) return;
    if (line_.text().size() + text.size() > kMaxLine) return drop(LineFault::TooLong);
    line_.insert(text);
}

void LineEditor::edit(Keystroke key)
{
    switch (key) {
    case Keystroke::Backspace:
        return line_.eraseBefore();
    case Keystroke::EraseWord:
        return line_.eraseWordBefore();
    case Keystroke::Tab:
        return complete();
    case Keystroke::Redraw:
        return display_.startAfresh();
    case Keystroke::DeleteOrEnd:
        if (line_.text().empty()) return tell([this] { handler_.onEndOfInput(); });
        break;
    default:
        break;
    }
    if (mode() == ConsoleMode::Vt100) editVt100(key);
}

void LineEditor::editVt100(Keystroke key)
{
    switch (key) {
    case Keystroke::Left:
        return line_.left();
    case Keystroke::Right:
        return line_.right();
    case Keystroke::Home:
        return line_.home();
    case Keystroke::End:
        return line_.end();
    case Keystroke::Delete:
    case Keystroke::DeleteOrEnd:
        return line_.eraseAt();
    case Keystroke::EraseToEnd:
        return line_.eraseToEnd();
    case Keystroke::Up:
        return secret_ ? void() : recall(history_.older(line_.text()));
    case Keystroke::Down:
        return secret_ ? void() : recall(history_.newer());
    default:
        break;
    }
}

void LineEditor::recall(const std::string* line)
{
    if (line) line_.set(*line);
}

void LineEditor::eraseLine()
{
    line_.take();
    fault_.reset();
    history_.leave();
}

void LineEditor::submit()
{
    refresh();
    display_.endLine();
    std::optional<LineFault> fault = std::exchange(fault_, std::nullopt);
    std::string line = line_.take();
    if (fault || secret_)
        history_.leave();
    else
        history_.add(line);
    tell([&] { fault ? handler_.onDroppedLine(*fault) : handler_.onLine(std::move(line)); });
}

void LineEditor::interrupt()
{
    refresh();
    display_.endLine();
    eraseLine();
    tell([this] { handler_.onInterrupt(); });
}

// The first Tab adds what all candidates share, the next one lists them. Where nothing can be completed a tab
// is a space, so that pasted words stay apart.
void LineEditor::complete()
{
    bool again = std::exchange(tabbed_, true);
    if (secret_) return;
    std::vector<std::string> candidates;
    if (completion_) candidates = completion_(line_.beforeCursor());
    if (candidates.empty()) return insert(" ");
    std::string_view before = line_.beforeCursor();
    std::size_t typed = before.size() - (before.rfind(' ') + 1); // npos + 1 is 0
    std::string word = commonPrefix(candidates);
    if (candidates.size() == 1) word += ' ';
    bool longer = word.size() > typed && line_.text().size() - typed + word.size() <= kMaxLine;
    if (longer)
        line_.replaceBeforeCursor(typed, word);
    else if (again)
        offer(candidates);
}

void LineEditor::offer(const std::vector<std::string>& candidates)
{
    std::string row;
    for (const std::string& candidate : candidates)
        row += (row.empty() ? "" : "  ") + candidate;
    print(row);
}

void LineEditor::drop(LineFault fault)
{
    if (!fault_) fault_ = fault;
}

void LineEditor::refresh()
{
    if (telling_ || hidden_) return;
    if (secret_)
        display_.show(prompt_, {}, 0);
    else
        display_.show(prompt_, line_.text(), line_.cursor());
}

template <typename Call>
void LineEditor::tell(Call call)
{
    display_.hide();
    telling_ = true;
    call();
    telling_ = false;
}

} // namespace linnet::peer
