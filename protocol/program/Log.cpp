// Writing whole lines with one system call each; nothing is kept in memory.
#include "program/Log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace linnet::program {

namespace {
constexpr const char* kNames[] = {"debug", "info", "warning", "error"};
constexpr const char* kSyslog[] = {"<7>", "<6>", "<4>", "<3>"};
} // namespace

bool parseLogLevel(std::string_view text, LogLevel& level)
{
    for (int i = 0; i < 4; ++i) {
        if (text != kNames[i]) continue;
        level = static_cast<LogLevel>(i);
        return true;
    }
    return false;
}

std::string Log::open(const std::string& path, LogLevel least)
{
    path_ = path;
    least_ = least;
    if (path.empty()) return {};
    int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0) return "the log file " + path + " can't be opened: " + std::strerror(errno);
    if (fd_ > 2) ::close(fd_);
    fd_ = fd;
    return {};
}

void Log::reopen()
{
    if (!path_.empty()) open(path_, least_);
}

void Log::write(LogLevel level, std::string_view line)
{
    if (level < least_) return;
    std::string text;
    bool journal = path_.empty() && std::getenv("JOURNAL_STREAM");
    if (journal)
        text = kSyslog[static_cast<int>(level)];
    else {
        char time[32];
        std::time_t now = std::time(nullptr);
        std::tm local{};
        localtime_r(&now, &local);
        std::strftime(time, sizeof time, "%Y-%m-%d %H:%M:%S ", &local);
        text = time + std::string(kNames[static_cast<int>(level)]) + ": ";
    }
    text.append(line).append("\n");
    // A log that can't be written must not stop the program.
    if (::write(fd_, text.data(), text.size()) < 0) return;
}

Log::~Log()
{
    if (fd_ > 2) ::close(fd_);
}

} // namespace linnet::program
