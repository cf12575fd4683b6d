#include "adapters/AccountFiles.h"

#include "adapters/DiskSpace.h"
#include "adapters/KeyFile.h"
#include "adapters/SqliteStore.h"
#include "adapters/TextLines.h"
#include "program/DurableFile.h"
#include "wire/Text.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <sys/stat.h>
#include <unistd.h>

namespace linnet::peer {

namespace {

constexpr std::string_view kStateHead = "linnet-state 1";
constexpr std::size_t kMaxState = std::size_t(256) * 1024;
constexpr const char* kOther = "; choose another with --state-dir";
constexpr const char* kNothingWritten = "nothing is written to the disk (--durability ram): the account's "
                                        "key, contacts and messages are gone when linnet "
                                        "ends";

} // namespace

AccountFiles::AccountFiles(std::string directory, Durability durability)
    : directory_(std::move(directory)), durability_(durability)
{
    while (directory_.size() > 1 && directory_.back() == '/')
        directory_.pop_back();
    if (durability_ != Durability::Ram) {
        createDirectory();
        lock_.emplace(directory_, "linnet");
        if (livesInMemory(directory_))
            words_ =
                "the state directory " + directory_ +
                " is in memory: the identity would be gone at the next boot (--state-dir chooses another)";
    }
    loadState();
}

void AccountFiles::createDirectory()
{
    for (std::size_t end = 1; end != std::string::npos;) {
        end = directory_.find('/', end);
        std::string part = directory_.substr(0, end);
        if (end != std::string::npos) ++end;
        if (::mkdir(part.c_str(), 0700) == 0 || errno == EEXIST) continue;
        // A part that is there may still answer otherwise, for instance when it lies on a read-only disk.
        int error = errno;
        if (::access(part.c_str(), F_OK) == 0) continue;
        throw std::runtime_error("can't create the state directory " + directory_ + ": " +
                                 std::strerror(error) + kOther);
    }
}

std::string AccountFiles::fileOf(const std::string& name, const char* ending) const
{
    return directory_ + "/" + wire::canonicalName(name) + ending;
}

// ---- Identities ----

std::optional<secure::Identity> AccountFiles::identity(const std::string& name)
{
    words_.clear();
    if (!wire::isName(name)) return std::nullopt; // it becomes part of a path
    auto found = inMemory_.find(wire::canonicalName(name));
    if (found != inMemory_.end()) return found->second;
    auto key = readKeyFile(fileOf(name, ".key"), words_);
    if (!key) return std::nullopt;
    return secure::Identity::fromSecret(key->secret);
}

std::optional<Endpoint> AccountFiles::registryOf(const std::string& name)
{
    words_.clear();
    if (!wire::isName(name)) return std::nullopt;
    auto key = readKeyFile(fileOf(name, ".key"), words_);
    return key ? key->registry : std::nullopt;
}

bool AccountFiles::keep(const std::string& name, const secure::Identity& identity)
{
    words_.clear();
    if (!wire::isName(name)) {
        words_ = "this can't be a user's name";
        return false;
    }
    if (durability_ == Durability::Ram) {
        inMemory_.insert_or_assign(wire::canonicalName(name), identity);
        words_ = kNothingWritten;
        return true;
    }
    words_ = writeKeyFile(fileOf(name, ".key"), KeyFile{name, registry_, identity.secretBytes()});
    return words_.empty();
}

std::unique_ptr<Store> AccountFiles::open(const std::string& name)
{
    if (!wire::isName(name)) {
        words_ = "this can't be a user's name";
        return nullptr;
    }
    std::unique_ptr<Store> store = SqliteStore::open(fileOf(name, ".db"), durability_, words_);
    if (store && durability_ == Durability::Ram) words_ = kNothingWritten;
    return store;
}

// ---- linnet.state: `account NAME` and `pin HOST:PORT BASE64` ----

void AccountFiles::setLastAccount(const std::string& name)
{
    lastAccount_ = name;
    saveState();
}

std::optional<Key> AccountFiles::registryPin(const Endpoint& registry)
{
    auto found = pins_.find(wire::toString(registry));
    if (found == pins_.end()) return std::nullopt;
    return found->second;
}

bool AccountFiles::pinRegistry(const Endpoint& registry, const Key& key)
{
    pins_[wire::toString(registry)] = key;
    return saveState();
}

void AccountFiles::loadState()
{
    std::string path = directory_ + "/linnet.state";
    program::SmallFile file = program::readSmallFile(path, kMaxState);
    if (file.state == program::SmallFile::State::Missing) return;
    TextLines lines(file.content);
    bool sound = file.state == program::SmallFile::State::Read && lines.next() == kStateHead;
    while (sound && lines.more()) {
        auto [word, value] = splitWord(lines.next());
        if (word == "account") {
            sound = wire::isName(value);
            if (sound) lastAccount_ = value;
            continue;
        }
        auto [registry, text] = splitWord(value);
        auto key = secure::fromBase64(text);
        sound = word == "pin" && key && key->size() == Key{}.size();
        if (sound) std::copy(key->begin(), key->end(), pins_[std::string(registry)].begin());
    }
    savedState_ = file.content;
    if (sound) return;
    std::string why = file.reason.empty() ? "it is damaged" : file.reason;
    if (!words_.empty()) words_ += "\n";
    words_ += "the file " + path + " can't be used (" + why +
              "): you may have to log in, and keys of registries to be confirmed again";
}

bool AccountFiles::saveState()
{
    words_.clear();
    std::string content = std::string(kStateHead) + "\n";
    if (!lastAccount_.empty()) content += "account " + lastAccount_ + "\n";
    for (const auto& [registry, key] : pins_)
        content += "pin " + registry + " " + secure::base64(key) + "\n";
    if (durability_ == Durability::Ram || content == savedState_) return true;
    std::string path = directory_ + "/linnet.state";
    std::string reason = program::writeDurably(path, content, 0600);
    if (!reason.empty()) {
        words_ = "can't write " + path + ": " + reason;
        return false;
    }
    savedState_ = content;
    return true;
}

} // namespace linnet::peer
