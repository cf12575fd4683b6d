#include "adapters/DiskSpace.h"

#include <limits>

#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

namespace linnet::peer {

std::uint64_t freeBytes(const std::string& path)
{
    struct statfs status
    {
    };
    if (::statfs(path.c_str(), &status) != 0) return std::numeric_limits<std::uint64_t>::max();
    return static_cast<std::uint64_t>(status.f_bavail) * static_cast<std::uint64_t>(status.f_bsize);
}

bool isReadOnly(const std::string& path)
{
    struct statvfs status
    {
    };
    return ::statvfs(path.c_str(), &status) == 0 && (status.f_flag & ST_RDONLY) != 0;
}

bool livesInMemory(const std::string& path)
{
    struct statfs status
    {
    };
    if (::statfs(path.c_str(), &status) != 0) return false;
    // f_type is signed on some machines and RAMFS_MAGIC has the upper bit.
    auto type = static_cast<std::uint32_t>(status.f_type);
    return type == TMPFS_MAGIC || type == RAMFS_MAGIC;
}

} // namespace linnet::peer
