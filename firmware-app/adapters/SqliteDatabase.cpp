#include "adapters/SqliteDatabase.h"

#include "adapters/DamagedLog.h"
#include "adapters/DiskSpace.h"
#include "adapters/SqliteQuery.h"
#include "adapters/SqliteSchema.h"
#include "program/DamagedFiles.h"
#include "program/DurableFile.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Exception.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <limits>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace linnet::peer {

namespace {

constexpr std::uint64_t kNothing = 64u << 10; // bytes: with less left a disk counts as full
constexpr std::int64_t kSmall = 1 << 20;      // bytes: checking so much takes some 10 ms

constexpr std::size_t kTries = 0; // seconds for which POCO tries again when a file can't be opened

// Other builds of SQLite have other defaults, so nothing is left to them. The lock comes first: with it the
// log needs no shared index. `secure_delete` FAST: overwriting all that is deleted would cost flash writes.
const char* const kBeforeReading = "PRAGMA locking_mode=EXCLUSIVE;"
                                   "PRAGMA cache_size=-64;"
                                   "PRAGMA temp_store=MEMORY;"
                                   "PRAGMA mmap_size=0;"
                                   "PRAGMA secure_delete=FAST;"
                                   "PRAGMA foreign_keys=ON;";
// They stay with the file, and setting the second again would write to it.
const char* const kForNewFiles = "PRAGMA page_size=1024;"
                                 "PRAGMA auto_vacuum=INCREMENTAL;";
const char* const kForFiles = "PRAGMA wal_autocheckpoint=256;"
                              "PRAGMA journal_size_limit=1048576;";

std::int64_t sizeOf(const std::string& path)
{
    struct stat status
    {
    };
    return ::stat(path.c_str(), &status) == 0 ? static_cast<std::int64_t>(status.st_size) : 0;
}

// Messages are private, and SQLite gives its log the mode of the file. Empty, or the reason.
std::string createPrivately(const std::string& path)
{
    int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) return std::strerror(errno);
    ::close(descriptor);
    return {};
}

// While opening a file whose statements are all our own, whatever is not the environment's fault is the
// file's.
bool meansDamage(int result)
{
    switch (result & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_NOLFS:
        return false;
    default:
        return true;
    }
}

} // namespace

std::unique_ptr<SqliteDatabase> SqliteDatabase::open(const std::string& path, Durability durability,
                                                     std::string& words)
{
    words.clear();
    std::string found;
    if (durability == Durability::Full && dropsCommits(path + "-wal"))
        found = "the log of the database was damaged: the newest messages on this board may be missing";
    for (int attempt = 0; attempt < 2; ++attempt) {
        std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(path, durability));
        int result = database->prepare(words);
        if (result == SQLITE_OK) {
            words = found;
            // What lies behind the damage is not to be found at the next start again.
            if (!found.empty())
                sqlite3_wal_checkpoint_v2(database->handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                                          nullptr);
            return database;
        }
        database->leaveAsItIs();
        if (!words.empty()) return nullptr;
        if (!meansDamage(result) || attempt > 0) {
            words = "can't open " + path + ": " + database->explain(result);
            return nullptr;
        }
        database.reset();
        std::string aside = program::moveAside(path, std::time(nullptr));
        if (aside.empty()) {
            words = "the database " + path + " is damaged and can't be moved aside: " + std::strerror(errno);
            return nullptr;
        }
        ::unlink((path + "-suspect").c_str());
        found = "the database was damaged: it is now " + aside + ", and an empty one was begun";
    }
    return nullptr;
}

SqliteDatabase::SqliteDatabase(const std::string& path, Durability durability)
    : path_(path), durability_(durability)
{
}

SqliteDatabase::~SqliteDatabase() = default;

