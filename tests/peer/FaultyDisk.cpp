// All calls go on to the usual VFS; only those that read or change files are looked at.
#include "peer/FaultyDisk.h"

namespace linnet::test {

namespace {

FaultyDisk* disk = nullptr;
sqlite3_vfs* usual = nullptr;

// SQLite allocates it; the usual VFS's file lies behind.
struct File
{
    sqlite3_file base;
    std::string* name;
    FaultyDisk::Watcher* watcher; // null: none
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* of(sqlite3_file* file)
{
    return reinterpret_cast<File*>(file);
}
sqlite3_file* real(sqlite3_file* file)
{
    return of(file)->real();
}

int closeFile(sqlite3_file* file)
{
    delete of(file)->name;
    return real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
}
int readFile(sqlite3_file* file, void* to, int size, sqlite3_int64 offset)
{
    int result = disk->read();
    return result != SQLITE_OK ? result : real(file)->pMethods->xRead(real(file), to, size, offset);
}
int writeFile(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset)
{
    int result = disk->write(*of(file)->name, size);
    if (result == SQLITE_OK && of(file)->watcher)
        result = of(file)->watcher->writing(*of(file)->name, from, size, offset);
    return result != SQLITE_OK ? result : real(file)->pMethods->xWrite(real(file), from, size, offset);
}
int truncateFile(sqlite3_file* file, sqlite3_int64 size)
{
    int result = of(file)->watcher ? of(file)->watcher->truncating(*of(file)->name, size) : SQLITE_OK;
    return result != SQLITE_OK ? result : real(file)->pMethods->xTruncate(real(file), size);
}
int syncFile(sqlite3_file* file, int flags)
{
    int result = disk->sync(*of(file)->name);
    if (result == SQLITE_OK && of(file)->watcher) result = of(file)->watcher->syncing(*of(file)->name);
    return result != SQLITE_OK ? result : real(file)->pMethods->xSync(real(file), flags);
}
int fileSize(sqlite3_file* file, sqlite3_int64* size)
{
    return real(file)->pMethods->xFileSize(real(file), size);
}
int lockFile(sqlite3_file* file, int level)
{
    return real(file)->pMethods->xLock(real(file), level);
}
int unlockFile(sqlite3_file* file, int level)
{
    return real(file)->pMethods->xUnlock(real(file), level);
}
int checkLock(sqlite3_file* file, int* out)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
int control(sqlite3_file* file, int operation, void* argument)
{
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
int sectorSize(sqlite3_file* file)
{
    return real(file)->pMethods->xSectorSize(real(file));
}
int characteristics(sqlite3_file* file)
{
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

const sqlite3_io_methods kMethods{1,        closeFile,  readFile,        writeFile,  truncateFile,
                                  syncFile, fileSize,   lockFile,        unlockFile, checkLock,
                                  control,  sectorSize, characteristics, nullptr,    nullptr,
                                  nullptr,  nullptr,    nullptr,         nullptr};

int openFile(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* outFlags)
{
    file->pMethods = nullptr;
    real(file)->pMethods = nullptr;
    FaultyDisk::Watcher* watcher = name ? disk->watcherOf(name) : nullptr;
    int result = watcher ? watcher->opening(name) : SQLITE_OK;
    if (result == SQLITE_OK) result = usual->xOpen(usual, name, real(file), flags, outFlags);
    if (result != SQLITE_OK) return result;
    of(file)->name = new std::string(name ? name : "");
    of(file)->watcher = watcher;
    file->pMethods = &kMethods;
    return SQLITE_OK;
}

int removeFile(sqlite3_vfs*, const char* name, int syncDirectory)
{
    FaultyDisk::Watcher* watcher = disk->watcherOf(name);
    int result = watcher ? watcher->removing(name, syncDirectory != 0) : SQLITE_OK;
    return result != SQLITE_OK ? result : usual->xDelete(usual, name, syncDirectory);
}

} // namespace

FaultyDisk::FaultyDisk()
{
    usual = sqlite3_vfs_find(nullptr);
    disk = this;
    vfs_ = *usual;
    vfs_.pNext = nullptr;
    vfs_.zName = "faulty";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + usual->szOsFile;
    vfs_.xOpen = openFile;
    vfs_.xDelete = removeFile;
    sqlite3_vfs_register(&vfs_, 1);
}

FaultyDisk::~FaultyDisk()
{
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(usual, 1);
}

FaultyDisk::Watcher* FaultyDisk::watcherOf(const std::string& name) const
{
    for (const auto& [prefix, watcher] : watchers_)
        if (name.compare(0, prefix.size(), prefix) == 0) return watcher;
    return nullptr;
}

void FaultyDisk::failWrites(int result, unsigned grace, const std::string& ending)
{
    writeResult_ = result;
    grace_ = grace;
    ending_ = ending;
}

void FaultyDisk::heal()
{
    failWrites(SQLITE_OK);
    readResult_ = SQLITE_OK;
}

bool FaultyDisk::hits(const std::string& name)
{
    bool meant = writeResult_ != SQLITE_OK && name.size() >= ending_.size() &&
                 name.compare(name.size() - ending_.size(), ending_.size(), ending_) == 0;
    if (meant && grace_ > 0) {
        --grace_;
        return false;
    }
    return meant;
}

int FaultyDisk::write(const std::string& name, int size)
{
    if (writeResult_ != SQLITE_IOERR_FSYNC && hits(name)) return writeResult_;
    ++counts.writes;
    counts.bytes += static_cast<std::uint64_t>(size);
    return SQLITE_OK;
}

int FaultyDisk::sync(const std::string& name)
{
    if (writeResult_ == SQLITE_IOERR_FSYNC && hits(name)) return writeResult_;
    ++counts.syncs;
    return SQLITE_OK;
}

} // namespace linnet::test
