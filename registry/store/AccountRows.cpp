// Rows to values and back.
#include "registry/store/AccountRows.h"

#include "wire/PacketCodec.h"

#include <Poco/Data/Statement.h>

namespace linnet::registry {

using namespace Poco::Data::Keywords;
using Poco::Data::BLOB;

const std::vector<Migration> kRegistryMigrations = {
    {
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
        " canonical TEXT NOT NULL UNIQUE, key BLOB NOT NULL, signing_key BLOB NOT NULL, binding BLOB NOT "
        "NULL,"
        " verifier BLOB NOT NULL, created INTEGER NOT NULL, last_seen INTEGER NOT NULL DEFAULT 0,"
        " banned INTEGER NOT NULL DEFAULT 0)",
        "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE invitations (code TEXT PRIMARY KEY, created INTEGER NOT NULL) WITHOUT ROWID",
        // Accounts whose sessions the running registry is to end.
        "CREATE TABLE revoked (account INTEGER PRIMARY KEY)",
    },
};

namespace {

template <std::size_t N>
bool fromBlob(const BLOB& blob, std::array<wire::Byte, N>& to)
{
    if (blob.size() != N) return false;
    std::copy(blob.begin(), blob.end(), to.begin());
    return true;
}

bool fromBlob(const BLOB& blob, wire::ScramVerifier& to)
{
    auto verifier = wire::decodeBody<wire::ScramVerifier>({blob.rawContent(), blob.size()});
    if (verifier) to = *verifier;
    return verifier.has_value();
}

// Column by column, as Poco extracts several rows.
struct Columns
{
    std::vector<Poco::Int64> ids, created, lastSeen, banned;
    std::vector<std::string> names;
    std::vector<BLOB> keys, signingKeys, bindings, verifiers;

    std::optional<AccountRow> row(std::size_t i) const
    {
        AccountRow row;
        Account& account = row.account;
        account.id = static_cast<AccountId>(ids[i]);
        account.name = names[i];
        account.lastSeen = static_cast<std::uint64_t>(lastSeen[i]);
        account.banned = banned[i] != 0;
        row.created = static_cast<std::uint64_t>(created[i]);
        bool good = fromBlob(keys[i], account.identity.key) &&
                    fromBlob(signingKeys[i], account.identity.signingKey) &&
                    fromBlob(bindings[i], account.identity.binding) &&
                    fromBlob(verifiers[i], account.verifier);
        if (!good) return std::nullopt;
        return row;
    }
};

} // namespace

std::vector<AccountRow> selectAccounts(Poco::Data::Session& session, const std::string& condition,
                                       std::vector<std::string> parameters)
{
    Columns columns;
    Poco::Data::Statement select(session);
    select << "SELECT id, name, key, signing_key, binding, verifier, created, last_seen, banned FROM "
              "accounts WHERE " +
                  condition,
        into(columns.ids), into(columns.names), into(columns.keys), into(columns.signingKeys),
        into(columns.bindings), into(columns.verifiers), into(columns.created), into(columns.lastSeen),
        into(columns.banned);
    for (std::string& parameter : parameters)
        select.addBind(use(parameter));
    select.execute();

    std::vector<AccountRow> rows;
    for (std::size_t i = 0; i < columns.ids.size(); ++i)
        if (std::optional<AccountRow> row = columns.row(i)) rows.push_back(std::move(*row));
    return rows;
}

BLOB toBlob(wire::ByteView bytes)
{
    return BLOB(bytes.data(), bytes.size());
}

BLOB toBlob(const wire::ScramVerifier& verifier)
{
    wire::Bytes bytes;
    wire::ByteWriter writer(bytes);
    wire::ScramVerifier::fields(writer, verifier);
    return toBlob(wire::ByteView(bytes));
}

std::string_view signUpName(SignUp mode)
{
    switch (mode) {
    case SignUp::Open:
        return "open";
    case SignUp::Closed:
        return "closed";
    case SignUp::Invitation:
        return "invitation";
    }
    return {};
}

std::optional<SignUp> parseSignUp(std::string_view name)
{
    for (SignUp mode : {SignUp::Open, SignUp::Closed, SignUp::Invitation})
        if (name == signUpName(mode)) return mode;
    return std::nullopt;
}

} // namespace linnet::registry
