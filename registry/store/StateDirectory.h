// The directory a registry keeps its state in: made if need be, held by one registry at a time, with the
// registry's secrets in a file apart from the database, so that a damaged database does not change the key
// that peers have pinned.
#pragma once

#include "program/StateLock.h"
#include "secure/Primitives.h"

#include <optional>
#include <string>

namespace linnet::registry {

struct RegistryKeys
{
    secure::KeyPair staticKey; // by which peers know this registry
    wire::Key secret{};        // from which everything else is derived
};

class StateDirectory
{
public:
    enum class Use { Run, Operate }; // only one process may run a registry on it

    // Throws std::runtime_error with a sentence that names the directory and the option.
    StateDirectory(const std::string& path, Use use);

    std::string database() const { return path_ + "/registry.db"; }
    // Reads the keys, or makes them the first time, on the disk before this returns. Throws as above: also
    // when the file is damaged or others may read it, since new keys would lock every peer out.
    RegistryKeys keys(secure::Random& random) const;

private:
    std::string keyFile() const { return path_ + "/registry.key"; }

    std::string path_;
    std::optional<program::StateLock> lock_; // of who runs on it
};

} // namespace linnet::registry
