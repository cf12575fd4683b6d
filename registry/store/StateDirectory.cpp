// The directory itself, and the file of keys in it.
#include "registry/store/StateDirectory.h"

#include "program/DurableFile.h"

#include <stdexcept>
#include <system_error>

#include <sys/stat.h>
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
    throw std::runtime_error("can't " + doing + " " + path + ": " + std::generic_category().message(errno));
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
    if (use == Use::Run) lock_.emplace(path, "linnet-registry");
}

RegistryKeys StateDirectory::keys(secure::Random& random) const
{
    program::SmallFile file = program::readSmallFile(keyFile(), kKeyFileSize);
    if (file.state == program::SmallFile::State::Missing) {
        RegistryKeys keys = makeKeys(random);
        std::string trouble = program::writeDurably(keyFile(), ByteView(encode(keys)).text(), 0600);
        if (!trouble.empty()) throw std::runtime_error("can't write " + keyFile() + ": " + trouble);
        return keys;
    }
    if (file.state != program::SmallFile::State::Read)
        throw std::runtime_error("can't read " + keyFile() + ": " + file.reason);
    if (file.mode & 077)
        throw std::runtime_error(keyFile() +
                                 " may be read by others: chmod 600 it, and think about who has read it");
    RegistryKeys keys = decode(ByteView(file.content), keyFile());
    secure::wipe(reinterpret_cast<Byte*>(file.content.data()), file.content.size());
    return keys;
}

} // namespace linnet::registry
