// What a power cut leaves of one board's files: all that was synced, and of the rest a random part, torn at
// sectors of 512 bytes, in any order. Files and removals whose directory was not synced may be there or not.
//
// Until the cut the files on the disk below hold what the program sees. From the cut on nothing reaches them.
#pragma once

#include "peer/FaultyDisk.h"
#include "secure/Random.h"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace linnet::test {

class UnsyncedWrites final : public FaultyDisk::Watcher
{
public:
    // Of files whose names begin with `prefix`.
    UnsyncedWrites(FaultyDisk& disk, const std::string& prefix, secure::Random& random);

    // The power goes at the operation after the next `operations`, which may then be done in part.
    void cutAfter(std::uint64_t operations) { operationsLeft_ = operations; }
    void cutNow() { cut_ = true; }
    bool isCut() const { return cut_; }
    // REQUIRES: nothing has the files open. Makes them what survived; the power is back.
    void restore();

    std::uint64_t syncs() const { return syncs_; }
    std::uint64_t bytes() const { return bytes_; }

    int opening(const std::string& name) override;
    int writing(const std::string& name, const void* from, int size, std::int64_t offset) override;
    int truncating(const std::string& name, std::int64_t size) override;
    int syncing(const std::string& name) override;
    int removing(const std::string& name, bool durable) override;

private:
    struct Write
    {
        std::size_t offset;
        std::string data;
    };
    struct Truncation
    {
        std::size_t size;
    };
    using Change = std::variant<Write, Truncation>;
    using FileId = unsigned; // what the file system calls an inode
    struct File
    {
        std::string synced;
        std::vector<Change> unsynced; // in order
    };
    using Directory = std::map<std::string, FileId>;
    struct Entry // a change of the directory
    {
        std::string name;
        std::optional<FileId> file; // nothing: removed
    };

    bool goesOut();
    File& fileOf(const std::string& name);
    void syncDirectory();
    static void apply(const Entry& entry, Directory& directory);
    static void apply(const Change& change, std::string& content);
    std::string survivor(const File& file);
    void keepPart(const Change& change, unsigned percent, std::string& content);

    secure::Random& random_;
    std::map<FileId, File> files_;
    Directory now_;
    Directory synced_;
    std::vector<Entry> unsyncedEntries_; // in order
    std::optional<std::uint64_t> operationsLeft_;
    bool cut_ = false;
    FileId lastFile_ = 0;
    std::uint64_t syncs_ = 0;
    std::uint64_t bytes_ = 0;
};

} // namespace linnet::test
