// The console's commands: one sorted table from which dispatch, help, suggestions and CONSOLE.md's check
// derive.
#pragma once

#include "core/Console.h"

#include <string>
#include <string_view>
#include <vector>

namespace linnet::peer {

// What a handler is given. A value that may be kept for an answer that comes later, but not beyond the
// console.
struct CommandCall
{
    Peer& peer;
    Consoles& consoles;
    Console&
        console; // valid during the call and inside the answers of Console::ask; otherwise answer.console()
    Answer answer;
    std::vector<std::string> words; // after the command; the last takes the rest of the line
};

struct Command
{
    std::string_view name;
    enum class Needs : std::uint8_t { Nothing, Account } needs;
    std::uint8_t minWords;
    std::uint8_t maxWords; // the last of them may contain spaces
    std::string_view syntax;
    std::string_view help;
    void (*run)(const CommandCall& call);
};

// Runs `line` (without its slash). Rights and arity are checked here, once.
void runCommand(const std::string& line, CommandCall call);

// The whole table, sorted by name.
struct CommandRange
{
    const Command* first;
    const Command* last;
    const Command* begin() const { return first; }
    const Command* end() const { return last; }
};
CommandRange allCommands();

// Names of commands, and of contacts as their arguments, that could complete `line`.
std::vector<std::string> completions(Peer& peer, std::string_view line);

// The handlers, by file.
void helpCommand(const CommandCall& call);
void menuCommand(const CommandCall& call);
void quitCommand(const CommandCall& call);
void statusCommand(const CommandCall& call);

void registerCommand(const CommandCall& call); // AccountCommands.cpp
void loginCommand(const CommandCall& call);
void logoutCommand(const CommandCall& call);
void passwordCommand(const CommandCall& call);

void whoCommand(const CommandCall& call); // PeopleCommands.cpp
void findCommand(const CommandCall& call);
void contactsCommand(const CommandCall& call);
void requestsCommand(const CommandCall& call);
void fingerprintCommand(const CommandCall& call);

void trustCommand(const CommandCall& call); // ContactCommands.cpp
void verifyCommand(const CommandCall& call);
void blockCommand(const CommandCall& call);
void unblockCommand(const CommandCall& call);
void blockedCommand(const CommandCall& call);

void chatCommand(const CommandCall& call); // ChatCommands.cpp
void acceptCommand(const CommandCall& call);
void declineCommand(const CommandCall& call);
void busyCommand(const CommandCall& call);
void messageCommand(const CommandCall& call);
void closeCommand(const CommandCall& call);
void historyCommand(const CommandCall& call);

} // namespace linnet::peer
