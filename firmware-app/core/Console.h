// One console's conversation: lines in, replies and events out. It knows who is being talked to, what
// question is open, and the prompt; the account is the peer's and shared by all consoles.
//
// A line that begins with `/` is a command, a digit alone a choice of the menu while nobody is being talked
// to, all else text for the current conversation. Every line gets exactly one final answer: `ok` or `no` and
// why.
#pragma once

#include "core/Event.h"
#include "core/Peer.h"
#include "core/Problem.h"

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace linnet::peer {

using ConsoleId = std::uint64_t;

// Where a console's output goes; implemented by the adapters.
class ConsoleView
{
public:
    virtual void reply(std::string_view lines) = 0; // asked for: never dropped
    virtual void
    event(std::string_view line) = 0; // not asked for: may be counted instead when the line is slow
    virtual void setPrompt(const std::string& prompt) = 0;
    virtual void setSecret(bool secret) = 0;
    virtual bool colour() const = 0;
    // Whether a person sits there: a script is spared the menu.
    virtual bool interactive() const = 0;
    // A command waits for its answer: a script's next line should wait, too.
    virtual void setBusy(bool busy) = 0;

protected:
    ~ConsoleView() = default;
};

class Consoles;

class Console
{
public:
    using Answered = std::function<void(const std::string& line)>;

    Console(ConsoleId id, Consoles& all, Peer& peer, ConsoleView& view);

    // From the keyboard. A well-formed UTF-8 line without its end.
    void line(const std::string& line);
    void interrupted();
    void dropped(const std::string& why);

    // ---- for commands ----
    ConsoleId id() const { return id_; }
    // The next line is the answer to `question` instead of a command; not shown when `secret`.
    void ask(const std::string& question, bool secret, Answered answered);
    void print(std::string_view lines);
    void finish(const std::optional<Problem>& problem, const std::string& words);
    ContactId current() const { return current_; }
    void setCurrent(ContactId contact);
    bool colour() const { return view_.colour(); }
    // A conversation is about to open: lines typed meanwhile wait for it, until the next finish().
    void awaitConversation() { awaiting_ = true; }

    // ---- for Consoles ----
    void greet();
    void show(const Event& event);
    void accountChanged(); // someone logged in or out
    void updatePrompt();

private:
    void say(const std::string& text);
    void answerQuestion(const std::string& line);

    ConsoleId id_;
    Consoles& all_;
    Peer& peer_;
    ConsoleView& view_;
    ContactId current_ = 0;
    Answered answered_; // the open question's
    std::string question_;
    unsigned pending_ = 0; // commands without their final answer
    bool awaiting_ = false;
    std::list<std::string> typedAhead_;
};

// A command's way to answer, now or later, even if its console has gone by then. A value.
class Answer
{
public:
    Answer(Consoles& all, ConsoleId id) : all_(&all), id_(id) {}

    void line(std::string_view line) const;
    void ok(const std::string& words = {}) const; // final
    void no(const Problem& problem) const;        // final
    void end(const std::optional<Problem>& problem, const std::string& words = {}) const
    {
        problem ? no(*problem) : ok(words);
    }
    // The console that asked; null when it has gone.
    Console* console() const;

private:
    Consoles* all_;
    ConsoleId id_;
};

// Says `text` to `contact` and answers with its number, and whether it has to wait.
// REQUIRES: an account is logged in.
void sayTo(const Answer& answer, Peer& peer, ContactId contact, const std::string& text);

// All consoles of the peer; shows every event to each, and logs those that tell of trouble.
class Consoles final : public EventSink
{
public:
    // `quit` is called when a user asks the program to end.
    Consoles(Diagnostics& diagnostics, std::function<void()> quit)
        : diagnostics_(diagnostics), quit_(std::move(quit))
    {
    }

    // Call once, before open().
    void usePeer(Peer& peer) { peer_ = &peer; }
    // The view must outlive the console.
    Console& open(ConsoleView& view);
    void close(ConsoleId id);
    Console* find(ConsoleId id);

    void emit(const Event& event) override;
    bool hasAudience() const override { return !consoles_.empty(); }
    // Log-in or log-out: consoles drop what belonged to the account before.
    void accountChanged();
    // Shows and marks what came while no console was there.
    void showUnread();
    void quit() { quit_(); }

private:
    void log(const Event& event);

    Diagnostics& diagnostics_;
    std::function<void()> quit_;
    Peer* peer_ = nullptr;
    std::map<ConsoleId, Console> consoles_;
    std::list<Event> missed_; // told to nobody, the newest few; messages are kept by the store
    ConsoleId last_ = 0;
};

} // namespace linnet::peer
