// One program at a time on a state directory: a locked file, with the holder's process id in it for the other's sentence.
#pragma once

#include <string>

namespace linnet::program {

class StateLock
{
public:
    // Locks `directory`/`name`.lock. Throws std::runtime_error with a sentence that names the directory and
    // --state-dir: when it is not writable, or another `name` holds it.
    StateLock(const std::string& directory, const std::string& name);
    ~StateLock();
    StateLock(const StateLock&) = delete;
    StateLock& operator=(const StateLock&) = delete;

private:
    int descriptor_;
};

} // namespace linnet::program
