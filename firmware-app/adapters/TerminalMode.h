// The settings of a terminal while a console uses it, put back afterwards. Does nothing on what is no
// terminal.
#pragma once

#include <termios.h>

namespace linnet::peer {

class TerminalMode
{
public:
    // `fd` is borrowed; -1 is no terminal.
    explicit TerminalMode(int fd);
    ~TerminalMode() { restore(); }
    TerminalMode(const TerminalMode&) = delete;
    TerminalMode& operator=(const TerminalMode&) = delete;

    bool isTerminal() const { return terminal_; }
    // Each key arrives at once and as it is, nothing is echoed, what is written goes out as it is.
    void enterRaw();
    // For a terminal that is not raw: whether it shows what is typed.
    void setEcho(bool echo);
    // As it was when this was made. Idempotent.
    void restore();
    // The window's width now; 0 when unknown.
    unsigned columns() const;

private:
    void apply(const termios& settings);

    int fd_;
    termios original_{};
    bool terminal_; // original_ has been read
    bool changed_ = false;
};

} // namespace linnet::peer
