// The accounts of a running registry in SQLite.
#pragma once

#include "registry/core/AccountStore.h"
#include "registry/core/Ports.h"
#include "registry/store/Database.h"

#include <unordered_map>

namespace linnet::registry {

class SqliteAccountStore final : public AccountStore
{
public:
    // Opens or makes the database at `path`; a damaged one is moved aside, which is logged as an error.
    // Throws std::runtime_error with a sentence.
    SqliteAccountStore(const std::string& path, Diagnostics& diagnostics);
    ~SqliteAccountStore() override; // flushes

    bool findByName(std::string_view name, std::optional<Account>& account) override;
    bool findById(AccountId id, std::optional<Account>& account) override;
    bool findByPrefix(std::string_view prefix, std::string_view after, std::size_t limit,
                      std::vector<Account>& accounts) override;
    Outcome add(const Account& account, std::uint64_t created, std::string_view invitation) override;
    bool setIdentity(AccountId id, const wire::PublicIdentity& identity) override;
    bool setVerifier(AccountId id, const wire::ScramVerifier& verifier) override;
    void noteSeen(AccountId id, std::uint64_t wall) override { seen_[id] = wall; }
    void flush() override;
    SignUp signUp() override;
    std::vector<AccountId> takeRevoked() override;

    // From now on; kept in the database.
    void setSignUp(SignUp mode);

private:
    template <class Work>
    bool attempt(const char* what, Work work);
    bool find(const std::string& condition, std::vector<std::string> parameters,
              std::optional<Account>& account);
    void overlaySeen(Account& account) const;
    Outcome insert(const Account& account, std::uint64_t created, std::string_view invitation);
    void loadSignUp();
    std::vector<AccountId> readRevoked();

    Database database_;
    Diagnostics& diagnostics_;
    SignUp signUp_ = SignUp::Open;
    std::int64_t dataVersion_ = 0;
    std::unordered_map<AccountId, std::uint64_t> seen_; // not yet written
};

} // namespace linnet::registry
