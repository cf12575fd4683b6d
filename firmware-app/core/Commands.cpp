// The table, its dispatch, and the commands about the console itself.
#include "core/Commands.h"

#include "core/EventText.h"
#include "core/Menu.h"
#include "wire/Text.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace linnet::peer {

namespace {

using Needs = Command::Needs;

constexpr Command kCommands[] = {
    {"accept", Needs::Account, 1, 1, "NAME", "take up a request to chat", acceptCommand},
    {"block", Needs::Account, 1, 1, "NAME", "hear no more of NAME, who isn't told", blockCommand},
    {"blocked", Needs::Account, 0, 0, "", "whom you have blocked", blockedCommand},
    {"busy", Needs::Account, 1, 1, "NAME", "answer a request with: not now", busyCommand},
    {"chat", Needs::Account, 1, 2, "NAME [WORDS]", "talk to someone; the first time asks, with these words",
     chatCommand},
    {"close", Needs::Account, 0, 0, "", "leave the current conversation (it goes on by itself)",
     closeCommand},
    {"contacts", Needs::Account, 0, 0, "", "people you know, and what waits for or from them",
     contactsCommand},
    {"decline", Needs::Account, 1, 1, "NAME", "refuse a request to chat", declineCommand},
    {"find", Needs::Account, 1, 1, "NAME|BEGINNING*", "look someone up at the registry", findCommand},
    {"fingerprint", Needs::Account, 0, 1, "[NAME]", "your key, or the safety number you share with NAME",
     fingerprintCommand},
    {"help", Needs::Nothing, 0, 1, "[COMMAND]", "what there is", helpCommand},
    {"history", Needs::Account, 0, 2, "[NAME] [COUNT]", "the last lines of a conversation", historyCommand},
    {"login", Needs::Nothing, 1, 1, "NAME", "log in; the password is asked on a new board only",
     loginCommand},
    {"logout", Needs::Account, 0, 0, "", "log out and go offline", logoutCommand},
    {"menu", Needs::Nothing, 0, 0, "", "the numbered menu", menuCommand},
    {"msg", Needs::Account, 2, 2, "NAME TEXT", "one line to someone, without opening the conversation",
     messageCommand},
    {"password", Needs::Account, 0, 0, "", "change your password", passwordCommand},
    {"quit", Needs::Nothing, 0, 0, "", "end the program", quitCommand},
    {"register", Needs::Nothing, 1, 2, "NAME [INVITATION]", "make an account", registerCommand},
    {"requests", Needs::Account, 0, 0, "", "who asks to chat", requestsCommand},
    {"status", Needs::Nothing, 0, 0, "", "account, registry, links", statusCommand},
    {"trust", Needs::Account, 2, 2, "NAME NUMBER", "accept NAME's new key, by its safety number",
     trustCommand},
    {"unblock", Needs::Account, 1, 1, "NAME", "hear NAME again", unblockCommand},
    {"verify", Needs::Account, 1, 1, "NAME", "you have compared the safety number with NAME", verifyCommand},
    {"who", Needs::Account, 0, 0, "", "who is online", whoCommand},
};

constexpr bool isSorted()
{
    for (std::size_t i = 1; i < std::size(kCommands); ++i)
        if (!(kCommands[i - 1].name < kCommands[i].name)) return false;
    return true;
}
static_assert(isSorted(), "commands are looked up by binary search");

const Command* find(std::string_view name)
{
    const Command* found = std::lower_bound(
        std::begin(kCommands), std::end(kCommands), name,
        [](const Command& command, std::string_view wanted) { return command.name < wanted; });
    return found != std::end(kCommands) && found->name == name ? found : nullptr;
}

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t(0));
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({change, row[j] + 1, row[j - 1] + 1}));
        }
    }
    return row.back();
}

std::string_view nearest(std::string_view name)
{
    std::string_view best;
    std::size_t least = 4; // further away it is no help
    for (const Command& command : kCommands) {
        bool begins = command.name.substr(0, name.size()) == name;
        std::size_t far = begins ? 0 : distance(name, command.name);
        if (far < least) {
            least = far;
            best = command.name;
        }
    }
    return best;
}

std::string usage(const Command& command)
{
    std::string text = "/" + std::string(command.name);
    return command.syntax.empty() ? text : text + " " + std::string(command.syntax);
}

