// A directory of its own for a test, gone with it. In memory where there is such a place: what is synced
// there costs nothing.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

namespace linnet::test {

class TemporaryDirectory
{
public:
    TemporaryDirectory()
    {
        bool memory = ::access("/dev/shm", W_OK) == 0;
        std::string base = memory ? "/dev/shm" : std::filesystem::temp_directory_path().string();
        std::string name = base + "/linnet-test-XXXXXX";
        if (::mkdtemp(name.data())) path_ = name;
    }
    ~TemporaryDirectory()
    {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::string& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ + "/" + name; }
    bool has(const std::string& name) const { return std::filesystem::exists(file(name)); }
    // How many files have names that begin with `prefix`.
    unsigned count(const std::string& prefix) const
    {
        unsigned found = 0;
        for (const auto& entry : std::filesystem::directory_iterator(path_))
            if (entry.path().filename().string().rfind(prefix, 0) == 0) ++found;
        return found;
    }

private:
    std::string path_;
};

inline std::string readFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

inline void writeFile(const std::string& path, const std::string& content)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

} // namespace linnet::test
