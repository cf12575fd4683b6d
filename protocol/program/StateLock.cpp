// flock: the kernel takes the lock back however the program ends.
#include "program/StateLock.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace linnet::program {

namespace {

constexpr const char* kOther = "; choose another with --state-dir";

std::string holder(int descriptor, const std::string& name)
{
    char process[32] = {};
    ssize_t size = ::pread(descriptor, process, sizeof process - 1, 0);
    if (size <= 0) return "another " + name;
    std::string id(process, static_cast<std::size_t>(size));
    return "another " + name + " (process " + id.substr(0, id.find('\n')) + ")";
}

void leaveProcessId(int descriptor)
{
    std::string process = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor, 0) != 0) return; // decoration of the other's sentence
    [[maybe_unused]] ssize_t written = ::pwrite(descriptor, process.data(), process.size(), 0);
}

} // namespace

StateLock::StateLock(const std::string& directory, const std::string& name)
{
    std::string path = directory + "/" + name + ".lock";
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor_ < 0)
        throw std::runtime_error("can't write in the state directory " + directory + ": " +
                                 std::strerror(errno) + kOther);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) {
        leaveProcessId(descriptor_);
        return;
    }
    int error = errno;
    std::string other = holder(descriptor_, name);
    ::close(descriptor_);
    if (error == EWOULDBLOCK)
        throw std::runtime_error(other + " uses the state directory " + directory + kOther);
    throw std::runtime_error("can't lock the state directory " + directory + ": " + std::strerror(error) +
                             kOther);
}

StateLock::~StateLock()
{
    ::close(descriptor_);
}

} // namespace linnet::program
