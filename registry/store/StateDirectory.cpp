// Plain POSIX files: what is made here must be private from the first byte and survive a power cut.
#include "registry/store/StateDirectory.h"

#include <fcntl.h>
#include <stdexcept>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace linnet::registry {

using wire::Byte;
using wire::Bytes;
using wire::ByteView;

namespace {

constexpr std::array<Byte, 8> kMagic = {'L', 'N', 'T', 'R', 'K', 'E', 'Y', '1'};
constexpr std::size_t kKeyFileSize = kMagic.size() + 2 * sizeof(wire::Key);

[[noreturn]] void failAt(const std::string& doing, const std::string& path)
{
    throw std::runtime_error("cannot " + doing + " " + path + ": " + std::generic_category().message(errno));
}

struct File
{
    int fd;
    ~File()
    {
        if (fd >= 0) ::close(fd);
    }
};

void writeDurably(const std::string& path, ByteView bytes)
{
    File file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    bool written = file.fd >= 0 &&
                   ::write(file.fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
                   ::fsync(file.fd) == 0;
    if (!written) failAt("write", path);
}

void syncDirectory(const std::string& path)
{
    File directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory.fd < 0 || ::fsync(directory.fd) != 0) failAt("sync", path);
}

RegistryKeys makeKeys(secure::Random& random)
{
    RegistryKeys keys;
    keys.staticKey = secure::makeKeyPair(random);
    random.fill(keys.secret.data(), keys.secret.size());
    return keys;
}

Bytes encode(const RegistryKeys& keys)
{
    Bytes bytes = ByteView(kMagic).copy();
    wire::append(bytes, keys.staticKey.secret);
    wire::append(bytes, keys.secret);
    return bytes;
}

RegistryKeys decode(ByteView bytes, const std::string& path)
{
    bool good = bytes.size() == kKeyFileSize && bytes.first(kMagic.size()) == ByteView(kMagic);
    if (!good)
        throw std::runtime_error(path + " is damaged: put its copy back, or remove it to have a new key, "
                                        "which every peer must be told of");
    wire::Key secret;
    RegistryKeys keys;
    std::copy_n(bytes.begin() + kMagic.size(), secret.size(), secret.begin());
    std::copy_n(bytes.begin() + kMagic.size() + secret.size(), keys.secret.size(), keys.secret.begin());
    keys.staticKey = secure::keyPairFromSecret(secret);
    secure::wipe(secret);
    return keys;
}

} // namespace

StateDirectory::StateDirectory(const std::string& path, Use use) : path_(path)
{
    bool made = use == Use::Operate || ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST;
    if (!made) failAt("make the state directory (--state-dir)", path);
    if (::access(path.c_str(), W_OK | X_OK) != 0) failAt("write to the state directory (--state-dir)", path);
    if (use == Use::Run) takeLock();
}

StateDirectory::~StateDirectory()
{
    if (lock_ >= 0) ::close(lock_);
}

void StateDirectory::takeLock()
{
    std::string file = path_ + "/registry.lock";
    lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock_ < 0) failAt("write to the state directory (--state-dir)", path_);
    if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
    ::close(lock_);
    lock_ = -1;
    throw std::runtime_error("another registry already runs on the state directory " + path_ +
                             " (--state-dir)");
}

RegistryKeys StateDirectory::keys(secure::Random& random) const
{
    File file{::open(keyFile().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (file.fd < 0 && errno != ENOENT) failAt("read", keyFile());
    if (file.fd < 0) {
        RegistryKeys keys = makeKeys(random);
        std::string temporary = keyFile() + ".new";
        ::unlink(temporary.c_str());
        writeDurably(temporary, encode(keys));
        if (::rename(temporary.c_str(), keyFile().c_str()) != 0) failAt("write", keyFile());
        syncDirectory(path_);
        return keys;
    }
    struct stat status
    {
    };
    if (::fstat(file.fd, &status) != 0) failAt("read", keyFile());
    if (status.st_mode & (S_IRWXG | S_IRWXO))
        throw std::runtime_error(keyFile() +
                                 " may be read by others: chmod 600 it, and think about who has read it");
    Bytes bytes(kKeyFileSize + 1);
    ssize_t size = ::read(file.fd, bytes.data(), bytes.size());
    if (size < 0) failAt("read", keyFile());
    RegistryKeys keys = decode(ByteView(bytes).first(static_cast<std::size_t>(size)), keyFile());
    secure::wipe(bytes.data(), bytes.size());
    return keys;
}

} // namespace linnet::registry
