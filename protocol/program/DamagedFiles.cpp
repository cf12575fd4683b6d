// Names that are free, and renames in the right order.
#include "program/DamagedFiles.h"

#include "program/DurableFile.h"

#include <cstdio>
#include <ctime>

#include <unistd.h>

namespace linnet::program {

namespace {

constexpr std::int64_t kPlausible = 1735689600; // the start of 2025: an earlier clock has not been set

bool exists(const std::string& path)
{
    return ::access(path.c_str(), F_OK) == 0;
}

std::string freeName(const std::string& path, std::int64_t now)
{
    if (now < kPlausible) {
        for (int boot = 1;; ++boot) {
            std::string name = path + ".damaged-boot" + std::to_string(boot);
            if (!exists(name)) return name;
        }
    }
    std::time_t seconds = static_cast<std::time_t>(now);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char date[32];
    std::strftime(date, sizeof date, "%Y%m%d-%H%M%S", &utc);
    std::string base = path + ".damaged-" + date;
    std::string name = base;
    for (int copy = 2; exists(name); ++copy)
        name = base + "-" + std::to_string(copy);
    return name;
}

} // namespace

std::string moveAside(const std::string& path, std::int64_t now)
{
    std::string name = freeName(path, now);
    // The companions first: were the power to go in between, a new database must not meet an old log.
    for (const char* companion : {"-wal", "-shm", "-journal", ""}) {
        std::string from = path + companion;
        if (exists(from) && std::rename(from.c_str(), (name + companion).c_str()) != 0) return {};
    }
    syncDirectoryOf(path);
    return name;
}

} // namespace linnet::program
