// The accounts of this board in its state directory, which one program uses at a time:
//
//   NAME.key      the identity (KeyFile.h)              NAME.db       messages and contacts (SqliteStore.h)
//   linnet.state  the last account, registries' keys    linnet.lock   held while a program runs
//
// NAME is the canonical name. With Durability::Ram nothing of this is written: what is there is read, what is
// new lives as long as the program.
#pragma once

#include "adapters/Durability.h"
#include "core/Ports.h"
#include "program/StateLock.h"

#include <map>

namespace linnet::peer {

class AccountFiles final : public Accounts
{
public:
    // Creates the directory (mode 0700) if need be and locks it. Throws std::runtime_error with a sentence
    // when that fails. words() may then hold warnings, a line each.
    AccountFiles(std::string directory, Durability durability);

    // The registry of the accounts that are kept from now on.
    void useRegistry(const Endpoint& registry) { registry_ = registry; }
    // Where the account was registered, if its key file says so.
    std::optional<Endpoint> registryOf(const std::string& name);

    std::optional<secure::Identity> identity(const std::string& name) override;
    bool keep(const std::string& name, const secure::Identity& identity) override;
    std::unique_ptr<Store> open(const std::string& name) override;
    std::string words() const override { return words_; }
    std::string lastAccount() override { return lastAccount_; }
    void setLastAccount(const std::string& name) override;
    std::optional<Key> registryPin(const Endpoint& registry) override;
    bool pinRegistry(const Endpoint& registry, const Key& key) override;

private:
    void createDirectory();
    void loadState();
    bool saveState();
    std::string fileOf(const std::string& name, const char* ending) const;

    std::string directory_;
    Durability durability_;
    std::optional<program::StateLock> lock_; // none with Durability::Ram
    std::optional<Endpoint> registry_;
    std::map<std::string, secure::Identity> inMemory_; // by canonical name, with Durability::Ram
    std::string lastAccount_;
    std::map<std::string, Key> pins_; // by HOST:PORT
    std::string savedState_;          // the content of linnet.state
    std::string words_;
};

} // namespace linnet::peer