int SqliteDatabase::prepare(std::string& words)
{
    bool file = durability_ != Durability::Ram;
    if (file) {
        std::string reason = createPrivately(path_);
        if (!reason.empty()) {
            words = "can't open " + path_ + ": " + reason;
            return SQLITE_CANTOPEN;
        }
        bool log = sizeOf(path_ + "-wal") > 0; // SQLite removes it when it closes
        suspect_ = log || ::access((path_ + "-suspect").c_str(), F_OK) == 0;
        if (log && sizeOf(path_) == 0) return SQLITE_CORRUPT; // SQLite would throw the log away
    }
    try {
        Poco::Data::SQLite::Connector::registerConnector();
        session_.emplace("SQLite", file ? path_ : ":memory:", kTries);
        handle_ = Poco::Data::SQLite::Utility::dbHandle(*session_);
    }
    catch (const Poco::Exception& error) {
        words = "can't open " + path_ + ": " + error.displayText();
        return SQLITE_CANTOPEN;
    }
    int result = configure();
    if (result != SQLITE_OK) return result;
    SchemaVersion version = schemaVersion(handle_);
    if (version.result != SQLITE_OK) return version.result;
    int known = static_cast<int>(schemaSteps().size());
    if (version.number > known) {
        words = "the database " + path_ + " is of a newer linnet: its version is " +
                std::to_string(version.number) + ", this program knows " + std::to_string(known);
        return SQLITE_CANTOPEN;
    }
    if (version.number == 0) result = sqlite3_exec(handle_, kForNewFiles, nullptr, nullptr, nullptr);
    if (result == SQLITE_OK && file) result = useLog();
    if (result == SQLITE_OK && file) result = check();
    if (result == SQLITE_OK) result = migrate(handle_, schemaSteps());
    return result == SQLITE_OK ? probe(handle_) : result;
}

int SqliteDatabase::configure()
{
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, 0); // nothing on the event loop waits
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_LOOKASIDE, nullptr, 128, 64);
    return sqlite3_exec(handle_, kBeforeReading, nullptr, nullptr, nullptr);
}

int SqliteDatabase::useLog()
{
    {
        SqliteQuery mode(handle_, "PRAGMA journal_mode=WAL");
        bool wal = mode.next() && mode.text(0) == "wal";
        int result = mode.run();
        if (result != SQLITE_OK) return result;
        // The header names a format that can't be written, though the file can.
        if (!wal || sqlite3_db_readonly(handle_, "main") != 0) return SQLITE_CORRUPT;
    }
    int result = sqlite3_exec(handle_, kForFiles, nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) return result;
    // NORMAL doesn't sync at a commit.
    const char* synchronous =
        durability_ == Durability::Full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL";
    return sqlite3_exec(handle_, synchronous, nullptr, nullptr, nullptr);
}

int SqliteDatabase::check()
{
    std::string mark = path_ + "-suspect";
    // The quick check compares no index with its table: it may miss what was found while running.
    bool whole = sizeOf(path_) <= kSmall || ::access(mark.c_str(), F_OK) == 0;
    if (!whole && !suspect_) return SQLITE_OK;
    SqliteQuery query(handle_, whole ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
    bool sound = query.next() && query.text(0) == "ok";
    int result = query.run();
    if (result != SQLITE_OK) return result;
    if (!sound) return SQLITE_CORRUPT;
    ::unlink(mark.c_str());
    return SQLITE_OK;
}

std::uint64_t SqliteDatabase::freeBytes() const
{
    if (durability_ == Durability::Ram) return std::numeric_limits<std::uint64_t>::max();
    return peer::freeBytes(path_);
}

std::string SqliteDatabase::explain(int result) const
{
    switch (result & 0xff) {
    case SQLITE_FULL:
        return "the disk is full";
    case SQLITE_READONLY:
        return "the disk is read-only";
    case SQLITE_IOERR:
        // All that SQLite tells of a disk remounted because of its errors, or full when written back.
        if (isReadOnly(path_)) return "the disk is read-only";
        if (freeBytes() < kNothing) return "the disk is full";
        return "the disk reports an I/O error";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "the database is damaged; the next start moves it aside and begins a new one";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another program uses the database";
    case SQLITE_NOMEM:
        return "the memory is full";
    default:
        return std::string("the database reports: ") + sqlite3_errstr(result);
    }
}

void SqliteDatabase::foundDamaged()
{
    if (durability_ == Durability::Ram) return;
    leaveAsItIs();
    program::writeDurably(path_ + "-suspect", "", 0600);
}

void SqliteDatabase::leaveAsItIs()
{
    if (handle_) sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

} // namespace linnet::peer
