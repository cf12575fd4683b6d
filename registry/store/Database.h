// One SQLite file, opened the same way every time: every pragma that matters is set, its schema is brought up
// to date, and a damaged file is put aside.
#pragma once

#include <Poco/Data/Session.h>

#include <optional>
#include <string>
#include <vector>

namespace linnet::registry {

// What takes a schema from one version to the next: statements, run one by one.
using Migration = std::vector<std::string>;

class Database
{
public:
    enum class IfDamaged { MoveAside, Refuse };

    // Opens `path`, made (mode 0600) if need be, and runs the migrations it has not had yet, all in one
    // transaction. Throws std::runtime_error with a sentence that names the file.
    Database(const std::string& path, const std::vector<Migration>& migrations, IfDamaged ifDamaged);

    Poco::Data::Session& session() { return *session_; }
    // Where a damaged file went; empty when there was none.
    const std::string& movedTo() const { return movedTo_; }
    // Changes with each commit by another process.
    std::int64_t dataVersion();

private:
    void open(const std::string& path, const std::vector<Migration>& migrations);
    void migrate(const std::vector<Migration>& migrations);

    std::optional<Poco::Data::Session> session_;
    std::string movedTo_;
};

// BEGIN IMMEDIATE (Poco's begin() takes its lock too late), and ROLLBACK unless committed.
class Transaction
{
public:
    explicit Transaction(Poco::Data::Session& session);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    Poco::Data::Session& session_;
    bool open_ = true;
};

} // namespace linnet::registry
