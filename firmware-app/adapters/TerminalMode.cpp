// TCSANOW everywhere: TCSAFLUSH would throw away what was typed ahead or pasted, TCSADRAIN waits on a stopped
// line.
#include "adapters/TerminalMode.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace linnet::peer {

TerminalMode::TerminalMode(int fd) : fd_(fd), terminal_(::tcgetattr(fd, &original_) == 0) {}

// ISIG off: ^C is a byte that erases the line. IXON off: ^S must not stop us. ICRNL off: the editor knows CR
// from LF. OPOST off: we make CRLF ourselves, as on a serial line, and what the editor writes is what the
// terminal gets.
void TerminalMode::enterRaw()
{
    termios raw = original_;
    raw.c_iflag &= ~static_cast<tcflag_t>(BRKINT | ICRNL | IGNCR | INLCR | INPCK | ISTRIP | IXON);
    raw.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    apply(raw);
}

void TerminalMode::setEcho(bool echo)
{
    termios settings = original_;
    if (!echo) settings.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
    apply(settings);
}

// From the background it would stop us (SIGTTOU), and the shell has set the terminal to its own liking.
void TerminalMode::restore()
{
    if (!changed_) return;
    changed_ = false;
    pid_t foreground = ::tcgetpgrp(fd_);
    if (foreground < 0 || foreground == ::getpgrp()) ::tcsetattr(fd_, TCSANOW, &original_);
}

unsigned TerminalMode::columns() const
{
    winsize size{};
    return terminal_ && ::ioctl(fd_, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void TerminalMode::apply(const termios& settings)
{
    if (!terminal_) return;
    changed_ = true;
    ::tcsetattr(fd_, TCSANOW, &settings);
}

} // namespace linnet::peer
