// A disk that counts what is written to it and fails on demand: a VFS of SQLite around the usual one, the
// default of all databases opened while it lives. It has no shared memory: what runs on it needs none.
#pragma once

#include <cstdint>
#include <string>

#include <sqlite3.h>

namespace linnet::test {

class FaultyDisk
{
public:
    FaultyDisk();
    ~FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;

    struct Counts
    {
        std::uint64_t bytes = 0;
        unsigned writes = 0;
        unsigned syncs = 0;
    };
    Counts counts;

    // From the write (or sync) after the next `grace` ones on, writes to files whose names end in `ending`
    // answer `result`; SQLITE_IOERR_FSYNC is for syncs alone.
    void failWrites(int result, unsigned grace = 0, const std::string& ending = "");
    void failReads(int result) { readResult_ = result; }
    void heal();

    int write(const std::string& name, int size);
    int sync(const std::string& name);
    int read() const { return readResult_; }

private:
    bool hits(const std::string& name);

    sqlite3_vfs vfs_{};
    int writeResult_ = SQLITE_OK;
    int readResult_ = SQLITE_OK;
    unsigned grace_ = 0;
    std::string ending_;
};

} // namespace linnet::test
