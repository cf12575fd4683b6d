// One console's conversation, line by line: bytes of a keyboard, a pipe or a serial line in; lines and events
// out; echo, editing and redrawing through a ConsoleOutput. A pure state machine: no descriptor, no terminal
// settings, no clock.
//
// Plain (pipe or file): no echo, no prompt, no editing; only line ends and text count. Dumb: echo, backspace,
// ^U, ^W, ^L, ^C, ^D and Tab. Vt100: also cursor keys, Home, End, Delete, ^A ^E ^B ^F ^K and a history (up,
// down, ^P, ^N). What is printed is never interpreted: control characters in it are the caller's job
// (wire::neutralise).
#pragma once

#include "core/ConsoleOutput.h"
#include "core/KeyDecoder.h"
#include "core/LineBuffer.h"
#include "core/LineDisplay.h"
#include "core/LineHistory.h"
#include "wire/Limits.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::peer {

enum class LineFault { InvalidUtf8, TooLong };

// Receives what was entered. May call back into the editor (print, setPrompt, setSecret, setMode, ...) but
// not feed it or destroy it.
class LineHandler
{
public:
    // Well-formed UTF-8 without control characters, at most LineEditor::kMaxLine bytes; may be empty.
    virtual void onLine(std::string line) = 0;
    virtual void onInterrupt() = 0;  // ^C; what had been typed is gone
    virtual void onEndOfInput() = 0; // ^D on an empty line, or endOfInput()
    // A line has ended that was not understood or not kept.
    virtual void onDroppedLine(LineFault fault) = 0;

protected:
    ~LineHandler() = default;
};

class LineEditor final : private KeyHandler
{
public:
    static constexpr std::size_t kMaxLine = wire::kMaxText + 64; // bytes: a message and a command before it

    // Words that could stand in place of the one before the cursor (what follows the last space), given the
    // line up to the cursor. UTF-8 without control characters.
    using Completion = std::function<std::vector<std::string>(std::string_view lineUpToCursor)>;

    // Both must outlive this.
    LineEditor(ConsoleOutput& output, LineHandler& handler, ConsoleMode mode);

    // How the bytes are cut into calls makes no difference to the lines, the events and what the screen shows
    // in the end; bytes fed together are shown together.
    void feed(std::string_view bytes);
    // Nothing more will come. A last line without line end counts in Plain mode; half-typed on a terminal it
    // does not.
    void endOfInput();

    // Shows one or more lines (separated by LF) above the line being typed. Many lines in one call are drawn
    // at once.
    void print(std::string_view lines);

    // Without control characters; the end of a prompt that leaves no room for text is shown.
    void setPrompt(std::string prompt);
    // Whether what is typed is neither shown nor kept in the history. A change discards what has been typed.
    void setSecret(bool secret);
    ConsoleMode mode() const { return display_.mode(); }
    void setMode(ConsoleMode mode);
    void setColumns(unsigned columns); // 0: unknown
    void setCompletion(Completion completion) { completion_ = std::move(completion); }

    // Takes prompt and line off the screen: before leaving it to others.
    void hide();
    // Draws them again after others had the screen.
    void redraw();

private:
    void onKey(Keystroke key, std::string_view text) override;
    void insert(std::string_view text);
    void edit(Keystroke key);
    void editVt100(Keystroke key);
    void recall(const std::string* line);
    void eraseLine();
    void submit();
    void interrupt();
    void complete();
    void offer(const std::vector<std::string>& candidates);
    void drop(LineFault fault);
    void refresh();
    template <typename Call>
    void tell(Call call);

    LineHandler& handler_;
    KeyDecoder decoder_;
    LineDisplay display_;
    LineBuffer line_;
    LineHistory history_;
    Completion completion_;
    std::string prompt_;
    std::optional<LineFault> fault_; // of the line being typed; it is dropped at its end
    bool secret_ = false;
    bool telling_ = false; // the handler is being called: the line is off the screen
    bool hidden_ = false;
    bool tabbed_ = false; // the last key was a Tab
};

} // namespace linnet::peer
