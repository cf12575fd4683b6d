// What the file system under a path is like.
#pragma once

#include <cstdint>
#include <string>

namespace linnet::peer {

// Bytes an ordinary user may still write; without limit when the system does not say.
std::uint64_t freeBytes(const std::string& path);

// Whether it is mounted, or was remounted because of errors, for reading only.
bool isReadOnly(const std::string& path);

// Whether it is a file system that does not outlive a boot (tmpfs, ramfs).
bool livesInMemory(const std::string& path);

} // namespace linnet::peer
