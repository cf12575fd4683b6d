// The program's log: one line per event to standard error or a file, never to a console. With systemd or
// procd, which keep standard error, lines begin with a syslog level.
#pragma once

#include <string>
#include <string_view>

namespace linnet::program {

enum class LogLevel { Debug, Info, Warning, Error };

class Log
{
public:
    // `path` empty: standard error. Returns what is wrong, or nothing.
    std::string open(const std::string& path, LogLevel least);
    // The file again, after it has been moved away.
    void reopen();
    void write(LogLevel level, std::string_view line);
    ~Log();

private:
    std::string path_;
    LogLevel least_ = LogLevel::Info;
    int fd_ = 2;
};

// "debug", "info", "warning", "error"; false when it is none of them.
bool parseLogLevel(std::string_view text, LogLevel& level);

} // namespace linnet::program
