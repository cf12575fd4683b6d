// Echo is off only while the line is read.
#include "registry/app/TerminalPassword.h"

#include <iostream>

#include <termios.h>
#include <unistd.h>

namespace linnet::registry {

namespace {

class WithoutEcho
{
public:
    WithoutEcho()
    {
        isTerminal_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
        if (!isTerminal_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~WithoutEcho()
    {
        if (isTerminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    WithoutEcho(const WithoutEcho&) = delete;
    WithoutEcho& operator=(const WithoutEcho&) = delete;

    bool isTerminal() const { return isTerminal_; }

private:
    termios before_{};
    bool isTerminal_ = false;
};

} // namespace

std::optional<std::string> readPassword(const std::string& prompt)
{
    WithoutEcho withoutEcho;
    if (withoutEcho.isTerminal()) std::cerr << prompt << std::flush;
    std::string line;
    bool read = static_cast<bool>(std::getline(std::cin, line));
    if (withoutEcho.isTerminal()) std::cerr << "\n";
    if (!read) return std::nullopt;
    return line;
}

} // namespace linnet::registry
