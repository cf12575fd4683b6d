// All work is done in turn(), called by the loop when a descriptor is ready or when something was asked for
// since: lines are delivered, then everything written goes out together.
#include "adapters/StdioConsole.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace linnet::peer {

namespace {

using link::IoResult;

constexpr std::size_t kSlice = 4096; // bytes read in one round: a long script must not hold up the network

bool isDumb(const std::string& term)
{
    return term.empty() || term == "dumb";
}

ConsoleMode modeFor(const StdioConsole::Options& options)
{
    if (::isatty(options.input) != 1 || ::isatty(options.output) != 1) return ConsoleMode::Plain;
    return isDumb(options.term) ? ConsoleMode::Dumb : ConsoleMode::Vt100;
}

std::string variable(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

} // namespace

StdioConsole::Options StdioConsole::optionsFromEnvironment()
{
    Options options;
    options.term = variable("TERM");
    options.noColor = variable("NO_COLOR");
    return options;
}

StdioConsole::StdioConsole(link::EventLoop& loop, Handler& handler, const Options& options)
    : loop_(loop),
      handler_(handler),
      input_(options.input, ConsoleDescriptor::Use::Read),
      output_(options.output, ConsoleDescriptor::Use::Write),
      terminal_(input_.fd()),
      colour_(::isatty(options.output) == 1 && !isDumb(options.term) && options.noColor.empty()),
      editor_(queue_, *this, modeFor(options)),
      alive_(std::make_shared<char>())
{
    if (mode() != ConsoleMode::Plain) terminal_.enterRaw();
    editor_.setColumns(terminal_.columns());
    updateWatches();
}

StdioConsole::~StdioConsole()
{
    close();
}

void StdioConsole::reply(std::string_view lines)
{
    printEvents(); // they came first
    editor_.print(lines);
    schedule();
}

void StdioConsole::event(std::string_view line)
{
    if (outputLost_) return;
    queue_.addEvent(line);
    schedule();
}

void StdioConsole::setPrompt(std::string prompt)
{
    editor_.setPrompt(std::move(prompt));
    schedule();
}

void StdioConsole::setSecret(bool secret)
{
    editor_.setSecret(secret);
    if (mode() == ConsoleMode::Plain) terminal_.setEcho(!secret);
    schedule();
}

void StdioConsole::holdInput(bool hold)
{
    held_ = hold;
    schedule();
}

void StdioConsole::resized()
{
    editor_.setColumns(terminal_.columns());
    schedule();
}

void StdioConsole::suspend()
{
    editor_.hide();
    send();
    terminal_.restore();
    schedule();
}

void StdioConsole::resume()
{
    if (mode() != ConsoleMode::Plain) terminal_.enterRaw();
    editor_.setColumns(terminal_.columns());
    editor_.redraw();
    schedule();
}

void StdioConsole::close(link::Milliseconds patience)
{
    if (std::exchange(closed_, true)) return;
    using Clock = std::chrono::steady_clock;
    Clock::time_point end = Clock::now() + patience;
    editor_.hide();
    for (send(); !queue_.bytes().empty(); send()) {
        auto left = std::chrono::duration_cast<link::Milliseconds>(end - Clock::now()).count();
        if (left <= 0 || !output_.waitWritable(static_cast<int>(left))) break;
    }
    updateWatches();
    terminal_.restore();
}

void StdioConsole::turn()
{
    deliver();
    if (!inputWatcher_.watching && unread_.empty() && mayRead()) readSlice();
    if (inputEnded_ && !held_ && !closed_ && !std::exchange(endTold_, true)) handler_.onEndOfInput();
    send();
    if (outputLost_ && !closed_ && !std::exchange(lossTold_, true)) handler_.onConsoleLost(lossReason_);
    updateWatches();
}

void StdioConsole::schedule()
{
    if (closed_ || std::exchange(scheduled_, true)) return;
    loop_.post([this, alive = std::weak_ptr<void>(alive_)] {
        if (alive.expired()) return;
        scheduled_ = false;
        turn();
    });
}

void StdioConsole::readable()
{
    if (unread_.empty() && mayRead()) readSlice();
    turn();
}

void StdioConsole::broken(Watcher& watcher)
{
    if (&watcher == &inputWatcher_)
        inputEnded_ = true;
    else
        lose("standard output was closed");
    turn();
}

// The end, an error, a terminal that hung up: nothing more will come, whatever the reason.
void StdioConsole::readSlice()
{
    char slice[kSlice];
    IoResult result = input_.read(slice, sizeof slice);
    if (result.status == IoResult::Status::WouldBlock) return;
    if (result.status != IoResult::Status::Done) return editor_.endOfInput();
    unread_.assign(slice, result.count);
    deliver();
}

// Line by line, since a line (or ^D) may bring about that no more are wanted for now.
void StdioConsole::deliver()
{
    std::size_t given = 0;
    while (given < unread_.size() && mayRead()) {
        std::size_t end = std::min(unread_.find_first_of("\r\n\x04", given), unread_.size() - 1) + 1;
        editor_.feed(std::string_view(unread_).substr(given, end - given));
        given = end;
    }
    unread_.erase(0, given);
}

void StdioConsole::printEvents()
{
    if (queue_.hasEvents()) editor_.print(queue_.takeEvents());
}

void StdioConsole::send()
{
    while (!outputLost_) {
        if (queue_.bytes().empty()) printEvents();
        if (queue_.bytes().empty()) return;
        IoResult result = output_.write(queue_.bytes());
        if (result.status == IoResult::Status::WouldBlock) return;
        if (result.status == IoResult::Status::Done)
            queue_.sent(result.count);
        else
            lose("standard output: " + std::generic_category().message(result.error));
    }
    queue_.clear();
}

void StdioConsole::lose(std::string reason)
{
    outputLost_ = true;
    lossReason_ = std::move(reason);
    queue_.clear();
}

void StdioConsole::updateWatches()
{
    setWatch(inputWatcher_, input_.fd(), link::kRead, mayRead() && unread_.empty());
    setWatch(outputWatcher_, output_.fd(), link::kWrite, !closed_ && !queue_.bytes().empty());
    if (mayRead() && !unread_.empty()) schedule();
}

// What cannot be polled is always ready: the next turn comes by itself.
void StdioConsole::setWatch(Watcher& watcher, int fd, unsigned interest, bool wanted)
{
    if (watcher.watching && !wanted) loop_.unwatch(fd);
    if (watcher.watching || !wanted) {
        watcher.watching = wanted;
        return;
    }
    watcher.watching = fd >= 0 && loop_.watch(fd, interest, watcher);
    if (!watcher.watching) schedule();
}

} // namespace linnet::peer
