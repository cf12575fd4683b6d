// One table of commands; each prints its own result and says whether it worked.
#include "registry/app/AdminCommands.h"

#include "registry/app/CommandLine.h"
#include "registry/app/TerminalPassword.h"
#include "registry/store/OperatorStore.h"
#include "registry/store/StateDirectory.h"
#include "secure/Identity.h"
#include "secure/Scram.h"

#include <Poco/Exception.h>

#include <charconv>
#include <cstdio>
#include <ctime>
#include <stdexcept>

namespace linnet::registry {

namespace {

struct Context
{
    StateDirectory& state;
    OperatorStore& store;
    secure::Random& random;
    std::string argument; // empty when not given
};

struct Command
{
    const char* name;
    const char* argument; // "" for none, in brackets when it may be left out
    const char* help;
    bool (*run)(Context&);
};

bool fail(const std::string& sentence)
{
    std::fprintf(stderr, "linnet-registry: %s\n", sentence.c_str());
    return false;
}

bool noSuch(const std::string& name)
{
    return fail("there is no account `" + name + "`");
}

std::string timeText(std::uint64_t seconds)
{
    if (seconds == 0) return "never";
    auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
    return text;
}

bool list(Context& context)
{
    for (const AccountRow& row : context.store.list())
        std::printf("%-32s last seen %-20s%s\n", row.account.name.c_str(),
                    timeText(row.account.lastSeen).c_str(), row.account.banned ? "  banned" : "");
    return true;
}

bool show(Context& context)
{
    std::optional<AccountRow> row = context.store.find(context.argument);
    if (!row) return noSuch(context.argument);
    std::printf("name       %s\nkey        %s\nmade       %s\nlast seen  %s\nbanned     %s\n",
                row->account.name.c_str(), secure::fingerprint(row->account.identity.key).c_str(),
                timeText(row->created).c_str(), timeText(row->account.lastSeen).c_str(),
                row->account.banned ? "yes" : "no");
    return true;
}

bool resetPassword(Context& context)
{
    if (!context.store.find(context.argument)) return noSuch(context.argument);
    std::optional<std::string> password = readPassword("New password for " + context.argument + ": ");
    if (!password || !secure::isPassword(*password))
        return fail("a password is 8 to 256 bytes without control characters; nothing was changed");
    wire::Salt salt;
    context.random.fill(salt.data(), salt.size());
    wire::ScramVerifier verifier = secure::makeVerifier(*password, salt, wire::kDefaultIterations);
    secure::wipe(reinterpret_cast<wire::Byte*>(password->data()), password->size());
    return context.store.setVerifier(context.argument, verifier) || noSuch(context.argument);
}

bool ban(Context& context)
{
    return context.store.setBanned(context.argument, true) || noSuch(context.argument);
}
bool unban(Context& context)
{
    return context.store.setBanned(context.argument, false) || noSuch(context.argument);
}
bool remove(Context& context)
{
    return context.store.remove(context.argument) || noSuch(context.argument);
}

bool invite(Context& context)
{
    unsigned count = 1;
    const std::string& text = context.argument;
    auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
    bool good = text.empty() || (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size());
    if (!good || count < 1 || count > 1000) return fail("COUNT is a number from 1 to 1000");
    for (const std::string& code : context.store.invite(count, context.random))
        std::printf("%s\n", code.c_str());
    return true;
}

bool signUp(Context& context)
{
    std::optional<SignUp> mode = parseSignUp(context.argument);
    if (!mode) return fail("MODE is open, closed or invitation");
    context.store.setSignUp(*mode);
    return true;
}

bool showFingerprint(Context& context)
{
    std::printf("%s\n", secure::fingerprint(context.state.keys(context.random).staticKey.publicKey).c_str());
    return true;
}

constexpr Command kCommands[] = {
    {"list", "", "every account", list},
    {"show", "NAME", "one account", show},
    {"reset-password", "NAME", "ask for a new password and set it", resetPassword},
    {"ban", "NAME", "end its session and let it log in no more", ban},
    {"unban", "NAME", "let it log in again", unban},
    {"delete", "NAME", "delete the account; its name becomes free", remove},
    {"invite", "[COUNT]", "print new invitation codes", invite},
    {"sign-up", "MODE", "who may register: open, closed or invitation", signUp},
    {"fingerprint", "", "the key of this registry, for `linnet --registry HOST#FINGERPRINT`",
     showFingerprint},
};

const Command* findCommand(const std::vector<std::string>& words)
{
    for (const Command& command : kCommands) {
        if (words.empty() || words[0] != command.name) continue;
        std::size_t most = command.argument[0] ? 2 : 1;
        std::size_t least = command.argument[0] == '[' ? 1 : most;
        if (words.size() >= least && words.size() <= most) return &command;
    }
    return nullptr;
}

} // namespace

std::string adminHelp()
{
    std::string text;
    for (const Command& command : kCommands) {
        std::string left = "  admin " + std::string(command.name) + " " + command.argument;
        left.resize(34, ' ');
        text += left + command.help + "\n";
    }
    return text;
}

int runAdmin(const std::string& stateDirectory, const std::vector<std::string>& words)
{
    const Command* command = findCommand(words);
    if (!command) {
        std::fprintf(stderr, "usage: linnet-registry [OPTION...] admin COMMAND\n%s", adminHelp().c_str());
        return kExitUsage;
    }
    try {
        StateDirectory state(stateDirectory, StateDirectory::Use::Operate);
        OperatorStore store(state.database());
        secure::SystemRandom random;
        Context context{state, store, random, words.size() > 1 ? words[1] : ""};
        return command->run(context) ? kExitOk : kExitUsage;
    }
    catch (const Poco::Exception& error) {
        fail("cannot use the database: " + error.displayText());
    }
    catch (const std::runtime_error& error) {
        fail(error.what());
    }
    return kExitCannotStart;
}

} // namespace linnet::registry
