// A disk that counts what is written to it, fails on demand and lets others watch its files: a VFS of SQLite
// around the usual one, the default of all databases opened while it lives. It has no shared memory: what runs
// on it needs none.
#pragma once

#include <cstdint>
#include <map>
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

    // Told of every change of a file before it happens. An answer other than SQLITE_OK becomes SQLite's, and
    // nothing happens.
    class Watcher
    {
    public:
        virtual int opening(const std::string& name) = 0;
        virtual int writing(const std::string& name, const void* from, int size, std::int64_t offset) = 0;
        virtual int truncating(const std::string& name, std::int64_t size) = 0;
        virtual int syncing(const std::string& name) = 0;
        // `durable`: the directory is synced as well.
        virtual int removing(const std::string& name, bool durable) = 0;

    protected:
        ~Watcher() = default;
    };
    // Of the files whose names begin with `prefix`. Borrowed, for the life of the disk.
    void watch(const std::string& prefix, Watcher& watcher) { watchers_[prefix] = &watcher; }
    Watcher* watcherOf(const std::string& name) const;

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
    std::map<std::string, Watcher*> watchers_; // by prefix
};

} // namespace linnet::test
