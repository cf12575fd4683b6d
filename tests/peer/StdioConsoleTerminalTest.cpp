// Standard input and output as a terminal: editing, hang-up, and that it is given back as it was.
#include "peer/StdioConsoleFixture.h"

using namespace linnet;
using namespace linnet::test;
using peer::ConsoleMode;

TEST_GROUP_BASE(StdioOnATerminal, StdioConsoleFixture){};

TEST(StdioOnATerminal, LeavesSharedDescriptorsAsTheyWere)
{
    openPipes();
    console->reply("x");
    expectOutput(out.ours, "x\n");
    LONGS_EQUAL(0, ::fcntl(in.theirs.get(), F_GETFL) & O_NONBLOCK);
    LONGS_EQUAL(0, ::fcntl(out.theirs.get(), F_GETFL) & O_NONBLOCK);
    openTerminal();
    LONGS_EQUAL(0, ::fcntl(tty.theirs.get(), F_GETFL) & O_NONBLOCK);
}

TEST(StdioOnATerminal, EditsOnATerminal)
{
    openTerminal();
    CHECK_TRUE(console->mode() == ConsoleMode::Vt100);
    console->setPrompt("> ");
    put(tty.ours, "helo\x1b[Dl\r");
    expectEvents("line:hello\n");
    std::string all;
    runUntil([&] { return (all += takeFrom(tty.ours)).find("\r\n> ") != std::string::npos; });
    STRCMP_CONTAINS("> ", all.c_str());
}

TEST(StdioOnATerminal, GetsControlCAndControlDAsKeys)
{
    openTerminal();
    put(tty.ours, "typed\x03\x04ignored\r");
    expectEvents("interrupt\nend\n");
    expectRest();
    TEXT_EQUAL("interrupt\nend\n", handler.events);
}

TEST(StdioOnATerminal, SendsATerminalExactlyWhatTheEditorWrote)
{
    openTerminal(80, "dumb");
    console->setPrompt("> ");
    expectOutput(tty.ours, "> ");
    put(tty.ours, "ab\x7f");
    expectOutput(tty.ours, "a");
    console->event("news");
    expectOutput(tty.ours, "\b \b\b \b\b \bnews\r\n> a");
}

TEST(StdioOnATerminal, PrintsTheEventsOfOneRoundWithOneRedraw)
{
    openTerminal();
    console->setPrompt("> ");
    expectOutput(tty.ours, "> ");
    console->event("one");
    console->event("two");
    expectOutput(tty.ours, "\r\x1b[Kone\r\ntwo\r\n> ");
}

TEST(StdioOnATerminal, GivesTheTerminalBackAsItWas)
{
    tty = terminal(80);
    termios before = settings();
    open(tty.theirs.get(), tty.theirs.get());
    LONGS_EQUAL(0, settings().c_lflag & (ICANON | ECHO | ISIG));
    LONGS_EQUAL(0, settings().c_iflag & (IXON | ICRNL));
    console->setPrompt("> ");
    console->close();
    expectOutput(tty.ours, "> \r\x1b[K");
    LONGS_EQUAL(before.c_lflag, settings().c_lflag);
    LONGS_EQUAL(before.c_iflag, settings().c_iflag);
    LONGS_EQUAL(before.c_oflag, settings().c_oflag);
}

TEST(StdioOnATerminal, LendsTheTerminalWhileItIsSuspended)
{
    openTerminal();
    console->setPrompt("> ");
    expectOutput(tty.ours, "> ");
    console->suspend();
    CHECK_TRUE((settings().c_lflag & ICANON) != 0);
    expectOutput(tty.ours, "\r\x1b[K");
    console->resume();
    LONGS_EQUAL(0, settings().c_lflag & ICANON);
    expectOutput(tty.ours, "> ");
}

TEST(StdioOnATerminal, KnowsTheWidthOfItsWindow)
{
    openTerminal(12);
    console->setPrompt("> ");
    put(tty.ours, "12345678901234567890");
    loop.runOnce(Milliseconds(100));
    std::string narrow;
    runUntil([&] { return !(narrow += takeFrom(tty.ours)).empty(); });
    CHECK_TRUE(narrow.size() < 20);
    winsize wide{24, 80, 0, 0};
    ::ioctl(tty.ours.get(), TIOCSWINSZ, &wide);
    console->resized();
    expectOutput(tty.ours, "\r\x1b[K> 12345678901234567890");
}

TEST(StdioOnATerminal, EndsAndRestsWhenTheTerminalHangsUp)
{
    openTerminal();
    tty.ours.reset();
    expectEvents("end\n");
    console->reply("into the void");
    expectEvents("end\nlost\n");
    expectRest();
    TEXT_EQUAL("end\nlost\n", handler.events);
}

TEST(StdioOnATerminal, NeverBlocksOnATerminalThatDoesNotMove)
{
    openTerminal();
    for (int i = 0; i < 100; ++i) {
        console->reply(std::string(10000, 'x'));
        console->event(std::string(10000, 'e'));
        loop.runOnce(Milliseconds(0));
    }
    expectRest();
    console->close(Milliseconds(20));
}

TEST(StdioOnATerminal, HidesAPasswordTypedWhileTheOutputIsAPipe)
{
    tty = terminal(80);
    out = outputPipe();
    open(tty.theirs.get(), out.theirs.get());
    CHECK_TRUE(console->mode() == ConsoleMode::Plain);
    CHECK_TRUE((settings().c_lflag & ECHO) != 0);
    console->setSecret(true);
    LONGS_EQUAL(0, settings().c_lflag & ECHO);
    console->setSecret(false);
    CHECK_TRUE((settings().c_lflag & ECHO) != 0);
}

TEST(StdioOnATerminal, AllowsColourOnlyWhereItIsWelcome)
{
    openTerminal();
    CHECK_TRUE(console->colour());
    openTerminal(80, "dumb");
    CHECK_FALSE(console->colour());
    CHECK_TRUE(console->mode() == ConsoleMode::Dumb);
    openTerminal(80, "");
    CHECK_FALSE(console->colour());
    open(tty.theirs.get(), tty.theirs.get(), "xterm", "1");
    CHECK_FALSE(console->colour());
    openPipes();
    CHECK_FALSE(console->colour());
}
