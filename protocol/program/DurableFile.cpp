// Every step that a power cut could fall between is ordered here.
#include "program/DurableFile.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace linnet::program {

namespace {

class Descriptor
{
public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    ~Descriptor()
    {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return descriptor_; }
    bool open() const { return descriptor_ >= 0; }

private:
    int descriptor_;
};

bool writeAll(int descriptor, std::string_view content)
{
    while (!content.empty()) {
        ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

SmallFile failed(std::string reason)
{
    SmallFile file;
    file.reason = std::move(reason);
    return file;
}

} // namespace

std::string writeDurably(const std::string& path, std::string_view content, mode_t mode)
{
    std::string draft = path + ".tmp";
    ::unlink(draft.c_str()); // left over from a power cut
    int error = 0;
    {
        Descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
        bool written = file.open() && ::fchmod(file.get(), mode) == 0 && writeAll(file.get(), content) &&
                       ::fsync(file.get()) == 0 && std::rename(draft.c_str(), path.c_str()) == 0;
        if (!written) error = errno;
    }
    if (error == 0) {
        syncDirectoryOf(path);
        return {};
    }
    ::unlink(draft.c_str());
    return std::strerror(error);
}

void syncDirectoryOf(const std::string& path)
{
    std::size_t slash = path.rfind('/');
    std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    Descriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.open()) ::fsync(descriptor.get());
}

SmallFile readSmallFile(const std::string& path, std::size_t limit)
{
    // Without O_NONBLOCK a pipe of that name would hold up the start.
    Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.open()) {
        if (errno == ELOOP) return failed("it is a symbolic link");
        SmallFile result = failed(std::strerror(errno));
        if (errno == ENOENT) result.state = SmallFile::State::Missing;
        return result;
    }
    struct stat status
    {
    };
    if (::fstat(file.get(), &status) != 0) return failed(std::strerror(errno));
    if (!S_ISREG(status.st_mode)) return failed("it is not a regular file");
    if (static_cast<std::uint64_t>(status.st_size) > limit) return failed("it is too long");

    SmallFile result;
    result.mode = status.st_mode & 07777;
    result.content.resize(static_cast<std::size_t>(status.st_size));
    std::size_t have = 0;
    while (have < result.content.size()) {
        ssize_t got = ::read(file.get(), &result.content[have], result.content.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(std::strerror(errno));
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    result.content.resize(have);
    result.state = SmallFile::State::Read;
    return result;
}

} // namespace linnet::program
