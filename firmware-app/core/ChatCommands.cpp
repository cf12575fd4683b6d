// Commands about conversations.
#include "core/Commands.h"

#include "core/EventText.h"
#include "wire/Text.h"

#include <algorithm>
#include <charconv>

namespace linnet::peer {

namespace {

constexpr std::size_t kFirstScreen = 10;
constexpr std::size_t kMostHistory = 10000;

void printHistory(const Answer& answer, Peer& peer, ContactId id, std::size_t count)
{
    if (!peer.account() || !answer.console()) return;
    Chats& chats = peer.account()->chats();
    const Contact* contact = chats.find(id);
    if (!contact) return;
    bool colour = answer.console()->colour();
    for (const StoredMessage& message : chats.store().history(id, 0, count))
        answer.line(historyText(message, message.outgoing ? chats.name() : contact->name,
                                chats.stateOf(id, message), colour));
}

// Makes `id` the console's conversation and shows how it stands.
void enter(const Answer& answer, Peer& peer, ContactId id)
{
    Console* console = answer.console();
    if (!console || !peer.account()) return;
    console->setCurrent(id);
    printHistory(answer, peer, id, kFirstScreen);
    const Contact& contact = *peer.account()->chats().find(id);
    if (contact.changed)
        return answer.no(
            {ProblemCode::KeyChanged, contact.name + " has a new key: nothing is sent before you trust it"});
    bool accepted = contact.relation == Relation::Accepted;
    answer.ok(accepted
                  ? "talking to " + contact.name
                  : contact.name + " is asked to chat; what you write is delivered once that is accepted");
}

void answerRequest(const CommandCall& call, wire::ChatAnswer::Answer answer)
{
    call.answer.end(call.peer.account()->chats().decline(call.words[0], answer));
}

} // namespace

void chatCommand(const CommandCall& call)
{
    std::string note = call.words.size() > 1 ? call.words[1] : "";
    if (note.size() > wire::kMaxNote)
        return call.answer.no(
            {ProblemCode::TooLong, "the words to introduce yourself have at most 256 bytes"});
    if (!wire::isName(call.words[0]))
        return call.answer.no(
            {ProblemCode::UnknownUser, "there is no user " + wire::neutralise(call.words[0])});
    // Someone who asks is answered by turning to them.
    Chats& chats = call.peer.account()->chats();
    ContactId accepted = 0;
    if (!chats.accept(call.words[0], accepted)) return enter(call.answer, call.peer, accepted);
    call.console.awaitConversation();
    chats.open(call.words[0], note, [call](const std::optional<Problem>& problem, ContactId contact) {
        if (problem) return call.answer.no(*problem);
        enter(call.answer, call.peer, contact);
    });
}

void acceptCommand(const CommandCall& call)
{
    Chats& chats = call.peer.account()->chats();
    ContactId accepted = 0;
    if (auto problem = chats.accept(call.words[0], accepted)) return call.answer.no(*problem);
    enter(call.answer, call.peer, accepted);
}

void declineCommand(const CommandCall& call)
{
    answerRequest(call, wire::ChatAnswer::Answer::Decline);
}
void busyCommand(const CommandCall& call)
{
    answerRequest(call, wire::ChatAnswer::Answer::Busy);
}

void messageCommand(const CommandCall& call)
{
    std::string text = call.words[1];
    call.peer.account()->chats().open(call.words[0], {},
                                      [call, text](const std::optional<Problem>& problem, ContactId contact) {
                                          if (problem) return call.answer.no(*problem);
                                          if (!call.peer.account())
                                              return call.answer.no({ProblemCode::NotLoggedIn, "logged out"});
                                          sayTo(call.answer, call.peer, contact, text);
                                      });
}

void closeCommand(const CommandCall& call)
{
    if (call.console.current() == 0)
        return call.answer.no({ProblemCode::NotFound, "no conversation is open"});
    call.peer.account()->chats().setOpen(call.console.current(), false);
    call.console.setCurrent(0);
    call.answer.ok();
}

void historyCommand(const CommandCall& call)
{
    Chats& chats = call.peer.account()->chats();
    ContactId id = call.console.current();
    std::size_t count = 50;
    std::size_t next = 0;
    bool named = !call.words.empty() && chats.find(call.words[0]);
    if (named) id = chats.find(call.words[next++])->id;
    if (next < call.words.size()) {
        const std::string& word = call.words[next];
        auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), count);
        if (error != std::errc() || *end != '\0')
            return call.answer.no(
                {ProblemCode::NotFound, "there is no history with " + wire::neutralise(word)});
    }
    if (id == 0) return call.answer.no({ProblemCode::Usage, "with whom? usage: /history NAME [COUNT]"});
    printHistory(call.answer, call.peer, id, std::min(count, kMostHistory));
    call.answer.ok();
}

} // namespace linnet::peer
