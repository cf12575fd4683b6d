// Keeps the prompt and the line being typed on the last row of a terminal. It remembers what the screen shows
// and sends only what changes it to what it should show.
//
// Plain: nothing is shown, line ends are LF. Dumb: printable characters, CR, LF and BS only; the cursor is
// always at the end of the line, which wraps where the terminal wraps it. Vt100: the row never wraps, a long
// line scrolls sideways; of the escape sequences only cursor left and right, erase to the end of the row and
// clear the screen are used.
#pragma once

#include "core/ConsoleOutput.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace linnet::peer {

enum class ConsoleMode { Plain, Dumb, Vt100 };

class LineDisplay
{
public:
    static constexpr unsigned kDefaultColumns = 80;
    static constexpr unsigned kMinColumns = 4; // a narrower terminal is treated as one of this width

    // `out` must outlive this.
    LineDisplay(ConsoleOutput& out, ConsoleMode mode) : out_(out), mode_(mode) {}

    ConsoleMode mode() const { return mode_; }
    // REQUIRES: the line is hidden. 0 columns: unknown.
    void setMode(ConsoleMode mode) { mode_ = mode; }
    void setColumns(unsigned columns);

    // Makes the screen show prompt, text and the cursor at byte `cursor` of the text. Both are UTF-8 without
    // control characters; the cursor is at a whole character.
    void show(std::string_view prompt, std::string_view text, std::size_t cursor);
    // Takes the line off the screen; what is written next stands where it stood.
    void hide();
    // Leaves the line on the screen as it is; what is written next stands below it.
    void endLine();
    // Forgets the screen and starts at its top (Vt100) or on a new row (Dumb): after foreign text has spoiled
    // it.
    void startAfresh();
    // Writes lines, separated by LF, each with the line end of the mode. REQUIRES: the line is hidden.
    void printLines(std::string_view lines);

private:
    struct Position
    {
        unsigned row = 0;
        unsigned column = 0; // the width itself when the row is full and the terminal has not wrapped yet
    };
    struct Row // of a Vt100
    {
        std::string text;
        unsigned cursor = 0; // column
    };

    Position advance(Position from, std::string_view text) const;
    void showDumb(std::string shown);
    bool backspaceTo(Position target);
    void showVt100(const Row& row);
    Row rowOf(std::string_view prompt, std::string_view text, std::size_t cursor);
    void scrollTo(std::string_view text, std::size_t cursor, unsigned room);
    void moveTo(unsigned column);
    void newLine();
    void forget();

    ConsoleOutput& out_;
    ConsoleMode mode_;
    unsigned columns_ = kDefaultColumns;
    std::string shown_;      // what stands on the screen since the line began
    Position cursor_;        // where the cursor is, from where the line began
    std::size_t scroll_ = 0; // first byte of the text that is in sight (Vt100)
};

} // namespace linnet::peer
