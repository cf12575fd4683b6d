// The one event loop of a process: sockets, any other pollable descriptor, timers and posted tasks, all in
// the thread that calls run(). The only class that knows Poco::Net::SocketReactor; it hides every difference
// and trap of POCO 1.11 to 1.14. Nothing here is thread-safe.
//
// A round: the handlers of what is ready, then the posted tasks, then onRoundEnd() of those who asked for it.
// What any of them throws goes to Poco::ErrorHandler, which a program sets to log it, and does no harm to the
// others.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace linnet::link {

using Milliseconds = std::chrono::milliseconds;

// Receives the readiness of one descriptor. Owned by whoever watches; unwatch before destroying it or closing
// the descriptor. Both are allowed from inside any of these calls.
class DescriptorHandler
{
public:
    virtual void onReadable() {}
    virtual void onWritable() {}
    // The descriptor has an error or a hang-up that reading or writing would not show, at least not to this
    // handler's interest. errorNumber is SO_ERROR's, or 0. After a hang-up the descriptor is no longer
    // watched.
    virtual void onDescriptorError(int errorNumber) = 0;
    // This round is over: see EventLoop::atRoundEnd().
    virtual void onRoundEnd() {}

protected:
    ~DescriptorHandler() = default;
};

enum Interest : unsigned { kNone = 0, kRead = 1, kWrite = 2 };

using TimerId = std::uint64_t; // 0 is no timer

class EventLoop
{
public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // Sets what `handler` wants to know of descriptor `fd`; call again to change the interest. Works for
    // sockets, ttys, pipes, timerfds, ...; false for what cannot be polled (a regular file: always readable,
    // see isPollable()). With kNone nothing is told, not even a hang-up.
    bool watch(int fd, unsigned interest, DescriptorHandler& handler);
    // Idempotent. No call reaches the handler afterwards, not even one of this round.
    void unwatch(int fd);
    // Has the handler of a watched descriptor called once at the end of this round, however often this is
    // asked. Costs no allocation, and unwatch() takes it back: for output that gathers during a round.
    void atRoundEnd(int fd);
    static bool isPollable(int fd);

    // Runs `task` after this round of events; what a task posts, after the next.
    void post(std::function<void()> task);
    // Runs `task` once, when now() has risen by `delay` (at least 1 ms). Goes by CLOCK_BOOTTIME, as now()
    // does.
    TimerId callAfter(Milliseconds delay, std::function<void()> task);
    // Idempotent; allowed from inside a timer.
    void cancel(TimerId timer);

    // Milliseconds since boot by CLOCK_BOOTTIME, which goes on while the board sleeps. Read once per round.
    Milliseconds now() const;

    void run();  // until stop()
    void stop(); // after this round; before run(): run() returns at once
    // One round that waits at most `timeout`: for tests and for programs that do a single job.
    void runOnce(Milliseconds timeout);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace linnet::link
