// A step, once released, is never edited: later ones add to it.
#include "adapters/SqliteSchema.h"

#include "adapters/SqliteQuery.h"

namespace linnet::peer {

namespace {

// The application id of a version: "Ln" in its upper half.
int markOf(int version)
{
    return 0x4c6e0000 ^ version;
}

// An identity is key, signing key and binding, one behind the other. Unsigned 64-bit numbers are stored as
// the signed ones of the same bits. A message body is a BLOB because it may contain NUL. The one index of
// messages ends, as all do, in the row's id: so each direction of a conversation lies in the order of its
// history.
const char* const kFirst = R"(
CREATE TABLE contacts(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  registry BLOB NOT NULL,
  identity BLOB NOT NULL,
  changed BLOB,
  relation INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  verified INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  host TEXT,
  port INTEGER,
  note TEXT NOT NULL);
CREATE TABLE streams(
  contact INTEGER PRIMARY KEY REFERENCES contacts(id) ON DELETE CASCADE,
  sendEpoch INTEGER NOT NULL,
  next INTEGER NOT NULL,
  acked INTEGER NOT NULL,
  receiveEpoch INTEGER NOT NULL,
  received INTEGER NOT NULL,
  shown INTEGER NOT NULL);
CREATE TABLE messages(
  id INTEGER PRIMARY KEY,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  outgoing INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  number INTEGER NOT NULL,
  written INTEGER NOT NULL,
  wall INTEGER NOT NULL,
  fate INTEGER NOT NULL,
  body BLOB NOT NULL);
CREATE INDEX conversations ON messages(contact, outgoing);
CREATE TABLE settings(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
)";

int pragma(sqlite3* database, const char* sql, int& value)
{
    SqliteQuery query(database, sql);
    if (query.next()) value = static_cast<int>(query.integer(0));
    return query.run();
}

std::string definitions(sqlite3* database)
{
    SqliteQuery query(database, "SELECT sql FROM sqlite_schema ORDER BY name");
    std::string all;
    while (query.next())
        all += query.text(0);
    return all;
}

int execute(sqlite3* database, const std::string& sql)
{
    return sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
}

} // namespace

SchemaSteps schemaSteps()
{
    return {kFirst};
}

SchemaVersion schemaVersion(sqlite3* database)
{
    SchemaVersion version;
    int mark = 0;
    version.result = pragma(database, "PRAGMA user_version", version.number);
    if (version.result == SQLITE_OK) version.result = pragma(database, "PRAGMA application_id", mark);
    bool fresh = version.number == 0 && mark == 0;
    if (version.result == SQLITE_OK && !fresh && mark != markOf(version.number))
        version.result = SQLITE_CORRUPT;
    return version;
}

int migrate(sqlite3* database, const SchemaSteps& steps)
{
    SchemaVersion version = schemaVersion(database);
    int last = static_cast<int>(steps.size());
    if (version.result != SQLITE_OK || version.number == last) return version.result;
    std::string sql = "BEGIN IMMEDIATE;";
    for (int step = version.number; step < last; ++step)
        sql += steps[static_cast<std::size_t>(step)];
    sql += ";PRAGMA user_version=" + std::to_string(last) +
           ";PRAGMA application_id=" + std::to_string(markOf(last)) + ";COMMIT";
    int result = execute(database, sql);
    if (!sqlite3_get_autocommit(database)) execute(database, "ROLLBACK");
    return result;
}

int probe(sqlite3* database)
{
    sqlite3* model = nullptr;
    int result = sqlite3_open(":memory:", &model);
    if (result == SQLITE_OK) result = migrate(model, schemaSteps());
    if (result == SQLITE_OK && definitions(database) != definitions(model)) result = SQLITE_CORRUPT;
    sqlite3_close(model);
    for (const char* sql : {"SELECT * FROM contacts", "SELECT * FROM streams", "SELECT * FROM settings"})
        if (result == SQLITE_OK) result = SqliteQuery(database, sql).run();
    return result;
}

} // namespace linnet::peer
