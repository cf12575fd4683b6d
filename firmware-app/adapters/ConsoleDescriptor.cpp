// Three ways, by what it is. A socket has a flag for each call. A terminal or a pipe is opened a second time
// through /proc, which makes a file description of our own. Where that is refused (another user's terminal,
// no /proc), and for files, poll() is asked before each call: then a pipe takes PIPE_BUF bytes (pipe(7)), a
// terminal surely only a few.
#include "adapters/ConsoleDescriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>

namespace linnet::peer {

namespace {

using link::IoResult;

constexpr std::size_t kTerminalSlice = 64;

IoResult resultOf(ssize_t count)
{
    if (count > 0) return {IoResult::Status::Done, static_cast<std::size_t>(count), 0};
    if (count == 0) return {IoResult::Status::Closed, 0, 0};
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        return {IoResult::Status::WouldBlock, 0, 0};
    return {IoResult::Status::Failed, 0, errno};
}

} // namespace

ConsoleDescriptor::ConsoleDescriptor(int borrowed, Use use)
{
    struct stat status = {};
    if (::fstat(borrowed, &status) != 0) return;
    bool terminal = ::isatty(borrowed) == 1;
    slice_ = terminal ? kTerminalSlice : PIPE_BUF;
    if (S_ISSOCK(status.st_mode)) {
        kind_ = Kind::Socket;
    }
    else if (terminal || S_ISFIFO(status.st_mode)) {
        std::string path = "/proc/self/fd/" + std::to_string(borrowed);
        int access = use == Use::Read ? O_RDONLY : O_WRONLY;
        descriptor_.reset(::open(path.c_str(), access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
        if (descriptor_) kind_ = Kind::NonBlocking;
    }
    if (!descriptor_) descriptor_.reset(::fcntl(borrowed, F_DUPFD_CLOEXEC, 0));
}

IoResult ConsoleDescriptor::read(char* to, std::size_t size)
{
    if (kind_ == Kind::Socket) return resultOf(::recv(fd(), to, size, MSG_DONTWAIT));
    if (kind_ == Kind::AskFirst && !ready(POLLIN, 0)) return {IoResult::Status::WouldBlock, 0, 0};
    return resultOf(::read(fd(), to, size));
}

IoResult ConsoleDescriptor::write(std::string_view bytes)
{
    if (kind_ == Kind::Socket)
        return resultOf(::send(fd(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    if (kind_ == Kind::AskFirst) {
        if (!ready(POLLOUT, 0)) return {IoResult::Status::WouldBlock, 0, 0};
        bytes = bytes.substr(0, slice_);
    }
    return resultOf(::write(fd(), bytes.data(), bytes.size()));
}

bool ConsoleDescriptor::waitWritable(int milliseconds) const
{
    return ready(POLLOUT, milliseconds);
}

// An error counts as ready, as does having no descriptor at all: the call that follows tells it.
bool ConsoleDescriptor::ready(short events, int milliseconds) const
{
    if (!descriptor_) return true;
    pollfd request{fd(), events, 0};
    return ::poll(&request, 1, milliseconds) > 0;
}

} // namespace linnet::peer
