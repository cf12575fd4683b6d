// Names are the keys, in lower case.
#include "MemoryAccountStore.h"

#include "wire/Text.h"

namespace linnet::test {

bool MemoryAccountStore::findByName(std::string_view name, std::optional<Account>& account)
{
    auto found = byName.find(wire::canonicalName(name));
    account.reset();
    if (found != byName.end()) account = found->second;
    return !broken;
}

registry::Account* MemoryAccountStore::find(AccountId id)
{
    for (auto& [name, account] : byName)
        if (account.id == id) return &account;
    return nullptr;
}

bool MemoryAccountStore::findById(AccountId id, std::optional<Account>& account)
{
    account.reset();
    if (const Account* found = find(id)) account = *found;
    return !broken;
}

bool MemoryAccountStore::findByPrefix(std::string_view prefix, std::string_view after, std::size_t limit,
                                      std::vector<Account>& accounts)
{
    accounts.clear();
    std::string from = wire::canonicalName(prefix);
    for (const auto& [name, account] : byName) {
        bool fits = name.compare(0, from.size(), from) == 0 && name > wire::canonicalName(after);
        if (fits && !account.banned && accounts.size() < limit) accounts.push_back(account);
    }
    return !broken;
}

registry::AccountStore::Outcome MemoryAccountStore::add(const Account& account, std::uint64_t,
                                                        std::string_view invitation)
{
    if (broken) return Outcome::Failed;
    std::string canonical = wire::canonicalName(account.name);
    if (byName.count(canonical)) return Outcome::NameTaken;
    if (!invitation.empty() && invitations.erase(std::string(invitation)) == 0) return Outcome::BadInvitation;
    Account& added = byName[canonical] = account;
    added.id = static_cast<AccountId>(byName.size());
    return Outcome::Done;
}

bool MemoryAccountStore::setIdentity(AccountId id, const wire::PublicIdentity& identity)
{
    if (broken) return false;
    find(id)->identity = identity;
    return true;
}

bool MemoryAccountStore::setVerifier(AccountId id, const wire::ScramVerifier& verifier)
{
    if (broken) return false;
    find(id)->verifier = verifier;
    return true;
}

void MemoryAccountStore::noteSeen(AccountId id, std::uint64_t wall)
{
    if (Account* account = find(id)) account->lastSeen = wall;
}

} // namespace linnet::test
