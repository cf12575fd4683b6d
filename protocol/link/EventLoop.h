// The one event loop of a process: sockets, any other pollable descriptor, timers and posted tasks, all in the thread
// that calls run(). The only class that knows Poco::Net::SocketReactor; it hides every difference and trap of POCO 1.11
// to 1.14. Nothing here is thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace linnet::link {

using Milliseconds = std::chrono::milliseconds;

// Receives the readiness of one descriptor. Owned by whoever watches; unwatch before destroying it or closing the
// descriptor. Both are allowed from inside any of these calls.
class DescriptorHandler
{
public:
    virtual void onReadable() {}
    virtual void onWritable() {}
    // The descriptor has an error or a hang-up that reading would not show. errorNumber is SO_ERROR's, or 0.
    virtual void onDescriptorError(int errorNumber) = 0;

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

    // Sets what `handler` wants to know of descriptor `fd`; call again to change the interest. Works for sockets, ttys,
    // pipes, timerfds, ...; false for what cannot be polled (a regular file: always readable, see isPollable()).
    bool watch(int fd, unsigned interest, DescriptorHandler& handler);
    // Idempotent. No call reaches the handler afterwards, not even one of this round.
    void unwatch(int fd);
    static bool isPollable(int fd);

    // Runs `task` after this round of events. Exceptions of tasks and timers are logged and do no harm to others.
    void post(std::function<void()> task);
    // Runs `task` once, `delay` from now by the monotonic clock.
    TimerId callAfter(Milliseconds delay, std::function<void()> task);
    // Idempotent; allowed from inside a timer.
    void cancel(TimerId timer);

    // Milliseconds since boot by CLOCK_BOOTTIME, which goes on while the board sleeps. Read once per round.
    Milliseconds now() const;

    void run();  // until stop()
    void stop(); // after this round
    // One round that waits at most `timeout`: for tests and for programs that do a single job.
    void runOnce(Milliseconds timeout);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace linnet::link
