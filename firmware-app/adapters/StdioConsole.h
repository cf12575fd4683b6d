// The console on standard input and output: whatever they are (a terminal, a pipe, a socket, a file,
// /dev/null), they never block the loop, and the descriptors are left as they were found.
//
// A terminal at both ends gets the line editor; with TERM empty or "dumb" its dumb mode. Anything else is
// plain lines. REQUIRES: SIGPIPE is blocked or ignored (POCO sees to it in the threads of our programs).
#pragma once

#include "adapters/ConsoleDescriptor.h"
#include "adapters/TerminalMode.h"
#include "core/ConsoleQueue.h"
#include "core/LineEditor.h"
#include "link/EventLoop.h"

#include <memory>
#include <string>
#include <string_view>

namespace linnet::peer {

class StdioConsole final : private LineHandler
{
public:
    // Calls come from the loop only, never from inside a call of ours. The console may be called back but not
    // destroyed.
    class Handler : public LineHandler
    {
    public:
        // Nothing printed arrives any more: the reader has gone, the terminal hung up, the disk is full. Told
        // once.
        virtual void onConsoleLost(std::string_view reason) = 0;

    protected:
        ~Handler() = default;
    };

    struct Options
    {
        int input = 0;
        int output = 1;
        std::string term;    // TERM
        std::string noColor; // NO_COLOR; any text means none
    };
    static Options optionsFromEnvironment();

    // Sets the terminal raw and begins to read; the calls come once the loop runs. `loop` and `handler` must
    // outlive it.
    StdioConsole(link::EventLoop& loop, Handler& handler, const Options& options);
    // As close().
    ~StdioConsole();

    // Prints one or more lines (separated by LF) that answer the user: never dropped.
    void reply(std::string_view lines);
    // Prints one line that was not asked for, at the end of this round. While the output is stuck at most 64
    // KiB of them are kept; those beyond are counted, and their number is printed once it moves again.
    void event(std::string_view line);

    // As LineEditor's. Secret also stops the echo of a terminal that is not ours to edit (output in a pipe).
    void setPrompt(std::string prompt);
    void setSecret(bool secret);
    void setCompletion(LineEditor::Completion completion) { editor_.setCompletion(std::move(completion)); }
    ConsoleMode mode() const { return editor_.mode(); }
    bool colour() const { return colour_; }

    // No further line is delivered until released: for a script whose next line depends on an answer still
    // under way.
    void holdInput(bool hold);

    // On SIGWINCH.
    void resized();
    // Before we are stopped, and on SIGCONT: gives the terminal back, and takes it again.
    void suspend();
    void resume();
    // Takes the prompt off the screen, sends what is left for at most `patience`, gives the terminal back.
    // Idempotent; nothing is read or printed afterwards.
    void close(link::Milliseconds patience = link::Milliseconds(500));

private:
    struct Watcher final : link::DescriptorHandler // of either descriptor
    {
        explicit Watcher(StdioConsole& owner) : console(owner) {}
        void onReadable() override { console.readable(); }
        void onWritable() override { console.turn(); }
        void onDescriptorError(int) override { console.broken(*this); }
        StdioConsole& console;
        bool watching = false;
    };

    // LineHandler: from the editor, handed on.
    void onLine(std::string line) override { handler_.onLine(std::move(line)); }
    void onInterrupt() override { handler_.onInterrupt(); }
    void onEndOfInput() override { inputEnded_ = true; } // told by turn(), once, when input is not held
    void onDroppedLine(LineFault fault) override { handler_.onDroppedLine(fault); }

    void turn();
    void schedule();
    bool mayRead() const { return !inputEnded_ && !held_ && !closed_ && !queue_.full(); }
    void readable();
    void broken(Watcher& watcher);
    void readSlice();
    void deliver();
    void printEvents();
    void send();
    void lose(std::string reason);
    void updateWatches();
    void setWatch(Watcher& watcher, int fd, unsigned interest, bool wanted);

    link::EventLoop& loop_;
    Handler& handler_;
    ConsoleDescriptor input_;
    ConsoleDescriptor output_;
    TerminalMode terminal_;
    bool colour_;
    ConsoleQueue queue_;
    LineEditor editor_;
    Watcher inputWatcher_{*this};
    Watcher outputWatcher_{*this};
    std::string unread_; // read, but not yet given to the editor
    bool inputEnded_ = false;
    bool endTold_ = false;
    bool outputLost_ = false;
    bool lossTold_ = false;
    std::string lossReason_;
    bool held_ = false;
    bool closed_ = false;
    bool scheduled_ = false;
    std::shared_ptr<void> alive_; // a posted turn finds out by it whether we still are
};

} // namespace linnet::peer
