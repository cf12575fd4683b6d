// The schema of the registry's database, and accounts as its rows: shared by the running registry and the
// operator's commands.
#pragma once

#include "registry/core/AccountStore.h"
#include "registry/store/Database.h"

#include <Poco/Data/LOB.h>

namespace linnet::registry {

extern const std::vector<Migration> kRegistryMigrations;

struct AccountRow
{
    Account account;
    std::uint64_t created = 0;
};

// Rows of `accounts` chosen by `condition` (what follows WHERE), in which `parameters` stand for the `?`.
// Throws Poco::Exception. A row whose keys have the wrong size is left out.
std::vector<AccountRow> selectAccounts(Poco::Data::Session& session, const std::string& condition,
                                       std::vector<std::string> parameters);

Poco::Data::BLOB toBlob(wire::ByteView bytes);
Poco::Data::BLOB toBlob(const wire::ScramVerifier& verifier);

// "open", "closed" or "invitation", and back.
std::string_view signUpName(SignUp mode);
std::optional<SignUp> parseSignUp(std::string_view name);

} // namespace linnet::registry
