// Turning lines into commands, menu choices, answers and messages.
#include "core/Console.h"

#include "core/Commands.h"
#include "core/EventText.h"
#include "core/Menu.h"
#include "wire/Text.h"

#include <utility>

namespace linnet::peer {

namespace {
constexpr std::size_t kUnreadSlice = 100;
constexpr std::size_t kMissedEvents = 16;
constexpr std::size_t kTypedAhead = 16; // lines
} // namespace

// ---- One console ----

Console::Console(ConsoleId id, Consoles& all, Peer& peer, ConsoleView& view)
    : id_(id), all_(all), peer_(peer), view_(view)
{
}

void Console::greet()
{
    if (view_.interactive()) view_.reply(menuText(peer_.account() != nullptr));
    updatePrompt();
}

void Console::updatePrompt()
{
    if (answered_) return view_.setPrompt(question_);
    if (!peer_.account()) return view_.setPrompt("linnet> ");
    const Contact* contact = peer_.account()->chats().find(current_);
    std::string who = peer_.account()->name();
    view_.setPrompt(contact ? who + " to " + contact->name + "> " : who + "> ");
}

void Console::line(const std::string& line)
{
    if (answered_) return answerQuestion(line);
    if (awaiting_ && typedAhead_.size() < kTypedAhead) return typedAhead_.push_back(line);
    bool command = line.size() > 1 && line[0] == '/' && line[1] != '/';
    if (line.empty()) {
        if (current_ == 0) view_.reply(menuText(peer_.account() != nullptr));
        return;
    }
    ++pending_;
    view_.setBusy(true);
    if (command) return runCommand(line.substr(1), {peer_, all_, *this, Answer(all_, id_), {}});
    if (current_ == 0 && isMenuChoice(line))
        return chooseFromMenu(line, {peer_, all_, *this, Answer(all_, id_), {}});
    say(line[0] == '/' ? line.substr(1) : line);
}

void Console::say(const std::string& text)
{
    Answer answer(all_, id_);
    if (!peer_.account())
        return answer.no({ProblemCode::NotLoggedIn, "nobody is logged in; /login NAME or /register NAME"});
    if (current_ == 0)
        return answer.no({ProblemCode::NotFound,
                          "no conversation is open: /chat NAME opens one, /menu shows what there is"});
    sayTo(answer, peer_, current_, text);
}

void sayTo(const Answer& answer, Peer& peer, ContactId contact, const std::string& text)
{
    Chats& chats = peer.account()->chats();
    chats.say(contact, text,
              [answer, &chats, contact](const std::optional<Problem>& problem, std::uint64_t number) {
                  if (problem) return answer.no(*problem);
                  bool flows = chats.isLinked(contact) && chats.find(contact)->relation == Relation::Accepted;
                  answer.ok("#" + std::to_string(number) + (flows ? "" : " queued"));
              });
}

void Console::interrupted()
{
    if (!answered_) return view_.reply("(/quit leaves)");
    answered_ = nullptr;
    view_.setSecret(false);
    finish(Problem{ProblemCode::Usage, "cancelled"}, {});
}

void Console::dropped(const std::string& why)
{
    view_.reply("no: that line was dropped, " + why);
}

void Console::ask(const std::string& question, bool secret, Answered answered)
{
    answered_ = std::move(answered);
    question_ = question;
    view_.setSecret(secret);
    view_.setBusy(false); // the answer is the next line
    updatePrompt();
}

void Console::answerQuestion(const std::string& line)
{
    Answered answered = std::move(answered_);
    answered_ = nullptr;
    view_.setSecret(false);
    view_.setBusy(true);
    updatePrompt();
    answered(line);
}

void Console::print(std::string_view lines)
{
    view_.reply(lines);
}

void Console::finish(const std::optional<Problem>& problem, const std::string& words)
{
    if (problem)
        view_.reply("no: " + problem->words);
    else
        view_.reply(words.empty() ? "ok" : "ok: " + words);
    if (pending_ > 0) --pending_;
    view_.setBusy(pending_ > 0);
    updatePrompt();
    if (!awaiting_) return;
    awaiting_ = false;
    for (const std::string& typed : std::exchange(typedAhead_, {}))
        line(typed);
}

void Console::setCurrent(ContactId contact)
{
    current_ = contact;
    updatePrompt();
}

void Console::show(const Event& event)
{
    std::string line = eventText(event, view_.colour());
    if (!line.empty()) view_.event(line);
}

void Console::accountChanged()
{
    current_ = 0;
    updatePrompt();
}

// ---- Answers ----

Console* Answer::console() const
{
    return all_->find(id_);
}

void Answer::line(std::string_view line) const
{
    if (Console* to = console()) to->print(line);
}

void Answer::ok(const std::string& words) const
{
    if (Console* to = console()) to->finish(std::nullopt, words);
}

void Answer::no(const Problem& problem) const
{
    if (Console* to = console()) to->finish(problem, {});
}

// ---- All consoles ----

Console& Consoles::open(ConsoleView& view)
{
    ConsoleId id = ++last_;
    Console& console = consoles_.try_emplace(id, id, *this, *peer_, view).first->second;
    console.greet();
    for (const Event& event : std::exchange(missed_, {}))
        console.show(event);
    showUnread();
    return console;
}

void Consoles::close(ConsoleId id)
{
    consoles_.erase(id);
}

Console* Consoles::find(ConsoleId id)
{
    auto found = consoles_.find(id);
    return found == consoles_.end() ? nullptr : &found->second;
}

// What people say to each other stays out of the log.
void Consoles::log(const Event& event)
{
    using Level = Diagnostics::Level;
    Level level = Level::Debug;
    switch (event.kind) {
    case EventKind::StoreTrouble:
    case EventKind::KeyChanged:
    case EventKind::RegistryKey:
    case EventKind::RegistryLost:
        level = Level::Warning;
        break;
    case EventKind::StoreWell:
    case EventKind::RegistryOnline:
    case EventKind::LoggedOut:
        level = Level::Info;
        break;
    default:
        return;
    }
    diagnostics_.log(level, eventText(event, false).substr(2));
}

void Consoles::emit(const Event& event)
{
    log(event);
    for (auto& [id, console] : consoles_)
        console.show(event);
    if (consoles_.empty() && event.kind != EventKind::Message) {
        missed_.push_back(event);
        if (missed_.size() > kMissedEvents) missed_.pop_front();
    }
    if (event.kind == EventKind::LoggedOut) accountChanged();
    if (event.kind == EventKind::Message && !consoles_.empty() && peer_->account()) {
        Chats& chats = peer_->account()->chats();
        const Contact* from = chats.find(event.name);
        if (from) chats.markRead(from->id, static_cast<MessageId>(event.number));
    }
}

void Consoles::accountChanged()
{
    for (auto& [id, console] : consoles_)
        console.accountChanged();
}

void Consoles::showUnread()
{
    if (consoles_.empty() || !peer_->account()) return;
    Chats& chats = peer_->account()->chats();
    for (const Contact* contact : chats.contacts()) {
        std::uint64_t count = chats.unread(contact->id);
        if (count == 0) continue;
        emit({EventKind::Information, {}, std::to_string(count) + " unread from " + contact->name, 0, 0, 0});
        if (count > kUnreadSlice)
            emit({EventKind::Information,
                  {},
                  "the last " + std::to_string(kUnreadSlice) + " are shown; /history " + contact->name + " " +
                      std::to_string(count) + " shows all",
                  0,
                  0,
                  0});
        std::vector<StoredMessage> lines =
            chats.store().unread(contact->id, chats.shownUpTo(contact->id), count);
        std::size_t skip = lines.size() > kUnreadSlice ? lines.size() - kUnreadSlice : 0;
        for (std::size_t i = skip; i < lines.size(); ++i)
            emit({EventKind::Message, contact->name, wire::neutralise(lines[i].text),
                  static_cast<std::uint64_t>(lines[i].id), 0, lines[i].wall});
    }
}

} // namespace linnet::peer
