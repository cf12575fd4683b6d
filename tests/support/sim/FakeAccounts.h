// The accounts on one simulated board's card.
#pragma once

#include "core/Ports.h"
#include "support/sim/FakeStore.h"

namespace linnet::test {

class FakeAccounts final : public peer::Accounts
{
public:
    std::optional<secure::Identity> identity(const std::string& name) override
    {
        auto found = identities.find(name);
        if (found == identities.end()) return std::nullopt;
        return found->second;
    }
    bool keep(const std::string& name, const secure::Identity& identity) override
    {
        if (readOnly) return false;
        identities.insert_or_assign(name, identity);
        return true;
    }
    std::unique_ptr<peer::Store> open(const std::string& name) override
    {
        return std::make_unique<FakeStore>(disks[name]);
    }
    std::string words() const override { return readOnly ? "the card is read-only" : ""; }
    std::string lastAccount() override { return last; }
    void setLastAccount(const std::string& name) override { last = name; }
    std::optional<wire::Key> registryPin(const wire::Endpoint& registry) override
    {
        auto found = pins.find(wire::toString(registry));
        if (found == pins.end()) return std::nullopt;
        return found->second;
    }
    bool pinRegistry(const wire::Endpoint& registry, const wire::Key& key) override
    {
        pins[wire::toString(registry)] = key;
        return true;
    }

    // What still runs can write nothing any more, as after a power cut.
    void unmount()
    {
        for (auto& [name, disk] : disks)
            ++disk.mount;
    }

    std::map<std::string, secure::Identity> identities;
    std::map<std::string, FakeDisk> disks;
    std::map<std::string, wire::Key> pins;
    std::string last;
    bool readOnly = false;
};

} // namespace linnet::test
