// Opening, checking, migrating.
#include "registry/store/Database.h"

#include "program/DamagedFiles.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Statement.h>
#include <Poco/Exception.h>

#include <ctime>
#include <fcntl.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace linnet::registry {

using namespace Poco::Data::Keywords;

namespace {

struct Damage : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

// Debian's, OpenWrt's and a bundled SQLite have different defaults, so none is relied on. FULL: with NORMAL a
// commit in WAL mode is not synced. The cache is for a few requests a second.
constexpr const char* kPragmas[] = {
    "PRAGMA busy_timeout=1000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-128",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA mmap_size=0",
    "PRAGMA journal_size_limit=1048576",
    "PRAGMA wal_autocheckpoint=256",
    "PRAGMA trusted_schema=OFF",
};

// SQLite would make it readable to all; its -wal and -shm take the mode of the file.
void makePrivate(const std::string& path)
{
    int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        throw std::runtime_error("cannot open " + path + ": " + std::generic_category().message(errno));
    ::close(fd);
}

// SQLite's "file is not a database" has no exception of its own in Poco.
bool tellsOfDamage(const Poco::Exception& error)
{
    std::string text = error.displayText();
    return text.find("malformed") != std::string::npos || text.find("not a database") != std::string::npos ||
           text.find("corrupt") != std::string::npos || text.find("Corrupt") != std::string::npos;
}

} // namespace

Database::Database(const std::string& path, const std::vector<Migration>& migrations, IfDamaged ifDamaged)
{
    Poco::Data::SQLite::Connector::registerConnector();
    try {
        try {
            open(path, migrations);
        }
        catch (const Damage& damage) {
            session_.reset();
            if (ifDamaged == IfDamaged::Refuse) throw;
            movedTo_ = program::moveAside(path, std::time(nullptr));
            open(path, migrations);
        }
    }
    catch (const Poco::Exception& error) {
        throw std::runtime_error("cannot use the database " + path + ": " + error.displayText());
    }
}

void Database::open(const std::string& path, const std::vector<Migration>& migrations)
{
    makePrivate(path);
    try {
        session_.emplace("SQLite", path);
        for (const char* pragma : kPragmas)
            *session_ << pragma, now;
        std::string verdict;
        *session_ << "PRAGMA quick_check(1)", into(verdict), now;
        if (verdict != "ok") throw Damage("the database " + path + " is damaged: " + verdict);
        migrate(migrations);
    }
    catch (const Poco::Exception& error) {
        if (tellsOfDamage(error))
            throw Damage("the database " + path + " is damaged: " + error.displayText());
        throw;
    }
}

void Database::migrate(const std::vector<Migration>& migrations)
{
    Poco::Int64 version = 0;
    *session_ << "PRAGMA user_version", into(version), now;
    auto newest = static_cast<Poco::Int64>(migrations.size());
    if (version > newest)
        throw std::runtime_error("the database was made by a newer version of this program (schema " +
                                 std::to_string(version) + ", known up to " + std::to_string(newest) + ")");
    if (version == newest) return;
    Transaction transaction(*session_);
    for (auto step = static_cast<std::size_t>(version); step < migrations.size(); ++step)
        for (const std::string& statement : migrations[step])
            *session_ << statement, now;
    *session_ << "PRAGMA user_version=" + std::to_string(newest), now;
    transaction.commit();
}

std::int64_t Database::dataVersion()
{
    Poco::Int64 version = 0;
    *session_ << "PRAGMA data_version", into(version), now;
    return version;
}

Transaction::Transaction(Poco::Data::Session& session) : session_(session)
{
    session_ << "BEGIN IMMEDIATE", now;
}

Transaction::~Transaction()
{
    if (!open_) return;
    try {
        session_ << "ROLLBACK", now;
    }
    catch (const Poco::Exception&) {
        // SQLite has rolled back by itself, as it does when the disk is full.
    }
}

void Transaction::commit()
{
    session_ << "COMMIT", now;
    open_ = false;
}

} // namespace linnet::registry
