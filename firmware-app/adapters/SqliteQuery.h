// One prepared SQLite statement. A thin value over the C API, used for all statements of the peer's store:
// Poco::Data cuts text at a NUL, costs 3 to 5 us more per statement (a budget of 13 us per message leaves no
// room for that) and hides the result codes that tell a full disk from a damaged file. Opening and closing
// stay with Poco::Data::Session.
#pragma once

#include "wire/Bytes.h"

#include <cstdint>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace linnet::peer {

class SqliteQuery
{
public:
    // `kept`: prepared once for many runs. A statement that cannot be prepared answers every run with the
    // reason.
    SqliteQuery(sqlite3* database, const char* sql, bool kept = false)
    {
        result_ =
            sqlite3_prepare_v3(database, sql, -1, kept ? SQLITE_PREPARE_PERSISTENT : 0, &statement_, nullptr);
        prepared_ = result_;
    }
    ~SqliteQuery() { sqlite3_finalize(statement_); }
    SqliteQuery(const SqliteQuery&) = delete;
    SqliteQuery& operator=(const SqliteQuery&) = delete;

    // Binds ?1, ?2, ... and starts anew. Text and bytes are borrowed until the run ends.
    template <class... Values>
    SqliteQuery& with(const Values&... values)
    {
        reset();
        int index = 0;
        (bind(++index, values), ...);
        return *this;
    }
    // Steps to the next row; false at the end or on an error, and then the statement is reset.
    bool next()
    {
        if (prepared_ != SQLITE_OK) return false;
        result_ = sqlite3_step(statement_);
        if (result_ == SQLITE_ROW) return true;
        if (result_ == SQLITE_DONE) result_ = SQLITE_OK;
        sqlite3_reset(statement_);
        return false;
    }
    // To the end, rows ignored: SQLITE_OK or the (extended) error.
    int run()
    {
        while (next()) {
        }
        return result_;
    }
    // Of the last step; SQLITE_ROW while there are rows.
    int result() const { return result_; }
    // Ends a run before its last row; an open run would hold back checkpoints.
    void reset() { sqlite3_reset(statement_); }

    // Of the row at hand; text and bytes are valid until the next step.
    std::int64_t integer(int column) { return sqlite3_column_int64(statement_, column); }
    std::uint64_t number(int column) { return static_cast<std::uint64_t>(integer(column)); }
    bool isNull(int column) { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    wire::ByteView bytes(int column)
    {
        auto data = static_cast<const wire::Byte*>(sqlite3_column_blob(statement_, column));
        return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }
    std::string text(int column) { return std::string(bytes(column).text()); }

private:
    void bind(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); }
    void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, int value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, bool value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, std::nullptr_t) { sqlite3_bind_null(statement_, index); }
    void bind(int index, wire::ByteView value)
    {
        // A null pointer would store NULL, not an empty BLOB.
        const void* data = value.empty() ? static_cast<const void*>("") : value.data();
        sqlite3_bind_blob64(statement_, index, data, value.size(), SQLITE_STATIC);
    }
    void bind(int index, std::string_view value)
    {
        sqlite3_bind_text64(statement_, index, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC,
                            SQLITE_UTF8);
    }
    void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }

    sqlite3_stmt* statement_ = nullptr;
    int prepared_ = SQLITE_OK;
    int result_ = SQLITE_OK;
};

} // namespace linnet::peer
