// `linnet-registry admin ...`: what the operator does to accounts, in a process of its own.
#pragma once

#include <string>
#include <vector>

namespace linnet::registry {

// Runs `words` (without "admin") on the state directory; prints to standard output, problems to standard
// error. The program's exit code.
int runAdmin(const std::string& stateDirectory, const std::vector<std::string>& words);

// The commands, one a line.
std::string adminHelp();

} // namespace linnet::registry
