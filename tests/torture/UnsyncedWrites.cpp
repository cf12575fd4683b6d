#include "torture/UnsyncedWrites.h"

#include "support/TemporaryDirectory.h"

#include <algorithm>
#include <set>

#include <unistd.h>

namespace linnet::test {

namespace {
constexpr std::size_t kSector = 512;
}

UnsyncedWrites::UnsyncedWrites(FaultyDisk& disk, const std::string& prefix, secure::Random& random)
    : random_(random)
{
    disk.watch(prefix, *this);
}

bool UnsyncedWrites::goesOut()
{
    if (operationsLeft_ && (*operationsLeft_)-- == 0) {
        operationsLeft_.reset();
        cut_ = true;
    }
    return cut_;
}

UnsyncedWrites::File& UnsyncedWrites::fileOf(const std::string& name)
{
    return files_[now_.at(name)];
}

void UnsyncedWrites::apply(const Entry& entry, Directory& directory)
{
    if (entry.file)
        directory[entry.name] = *entry.file;
    else
        directory.erase(entry.name);
}

void UnsyncedWrites::apply(const Change& change, std::string& content)
{
    if (auto cut = std::get_if<Truncation>(&change)) return content.resize(cut->size);
    const Write& write = std::get<Write>(change);
    content.resize(std::max(content.size(), write.offset + write.data.size()));
    content.replace(write.offset, write.data.size(), write.data);
}

// ---- While there is power ----

int UnsyncedWrites::opening(const std::string& name)
{
    if (goesOut()) return SQLITE_CANTOPEN;
    if (now_.count(name)) return SQLITE_OK;
    Entry entry{name, ++lastFile_};
    apply(entry, now_);
    unsyncedEntries_.push_back(entry);
    return SQLITE_OK;
}

int UnsyncedWrites::writing(const std::string& name, const void* from, int size, std::int64_t offset)
{
    bool before = cut_;
    bool out = goesOut();
    if (!before)
        fileOf(name).unsynced.push_back(
            Write{static_cast<std::size_t>(offset),
                  {static_cast<const char*>(from), static_cast<std::size_t>(size)}});
    if (out) return SQLITE_IOERR_WRITE;
    bytes_ += static_cast<std::uint64_t>(size);
    return SQLITE_OK;
}

int UnsyncedWrites::truncating(const std::string& name, std::int64_t size)
{
    if (goesOut()) return SQLITE_IOERR_TRUNCATE;
    fileOf(name).unsynced.push_back(Truncation{static_cast<std::size_t>(size)});
    return SQLITE_OK;
}

int UnsyncedWrites::syncing(const std::string& name)
{
    if (goesOut()) return SQLITE_IOERR_FSYNC;
    File& file = fileOf(name);
    for (const Change& change : file.unsynced)
        apply(change, file.synced);
    file.unsynced.clear();
    // SQLite syncs the directory too at the first sync of a new log.
    auto entry = synced_.find(name);
    if (entry == synced_.end() || entry->second != now_.at(name)) syncDirectory();
    ++syncs_;
    return SQLITE_OK;
}

int UnsyncedWrites::removing(const std::string& name, bool durable)
{
    if (goesOut()) return SQLITE_IOERR_DELETE;
    if (!now_.count(name)) return SQLITE_OK;
    Entry entry{name, {}};
    apply(entry, now_);
    unsyncedEntries_.push_back(entry);
    if (durable) syncDirectory();
    return SQLITE_OK;
}

void UnsyncedWrites::syncDirectory()
{
    for (const Entry& entry : unsyncedEntries_)
        apply(entry, synced_);
    unsyncedEntries_.clear();
}

// ---- After the cut ----

void UnsyncedWrites::restore()
{
    std::set<std::string> names;
    for (const auto& [name, file] : now_)
        names.insert(name);
    // A journaling file system keeps the order of what it does to a directory.
    std::size_t kept = random_.below(unsyncedEntries_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i)
        apply(unsyncedEntries_[i], synced_);
    unsyncedEntries_.clear();
    for (const auto& [name, file] : synced_)
        names.insert(name);
    std::map<FileId, File> survivors;
    for (const std::string& name : names) {
        auto file = synced_.find(name);
        if (file == synced_.end()) {
            ::unlink(name.c_str());
            continue;
        }
        std::string content = survivor(files_[file->second]);
        writeFile(name, content);
        survivors[file->second] = File{std::move(content), {}};
    }
    files_ = std::move(survivors);
    now_ = synced_;
    operationsLeft_.reset();
    cut_ = false;
}

// Either a random subset, or all up to some change and a part of that one.
std::string UnsyncedWrites::survivor(const File& file)
{
    std::string content = file.synced;
    std::size_t count = file.unsynced.size();
    bool inOrder = random_.below(4) == 0;
    std::size_t whole = inOrder ? random_.below(count + 1) : 0;
    std::size_t end = inOrder ? std::min(count, whole + 1) : count;
    static constexpr unsigned kPercents[] = {0, 10, 50, 90, 100};
    unsigned percent = kPercents[random_.below(std::size(kPercents))];
    for (std::size_t i = 0; i < end; ++i)
        if (i < whole)
            apply(file.unsynced[i], content);
        else
            keepPart(file.unsynced[i], percent, content);
    return content;
}

void UnsyncedWrites::keepPart(const Change& change, unsigned percent, std::string& content)
{
    auto lucky = [&] { return random_.below(100) < percent; };
    if (std::holds_alternative<Truncation>(change)) {
        if (lucky()) apply(change, content);
        return;
    }
    const Write& write = std::get<Write>(change);
    for (std::size_t at = 0; at < write.data.size();) {
        std::size_t size = std::min(kSector - (write.offset + at) % kSector, write.data.size() - at);
        Write sector{write.offset + at, write.data.substr(at, size)};
        bool kept = lucky();
        if (!kept && random_.below(50) == 0) // the sector that was being written
            for (char& byte : sector.data)
                byte = static_cast<char>(random_.below(256));
        else if (!kept)
            sector.data.clear();
        if (!sector.data.empty()) apply(sector, content);
        at += size;
    }
}

} // namespace linnet::test
