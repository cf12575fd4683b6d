// Asks for a password on the terminal without showing it; from a pipe it takes one line.
#pragma once

#include <optional>
#include <string>

namespace linnet::registry {

// Nothing at the end of input.
std::optional<std::string> readPassword(const std::string& prompt);

} // namespace linnet::registry
