// Commands that decide about people: trust and blocks.
#include "core/Commands.h"

namespace linnet::peer {

void trustCommand(const CommandCall& call)
{
    call.answer.end(call.peer.account()->chats().trust(call.words[0], call.words[1]),
                    "the new key of " + call.words[0] + " is trusted; what waited is sent to it");
}

void verifyCommand(const CommandCall& call)
{
    call.answer.end(call.peer.account()->chats().verify(call.words[0]));
}

void blockCommand(const CommandCall& call)
{
    call.peer.account()->chats().block(
        call.words[0],
        [answer = call.answer](const std::optional<Problem>& problem) { answer.end(problem); });
}

void unblockCommand(const CommandCall& call)
{
    call.answer.end(call.peer.account()->chats().unblock(call.words[0]));
}

void blockedCommand(const CommandCall& call)
{
    unsigned count = 0;
    for (const Contact* contact : call.peer.account()->chats().contacts()) {
        if (!contact->blocked) continue;
        call.answer.line("  " + contact->name);
        ++count;
    }
    call.answer.ok(count == 0 ? "nobody is blocked" : "");
}

} // namespace linnet::peer
