// The numbered menu for people who know nothing yet: each choice is a command, asked for its argument.
#pragma once

#include "core/Commands.h"

#include <string>

namespace linnet::peer {

std::string menuText(bool loggedIn);
// A number alone.
bool isMenuChoice(const std::string& line);
void chooseFromMenu(const std::string& line, const CommandCall& call);

} // namespace linnet::peer
