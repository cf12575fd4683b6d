// Two small tables, before and after log-in.
#include "core/Menu.h"

#include <cstdlib>

namespace linnet::peer {

namespace {

struct Choice
{
    const char* label;
    const char* command;
    const char* question; // asked first and put behind the command; null: none
};

// The position is the number; the last one is 0.
constexpr Choice kLoggedOut[] = {
    {"Log in", "login", "Your name: "},
    {"Make an account", "register", "The name you want: "},
    {"Help", "help", nullptr},
    {"Quit", "quit", nullptr},
};
constexpr Choice kLoggedIn[] = {
    {"Who is online", "who", nullptr},
    {"Find someone", "find", "Name, or how it begins and *: "},
    {"Chat with someone", "chat", "With whom: "},
    {"People you know", "contacts", nullptr},
    {"Requests to chat", "requests", nullptr},
    {"Read a history", "history", "With whom: "},
    {"Help", "help", nullptr},
    {"Log out", "logout", nullptr},
    {"Quit", "quit", nullptr},
};

template <std::size_t N>
std::string text(const Choice (&choices)[N])
{
    std::string lines;
    for (std::size_t i = 0; i < N; ++i) {
        std::string number = std::to_string(i + 1 == N ? 0 : i + 1);
        lines += (i > 0 ? "\n  " : "  ") + number + "  " + choices[i].label;
    }
    return lines;
}

template <std::size_t N>
const Choice* choose(const Choice (&choices)[N], std::size_t number)
{
    if (number >= N) return nullptr;
    return &choices[number == 0 ? N - 1 : number - 1];
}

} // namespace

std::string menuText(bool loggedIn)
{
    return loggedIn ? text(kLoggedIn) : text(kLoggedOut);
}

bool isMenuChoice(const std::string& line)
{
    return !line.empty() && line.size() <= 2 && line.find_first_not_of("0123456789") == std::string::npos;
}

void chooseFromMenu(const std::string& line, const CommandCall& call)
{
    auto number = static_cast<std::size_t>(std::atoi(line.c_str()));
    const Choice* choice = call.peer.account() ? choose(kLoggedIn, number) : choose(kLoggedOut, number);
    if (!choice) return call.answer.no({ProblemCode::Usage, "the menu has no " + line});
    std::string command = choice->command;
    if (!choice->question) return runCommand(command, call);
    call.console.ask(choice->question, false, [command, call](const std::string& answer) {
        runCommand(command + " " + answer, call);
    });
}

} // namespace linnet::peer