// Splits off words at blanks; the last of `most` takes the rest.
std::vector<std::string> split(std::string_view line, std::size_t most)
{
    std::vector<std::string> words;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (line.empty()) return words;
        std::size_t end =
            words.size() + 1 == most ? line.find_last_not_of(' ') + 1 : std::min(line.find(' '), line.size());
        words.emplace_back(line.substr(0, end));
        line.remove_prefix(end);
        if (words.size() > most) return words;
    }
}

} // namespace

CommandRange allCommands()
{
    return {std::begin(kCommands), std::end(kCommands)};
}

void runCommand(const std::string& line, CommandCall call)
{
    std::string name = line.substr(0, line.find(' '));
    const Command* command = find(wire::canonicalName(name));
    if (!command) {
        std::string_view close = nearest(wire::canonicalName(name));
        std::string hint =
            close.empty() ? "/help lists what there is" : "did you mean /" + std::string(close) + "?";
        return call.answer.no(
            {ProblemCode::Usage, "there is no command /" + wire::neutralise(name) + "; " + hint});
    }
    std::size_t most = std::max<std::size_t>(command->maxWords, 1);
    call.words = split(std::string_view(line).substr(name.size()), most);
    if (call.words.size() < command->minWords || call.words.size() > command->maxWords)
        return call.answer.no({ProblemCode::Usage, "usage: " + usage(*command)});
    if (command->needs == Needs::Account && !call.peer.account())
        return call.answer.no(
            {ProblemCode::NotLoggedIn, "nobody is logged in; /login NAME or /register NAME"});
    command->run(call);
}

std::vector<std::string> completions(Peer& peer, std::string_view line)
{
    std::vector<std::string> candidates;
    if (line.empty() || line[0] != '/') return candidates;
    std::size_t space = line.find(' ');
    if (space == std::string_view::npos) {
        for (const Command& command : kCommands)
            if (command.name.substr(0, line.size() - 1) == line.substr(1))
                candidates.push_back("/" + std::string(command.name));
        return candidates;
    }
    const Command* command = find(line.substr(1, space - 1));
    bool takesName = command && command->syntax.find("NAME") != std::string_view::npos;
    std::string_view begun = line.substr(space + 1);
    if (!takesName || !peer.account() || begun.find(' ') != std::string_view::npos) return candidates;
    for (const Contact* contact : peer.account()->chats().contacts())
        if (contact->name.compare(0, begun.size(), begun) == 0) candidates.push_back(contact->name);
    return candidates;
}

// ---- Commands about the console itself ----

void helpCommand(const CommandCall& call)
{
    if (!call.words.empty()) {
        std::string name = call.words[0][0] == '/' ? call.words[0].substr(1) : call.words[0];
        const Command* command = find(name);
        if (!command)
            return call.answer.no({ProblemCode::NotFound, "there is no command /" + wire::neutralise(name)});
        call.answer.line("  " + usage(*command) + "  -  " + std::string(command->help));
        return call.answer.ok();
    }
    std::string lines;
    for (const Command& command : kCommands) {
        std::string left = "  " + usage(command);
        left.resize(std::max<std::size_t>(left.size() + 1, 28), ' ');
        lines += left + std::string(command.help) + "\n";
    }
    lines += "  Anything else is said to whom you talk to; // at the start of a line says /.\n"
             "  A message waits on this board until both boards are online together.";
    call.answer.line(lines);
    call.answer.ok();
}

void menuCommand(const CommandCall& call)
{
    // The menu's numbers count only while nobody is being talked to.
    call.console.setCurrent(0);
    call.answer.line(menuText(call.peer.account() != nullptr));
    call.answer.ok();
}

void quitCommand(const CommandCall& call)
{
    call.answer.ok("goodbye");
    call.consoles.quit();
}

void statusCommand(const CommandCall& call)
{
    std::string version = LINNET_VERSION;
    call.answer.line("  version   " + version);
    Account* account = call.peer.account();
    call.answer.line("  account   " + (account ? account->name() : std::string("none logged in")));
    RegistrySession* registry = call.peer.registry();
    std::string state = "none";
    if (registry) {
        state = wire::toString(registry->settings().at) + ", ";
        state += registry->online()
                     ? (registry->overTcp() ? "online (over TCP: UDP does not get through)" : "online")
                 : !registry->trouble().empty() ? registry->trouble()
                 : registry->wanted()           ? "logging in"
                                                : "not logged in";
    }
    call.answer.line("  registry  " + state);
    if (account) call.answer.line("  links     " + std::to_string(account->chats().linkCount()));
    call.answer.ok();
}

} // namespace linnet::peer
