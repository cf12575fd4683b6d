// Each command is one transaction.
#include "registry/store/OperatorStore.h"

#include "wire/Text.h"

#include <Poco/Data/Statement.h>

#include <ctime>

namespace linnet::registry {

using namespace Poco::Data::Keywords;

OperatorStore::OperatorStore(const std::string& path)
    : database_(path, kRegistryMigrations, Database::IfDamaged::Refuse)
{
}

std::vector<AccountRow> OperatorStore::list()
{
    return selectAccounts(database_.session(), "1 ORDER BY canonical", {});
}

std::optional<AccountRow> OperatorStore::find(const std::string& name)
{
    std::vector<AccountRow> rows =
        selectAccounts(database_.session(), "canonical=?", {wire::canonicalName(name)});
    if (rows.empty()) return std::nullopt;
    return rows[0];
}

bool OperatorStore::setVerifier(const std::string& name, const wire::ScramVerifier& verifier)
{
    Poco::Data::BLOB blob = toBlob(verifier);
    std::string canonical = wire::canonicalName(name);
    Poco::Data::Statement update(database_.session());
    update << "UPDATE accounts SET verifier=? WHERE canonical=?", use(blob), use(canonical);
    return update.execute() > 0;
}

bool OperatorStore::setBanned(const std::string& name, bool banned)
{
    return changeAndRevoke(name, banned ? "UPDATE accounts SET banned=1 WHERE canonical=?"
                                        : "UPDATE accounts SET banned=0 WHERE canonical=?");
}

bool OperatorStore::remove(const std::string& name)
{
    return changeAndRevoke(name, "DELETE FROM accounts WHERE canonical=?");
}

bool OperatorStore::changeAndRevoke(const std::string& name, const std::string& change)
{
    std::string canonical = wire::canonicalName(name);
    Transaction transaction(database_.session());
    database_.session() << "REPLACE INTO revoked SELECT id FROM accounts WHERE canonical=?", use(canonical),
        now;
    Poco::Data::Statement statement(database_.session());
    statement << change, use(canonical);
    bool found = statement.execute() > 0;
    transaction.commit();
    return found;
}

std::vector<std::string> OperatorStore::invite(unsigned count, secure::Random& random)
{
    // Without characters that are mistaken for others; 32 of them, so that every one is as likely.
    constexpr std::string_view kAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    static_assert(kAlphabet.size() == 32);
    std::vector<std::string> codes;
    auto created = static_cast<Poco::Int64>(std::time(nullptr));
    Transaction transaction(database_.session());
    for (unsigned i = 0; i < count; ++i) {
        std::string code;
        for (unsigned digit = 0; digit < 16; ++digit)
            code += kAlphabet[random.below(kAlphabet.size())];
        database_.session() << "INSERT INTO invitations (code, created) VALUES (?,?)", use(code),
            use(created), now;
        codes.push_back(code);
    }
    transaction.commit();
    return codes;
}

void OperatorStore::setSignUp(SignUp mode)
{
    std::string value(signUpName(mode));
    database_.session() << "REPLACE INTO settings (name, value) VALUES ('sign-up', ?)", use(value), now;
}

} // namespace linnet::registry
