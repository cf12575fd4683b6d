// Accounts in a map, for tests and simulations.
#pragma once

#include "registry/core/AccountStore.h"

#include <map>
#include <set>
#include <utility>

namespace linnet::test {

class MemoryAccountStore final : public registry::AccountStore
{
public:
    using Account = registry::Account;
    using AccountId = registry::AccountId;
    using SignUp = registry::SignUp;

    bool findByName(std::string_view name, std::optional<Account>& account) override;
    bool findById(AccountId id, std::optional<Account>& account) override;
    bool findByPrefix(std::string_view prefix, std::string_view after, std::size_t limit,
                      std::vector<Account>& accounts) override;
    Outcome add(const Account& account, std::uint64_t created, std::string_view invitation) override;
    bool setIdentity(AccountId id, const wire::PublicIdentity& identity) override;
    bool setVerifier(AccountId id, const wire::ScramVerifier& verifier) override;
    void noteSeen(AccountId id, std::uint64_t wall) override;
    void flush() override { ++flushes; }
    SignUp signUp() override { return mode; }
    std::vector<AccountId> takeRevoked() override { return std::exchange(revoked, {}); }

    Account* find(AccountId id);

    std::map<std::string, Account> byName;
    std::set<std::string> invitations;
    std::vector<AccountId> revoked;
    SignUp mode = SignUp::Open;
    bool broken = false; // as with a full disk
    unsigned flushes = 0;
};

} // namespace linnet::test
