// Commands about the account: making one, logging in and out, the password.
#include "core/Commands.h"

#include "secure/Scram.h"
#include "wire/Text.h"

namespace linnet::peer {

namespace {

void loggedIn(const CommandCall& call)
{
    call.consoles.accountChanged();
    call.answer.ok("logged in as " + call.peer.account()->name());
    call.consoles.showUnread();
}

// Asks for a password twice; `chosen` gets it once both agree.
void askNewPassword(const CommandCall& call, std::function<void(const std::string&)> chosen)
{
    call.console.ask(
        "New password (at least 8 characters): ", true, [call, chosen](const std::string& first) {
            if (!secure::isPassword(first)) return call.answer.no(badPassword());
            call.console.ask("Once more: ", true, [call, chosen, first](const std::string& second) {
                if (first != second)
                    return call.answer.no({ProblemCode::BadPassword, "the two were not the same"});
                chosen(first);
            });
        });
}

} // namespace

void registerCommand(const CommandCall& call)
{
    std::string name = call.words[0];
    std::string invitation = call.words.size() > 1 ? call.words[1] : "";
    if (!wire::isName(name)) return call.answer.no(badName());
    if (call.peer.account())
        return call.answer.no({ProblemCode::AlreadyLoggedIn,
                               call.peer.account()->name() + " is logged in here; /logout first"});
    if (invitation.size() > wire::kMaxInvitation)
        return call.answer.no({ProblemCode::TooLong, "an invitation code has at most 64 characters"});
    askNewPassword(call, [call, name, invitation](const std::string& password) {
        call.answer.line("working out the keys ...");
        call.peer.signUp(name, password, invitation, [call](const std::optional<Problem>& problem) {
            if (problem) return call.answer.no(*problem);
            loggedIn(call);
        });
    });
}

void loginCommand(const CommandCall& call)
{
    std::string name = call.words[0];
    auto ended = [call](const std::optional<Problem>& problem) {
        if (problem) return call.answer.no(*problem);
        loggedIn(call);
    };
    if (call.peer.account() || !wire::isName(name) || call.peer.livesHere(name))
        return call.peer.login(name, {}, ended);
    call.console.ask("Password: ", true, [call, name, ended](const std::string& password) {
        if (!secure::isPassword(password))
            return call.answer.no({ProblemCode::WrongPassword, "wrong name or password"});
        call.peer.login(name, password, ended);
    });
}

void logoutCommand(const CommandCall& call)
{
    Answer answer = call.answer;
    call.peer.logout([answer] { answer.ok(); });
}

void passwordCommand(const CommandCall& call)
{
    askNewPassword(call, [call](const std::string& password) {
        Answer answer = call.answer;
        call.peer.changePassword(password, [answer](const std::optional<Problem>& problem) {
            answer.end(problem, "the password is changed");
        });
    });
}

} // namespace linnet::peer
