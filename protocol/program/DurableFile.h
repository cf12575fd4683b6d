// Small files that are either the old or the new one after a power cut, never half of each.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace linnet::program {

// Replaces `path` by way of `path`.tmp, fsync, rename and fsync of the directory. Empty when done; else the
// reason ("No space left on device"), and the old file is as it was.
std::string writeDurably(const std::string& path, std::string_view content, mode_t mode);

// Makes renames and new files in the directory of `path` durable, as far as its file system can.
void syncDirectoryOf(const std::string& path);

struct SmallFile
{
    enum class State { Read, Missing, Failed };
    State state = State::Failed;
    std::string content;
    mode_t mode = 0;    // the permission bits
    std::string reason; // when failed
};
// A regular file of at most `limit` bytes; symbolic links are not followed.
SmallFile readSmallFile(const std::string& path, std::size_t limit);

} // namespace linnet::program
