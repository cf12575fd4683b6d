// An open database file of the peer: every pragma set by us, its schema of today, and found sound.
//
// After an unclean stop the whole file is checked, a small one at each open. A damaged file is moved aside,
// its write-ahead log with it, and a new one begun. No second program can open the file meanwhile: that saves
// the shared index file of the log, which the kernel would write to flash.
#pragma once

#include "adapters/Durability.h"

#include <Poco/Data/Session.h>

#include <memory>
#include <optional>
#include <string>

#include <sqlite3.h>

namespace linnet::peer {

class SqliteDatabase
{
public:
    // Null: `words` is a sentence that says why. Otherwise `words` is empty, or says what damage was found.
    static std::unique_ptr<SqliteDatabase> open(const std::string& path, Durability durability,
                                                std::string& words);
    ~SqliteDatabase();
    SqliteDatabase(const SqliteDatabase&) = delete;
    SqliteDatabase& operator=(const SqliteDatabase&) = delete;

    sqlite3* handle() const { return handle_; }

    // What a result code means to the user ("the disk is full").
    std::string explain(int result) const;
    // Bytes the disk has left for us; without limit in memory.
    std::uint64_t freeBytes() const;
    // Damage was found while running: the next open() checks the whole file, and closing leaves it as it is.
    void foundDamaged();

private:
    SqliteDatabase(const std::string& path, Durability durability);

    // SQLITE_OK, or the error. `words` is set when the file is sound but can't be used.
    int prepare(std::string& words);
    int configure();
    int useLog();
    int check();
    void leaveAsItIs();

    std::string path_;
    Durability durability_;
    bool suspect_ = false; // not closed properly the last time, or found damaged
    std::optional<Poco::Data::Session> session_;
    sqlite3* handle_ = nullptr;
};

} // namespace linnet::peer
