// An account's identity as a file: `NAME.key`, mode 0600, kept apart from the database so that a damaged
// database does not take it along.
//
//   linnet-key 1
//   name Alice
//   registry example.org:3131        (only when one was known)
//   secret BASE64                    X25519 secret and Ed25519 seed
#pragma once

#include "wire/Endpoint.h"

#include <array>
#include <optional>
#include <string>

namespace linnet::peer {

struct KeyFile
{
    std::string name; // as registered
    std::optional<wire::Endpoint> registry;
    std::array<std::uint8_t, 64> secret{};

    ~KeyFile(); // wipes the secret
};

// Empty when done, else a sentence.
std::string writeKeyFile(const std::string& path, const KeyFile& key);

// Nothing and empty `words`: there is no such file. Nothing and a sentence: it is refused, because it is a
// symbolic link, others may read it, or it is damaged.
std::optional<KeyFile> readKeyFile(const std::string& path, std::string& words);

} // namespace linnet::peer
