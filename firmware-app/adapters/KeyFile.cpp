#include "adapters/KeyFile.h"

#include "adapters/TextLines.h"
#include "program/DurableFile.h"
#include "secure/Primitives.h"
#include "wire/Text.h"

#include <algorithm>

namespace linnet::peer {

namespace {

constexpr std::string_view kHead = "linnet-key 1";
constexpr std::size_t kMaxFile = 1024;

void wipe(std::string& secret)
{
    secure::wipe(reinterpret_cast<wire::Byte*>(secret.data()), secret.size());
}

std::optional<KeyFile> parse(std::string_view content)
{
    TextLines lines(content);
    if (lines.next() != kHead) return std::nullopt;
    KeyFile key;
    bool complete = false;
    while (lines.more()) {
        auto [word, value] = splitWord(lines.next());
        if (word == "name" && wire::isName(value)) key.name = value;
        if (word == "registry") key.registry = wire::parseEndpoint(value, wire::kRegistryTcpPort);
        if (word != "secret") continue;
        auto secret = secure::fromBase64(value);
        if (!secret || secret->size() != key.secret.size()) return std::nullopt;
        std::copy(secret->begin(), secret->end(), key.secret.begin());
        secure::wipe(secret->data(), secret->size());
        complete = true;
    }
    if (!complete || key.name.empty()) return std::nullopt;
    return key;
}

} // namespace

KeyFile::~KeyFile()
{
    secure::wipe(secret);
}

std::string writeKeyFile(const std::string& path, const KeyFile& key)
{
    std::string content = std::string(kHead) + "\nname " + key.name + "\n";
    if (key.registry) content += "registry " + wire::toString(*key.registry) + "\n";
    std::string secret = secure::base64(key.secret);
    content.reserve(content.size() + secret.size() + 16); // else growing would leave copies behind
    content += "secret " + secret + "\n";
    std::string reason = program::writeDurably(path, content, 0600);
    wipe(content);
    wipe(secret);
    return reason.empty() ? reason : "can't write the key file " + path + ": " + reason;
}

std::optional<KeyFile> readKeyFile(const std::string& path, std::string& words)
{
    words.clear();
    program::SmallFile file = program::readSmallFile(path, kMaxFile);
    if (file.state == program::SmallFile::State::Missing) return std::nullopt;
    if (file.state == program::SmallFile::State::Failed) {
        words = "the key file " + path + " is refused: " + file.reason;
        return std::nullopt;
    }
    if (file.mode & 077) {
        words = "the key file " + path + " is refused: others can read it (chmod 600 " + path + ")";
        wipe(file.content);
        return std::nullopt;
    }
    auto key = parse(file.content);
    wipe(file.content);
    if (!key) words = "the key file " + path + " is refused: it is damaged";
    return key;
}

} // namespace linnet::peer
