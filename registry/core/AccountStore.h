// Where accounts live. A port: SQLite in the program, a map in tests. A store in trouble (full disk, damaged
// file) logs it and says so by its result; nothing throws.
#pragma once

#include "registry/core/PresenceTable.h"
#include "wire/RegistryPackets.h"

#include <optional>
#include <string>
#include <vector>

namespace linnet::registry {

struct Account
{
    AccountId id = 0;
    std::string name; // as registered
    wire::PublicIdentity identity;
    wire::ScramVerifier verifier;
    std::uint64_t lastSeen = 0; // seconds since 1970; 0: never
    bool banned = false;
};

enum class SignUp { Open, Closed, Invitation };

class AccountStore
{
public:
    enum class Outcome { Done, NameTaken, BadInvitation, Failed };

    virtual ~AccountStore() = default;

    // Look-ups give an empty optional for "no such account" and return false for "cannot tell".
    // Names are compared without regard to case.
    [[nodiscard]] virtual bool findByName(std::string_view name, std::optional<Account>& account) = 0;
    [[nodiscard]] virtual bool findById(AccountId id, std::optional<Account>& account) = 0;
    // Accounts that are not banned and whose names begin with `prefix` and come after `after`, in
    // alphabetical order.
    [[nodiscard]] virtual bool findByPrefix(std::string_view prefix, std::string_view after,
                                            std::size_t limit, std::vector<Account>& accounts) = 0;

    // Adds `account` (its id is chosen here). With an `invitation` uses that up in the same transaction.
    virtual Outcome add(const Account& account, std::uint64_t created, std::string_view invitation) = 0;
    [[nodiscard]] virtual bool setIdentity(AccountId id, const wire::PublicIdentity& identity) = 0;
    [[nodiscard]] virtual bool setVerifier(AccountId id, const wire::ScramVerifier& verifier) = 0;

    // Remembers when an account was last seen; written at the next flush(), visible to look-ups at once.
    virtual void noteSeen(AccountId id, std::uint64_t wall) = 0;
    virtual void flush() = 0;

    // As an operator has set it last, also in another process just now.
    virtual SignUp signUp() = 0;
    // Accounts that an operator has banned or deleted, in another process, since the last call.
    virtual std::vector<AccountId> takeRevoked() = 0;
};

} // namespace linnet::registry
