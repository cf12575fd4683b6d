// The tables of the peer's database, as steps from each version to the next.
//
// The version stands in the file twice: as PRAGMA user_version and within PRAGMA application_id. A file where
// the two disagree is damaged, so a flipped bit is never taken for the work of a newer program.
#pragma once

#include <sqlite3.h>

#include <vector>

namespace linnet::peer {

using SchemaSteps = std::vector<const char*>; // steps[v] leads from version v to v + 1

SchemaSteps schemaSteps();

struct SchemaVersion
{
    int number = 0;         // 0: a new file
    int result = SQLITE_OK; // SQLITE_CORRUPT when the two places disagree
};
SchemaVersion schemaVersion(sqlite3* database);

// Leads the database forward to the last version in one transaction: all of it or nothing. SQLITE_OK or the
// error. REQUIRES: its version is not beyond the last.
int migrate(sqlite3* database, const SchemaSteps& steps);

// Reads everything the peer can't do without, and compares the tables' definitions with those that the steps
// make: what a check of the pages would not find.
int probe(sqlite3* database);

} // namespace linnet::peer
