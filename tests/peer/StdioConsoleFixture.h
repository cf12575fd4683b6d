// A console on descriptors of the test's, and the other ends of them.
#pragma once

#include "adapters/StdioConsole.h"
#include "support/TestHarness.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <utility>

namespace linnet::test {

using link::Descriptor;
using link::Milliseconds;
using peer::StdioConsole;

struct Ends // of a pipe, a socket pair or a terminal
{
    Descriptor ours;
    Descriptor theirs; // lent to the console
};

inline Ends inputPipe()
{
    int fds[2];
    CHECK_EQUAL(0, ::pipe2(fds, O_CLOEXEC));
    return {Descriptor(fds[1]), Descriptor(fds[0])};
}

inline Ends outputPipe()
{
    Ends ends = inputPipe();
    std::swap(ends.ours, ends.theirs);
    return ends;
}

inline Ends terminal(unsigned short columns)
{
    int master = -1;
    int slave = -1;
    winsize size{24, columns, 0, 0};
    CHECK_EQUAL(0, ::openpty(&master, &slave, nullptr, nullptr, &size));
    return {Descriptor(master), Descriptor(slave)};
}

inline Descriptor fileOf(const std::string& content)
{
    std::FILE* file = std::tmpfile();
    Descriptor copy(::dup(::fileno(file)));
    std::fclose(file);
    LONGS_EQUAL(content.size(), ::write(copy.get(), content.data(), content.size()));
    ::lseek(copy.get(), 0, SEEK_SET);
    return copy;
}

inline void put(const Descriptor& to, std::string_view text)
{
    LONGS_EQUAL(text.size(), ::write(to.get(), text.data(), text.size()));
}

// What can be read without waiting.
inline std::string takeFrom(const Descriptor& from)
{
    std::string all;
    char slice[4096];
    pollfd request{from.get(), POLLIN, 0};
    while (::poll(&request, 1, 0) > 0 && (request.revents & POLLIN)) {
        ssize_t count = ::read(from.get(), slice, sizeof slice);
        if (count <= 0) break;
        all.append(slice, static_cast<std::size_t>(count));
    }
    return all;
}

inline std::string repeated(std::string_view text, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i)
        all += text;
    return all;
}

struct StdioConsoleFixture : Utest
{
    struct Handler : StdioConsole::Handler
    {
        void onLine(std::string line) override
        {
            events += "line:" + line + "\n";
            if (lineHook) lineHook(line);
        }
        void onInterrupt() override { events += "interrupt\n"; }
        void onEndOfInput() override { events += "end\n"; }
        void onDroppedLine(peer::LineFault) override { events += "dropped\n"; }
        void onConsoleLost(std::string_view) override { events += "lost\n"; }
        std::string events;
        std::function<void(const std::string&)> lineHook;
    };

    void open(int input, int output, const std::string& term = "vt100", const std::string& noColor = "")
    {
        console = std::make_unique<StdioConsole>(loop, handler,
                                                 StdioConsole::Options{input, output, term, noColor});
    }
    void openTerminal(unsigned short columns = 80, const std::string& term = "vt100")
    {
        tty = terminal(columns);
        open(tty.theirs.get(), tty.theirs.get(), term);
    }
    void openPipes()
    {
        in = inputPipe();
        out = outputPipe();
        open(in.theirs.get(), out.theirs.get());
    }
    void runUntil(const std::function<bool()>& done)
    {
        for (int i = 0; i < 500 && !done(); ++i)
            loop.runOnce(Milliseconds(10));
        CHECK_TRUE(done());
    }
    void expectEvents(const std::string& expected)
    {
        runUntil([&] { return handler.events.size() >= expected.size(); });
        TEXT_EQUAL(expected, handler.events);
    }
    void expectOutput(const Descriptor& from, const std::string& expected)
    {
        std::string all;
        runUntil([&] { return (all += takeFrom(from)).size() >= expected.size(); });
        TEXT_EQUAL(expected, all);
    }
    // Rounds that each wait out their time: nothing keeps waking the loop.
    void expectRest()
    {
        for (int i = 0; i < 5; ++i)
            loop.runOnce(Milliseconds(1));
        Milliseconds before = loop.now();
        loop.runOnce(Milliseconds(40));
        CHECK_TRUE(loop.now() - before >= Milliseconds(35));
    }
    termios settings() const
    {
        termios now{};
        CHECK_EQUAL(0, ::tcgetattr(tty.theirs.get(), &now));
        return now;
    }

    link::EventLoop loop;
    Handler handler;
    Ends in, out, tty;
    std::unique_ptr<StdioConsole> console; // goes before what it was lent
};

} // namespace linnet::test
