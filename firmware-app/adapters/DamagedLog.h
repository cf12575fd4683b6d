// Finds damage in the middle of SQLite's write-ahead log. SQLite takes it for the end of a log that a power cut
// left half written, and drops all that follows without a word.
#pragma once

#include <string>

namespace linnet::peer {

// Whether SQLite will drop transactions that were complete: two commits in a row stand behind the first frame
// that it will refuse. A power cut leaves one at most, since each commit is synced before the next begins (with
// Durability::Full). Not found: damage of the header, or in the very last transaction. No log: false.
bool dropsCommits(const std::string& logPath);

} // namespace linnet::peer
