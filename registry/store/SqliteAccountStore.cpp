// Short statements, each a transaction of its own or inside one. An exception of Poco's ends in attempt().
#include "registry/store/SqliteAccountStore.h"

#include "registry/store/AccountRows.h"
#include "wire/Text.h"

#include <Poco/Data/Statement.h>
#include <Poco/Exception.h>

namespace linnet::registry {

using namespace Poco::Data::Keywords;
using Poco::Data::BLOB;

SqliteAccountStore::SqliteAccountStore(const std::string& path, Diagnostics& diagnostics)
    : database_(path, kRegistryMigrations, Database::IfDamaged::MoveAside), diagnostics_(diagnostics)
{
    if (!database_.movedTo().empty())
        diagnostics_.event(Diagnostics::Level::Error, "THE DATABASE WAS DAMAGED and is now " +
                                                          database_.movedTo() +
                                                          "; this registry begins with no accounts");
    bool usable = attempt("reading the settings", [this] {
        loadSignUp();
        database_.session() << "DELETE FROM revoked", now;
        dataVersion_ = database_.dataVersion();
    });
    if (!usable) throw std::runtime_error("cannot use the database " + path);
}

SqliteAccountStore::~SqliteAccountStore()
{
    flush();
}

template <class Work>
bool SqliteAccountStore::attempt(const char* what, Work work)
{
    try {
        work();
        return true;
    }
    catch (const Poco::Exception& error) {
        diagnostics_.event(Diagnostics::Level::Error,
                           std::string("database trouble in ") + what + ": " + error.displayText());
        return false;
    }
}

void SqliteAccountStore::overlaySeen(Account& account) const
{
    auto seen = seen_.find(account.id);
    if (seen != seen_.end()) account.lastSeen = seen->second;
}

bool SqliteAccountStore::find(const std::string& condition, std::vector<std::string> parameters,
                              std::optional<Account>& account)
{
    account.reset();
    return attempt("looking up an account", [&] {
        std::vector<AccountRow> rows = selectAccounts(database_.session(), condition, std::move(parameters));
        if (rows.empty()) return;
        account = std::move(rows[0].account);
        overlaySeen(*account);
    });
}

bool SqliteAccountStore::findByName(std::string_view name, std::optional<Account>& account)
{
    account.reset();
    if (!wire::isName(name)) return true;
    return find("canonical=?", {wire::canonicalName(name)}, account);
}

bool SqliteAccountStore::findById(AccountId id, std::optional<Account>& account)
{
    return find("id=" + std::to_string(id), {}, account);
}

bool SqliteAccountStore::findByPrefix(std::string_view prefix, std::string_view after, std::size_t limit,
                                      std::vector<Account>& accounts)
{
    accounts.clear();
    std::string from = wire::canonicalName(prefix);
    return attempt("searching accounts", [&] {
        // `~` comes after every character a name may have.
        std::vector<AccountRow> rows = selectAccounts(
            database_.session(),
            "canonical>=? AND canonical<? AND canonical>? AND banned=0 ORDER BY canonical LIMIT " +
                std::to_string(limit),
            {from, from + "~", wire::canonicalName(after)});
        for (AccountRow& row : rows) {
            overlaySeen(row.account);
            accounts.push_back(std::move(row.account));
        }
    });
}

AccountStore::Outcome SqliteAccountStore::add(const Account& account, std::uint64_t created,
                                              std::string_view invitation)
{
    Outcome outcome = Outcome::Failed;
    attempt("adding an account", [&] { outcome = insert(account, created, invitation); });
    return outcome;
}

AccountStore::Outcome SqliteAccountStore::insert(const Account& account, std::uint64_t created,
                                                 std::string_view invitation)
{
    Poco::Data::Session& session = database_.session();
    Transaction transaction(session);
    std::string canonical = wire::canonicalName(account.name);
    Poco::Int64 taken = 0;
    session << "SELECT COUNT(*) FROM accounts WHERE canonical=?", use(canonical), into(taken), now;
    if (taken > 0) return Outcome::NameTaken;
    if (!invitation.empty()) {
        std::string code(invitation);
        Poco::Data::Statement spend(session);
        spend << "DELETE FROM invitations WHERE code=?", use(code);
        if (spend.execute() == 0) return Outcome::BadInvitation;
    }
    std::string name = account.name;
    BLOB key = toBlob(account.identity.key);
    BLOB signingKey = toBlob(account.identity.signingKey);
    BLOB binding = toBlob(account.identity.binding);
    BLOB verifier = toBlob(account.verifier);
    auto when = static_cast<Poco::Int64>(created);
    session << "INSERT INTO accounts (name, canonical, key, signing_key, binding, verifier, created)"
               " VALUES (?,?,?,?,?,?,?)",
        use(name), use(canonical), use(key), use(signingKey), use(binding), use(verifier), use(when), now;
    transaction.commit();
    return Outcome::Done;
}

bool SqliteAccountStore::setIdentity(AccountId id, const wire::PublicIdentity& identity)
{
    return attempt("moving an account", [&] {
        BLOB key = toBlob(identity.key);
        BLOB signingKey = toBlob(identity.signingKey);
        BLOB binding = toBlob(identity.binding);
        auto account = static_cast<Poco::Int64>(id);
        database_.session() << "UPDATE accounts SET key=?, signing_key=?, binding=? WHERE id=?", use(key),
            use(signingKey), use(binding), use(account), now;
    });
}

bool SqliteAccountStore::setVerifier(AccountId id, const wire::ScramVerifier& verifier)
{
    return attempt("changing a password", [&] {
        BLOB blob = toBlob(verifier);
        auto account = static_cast<Poco::Int64>(id);
        database_.session() << "UPDATE accounts SET verifier=? WHERE id=?", use(blob), use(account), now;
    });
}

void SqliteAccountStore::flush()
{
    if (seen_.empty()) return;
    bool written = attempt("writing when users were last seen", [this] {
        Transaction transaction(database_.session());
        Poco::Int64 seen = 0;
        Poco::Int64 account = 0;
        Poco::Data::Statement update(database_.session());
        update << "UPDATE accounts SET last_seen=? WHERE id=?", use(seen), use(account);
        for (const auto& [id, wall] : seen_) {
            account = id;
            seen = static_cast<Poco::Int64>(wall);
            update.execute();
        }
        transaction.commit();
    });
    if (written) seen_ = {};
}

void SqliteAccountStore::loadSignUp()
{
    std::string value;
    database_.session() << "SELECT value FROM settings WHERE name='sign-up'", into(value), now;
    signUp_ = parseSignUp(value).value_or(SignUp::Open);
}

SignUp SqliteAccountStore::signUp()
{
    attempt("reading the sign-up mode", [&] { loadSignUp(); });
    return signUp_;
}

void SqliteAccountStore::setSignUp(SignUp mode)
{
    signUp_ = mode;
    attempt("keeping the sign-up mode", [&] {
        std::string value(signUpName(mode));
        database_.session() << "REPLACE INTO settings (name, value) VALUES ('sign-up', ?)", use(value), now;
    });
}

std::vector<AccountId> SqliteAccountStore::takeRevoked()
{
    std::vector<AccountId> revoked;
    attempt("looking for an operator's changes", [&] {
        std::int64_t version = database_.dataVersion();
        if (version == dataVersion_) return;
        revoked = readRevoked();
        dataVersion_ = version;
    });
    return revoked;
}

std::vector<AccountId> SqliteAccountStore::readRevoked()
{
    std::vector<Poco::Int64> ids;
    database_.session() << "SELECT account FROM revoked", into(ids), now;
    if (!ids.empty()) database_.session() << "DELETE FROM revoked", now;
    return {ids.begin(), ids.end()};
}

} // namespace linnet::registry
