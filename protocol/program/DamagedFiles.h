// Moves a damaged database out of the way, for someone to look at later.
#pragma once

#include <cstdint>
#include <string>

namespace linnet::program {

// Renames `path` and its companions (-wal, -shm, -journal) to PATH.damaged-YYYYMMDD-HHMMSS, in UTC, or to
// PATH.damaged-bootN when `now` (seconds since 1970) is before 2025. Never replaces a file. The new name, or
// empty when the file could not be renamed.
std::string moveAside(const std::string& path, std::int64_t now);

} // namespace linnet::program
