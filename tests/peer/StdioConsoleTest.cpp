// Standard input and output as pipes, sockets and files: what reaches the handler, what comes out, and that
// nothing blocks or spins.
#include "peer/StdioConsoleFixture.h"

using namespace linnet;
using namespace linnet::test;
using peer::ConsoleMode;

TEST_GROUP_BASE(StdioConsole, StdioConsoleFixture){};

TEST(StdioConsole, TakesLinesFromAPipeAndTellsItsEndOnce)
{
    openPipes();
    put(in.ours, "hello\nwor");
    expectEvents("line:hello\n");
    put(in.ours, "ld");
    in.ours.reset();
    expectEvents("line:hello\nline:world\nend\n");
    expectRest();
    TEXT_EQUAL("line:hello\nline:world\nend\n", handler.events);
}

TEST(StdioConsole, WritesPlainLinesToAPipe)
{
    openPipes();
    CHECK_TRUE(console->mode() == ConsoleMode::Plain);
    console->setPrompt("> ");
    console->reply("one\ntwo");
    console->event("three");
    expectOutput(out.ours, "one\ntwo\nthree\n");
}

TEST(StdioConsole, PrintsEventsBeforeALaterReply)
{
    openPipes();
    console->event("one");
    console->reply("two");
    console->event("three");
    expectOutput(out.ours, "one\ntwo\nthree\n");
}

TEST(StdioConsole, ReadsAFileInSlicesToItsEnd)
{
    Descriptor script = fileOf(repeated("a line of a script\n", 2000));
    out = outputPipe();
    open(script.get(), out.theirs.get());
    loop.runOnce(Milliseconds(0));
    CHECK_TRUE(handler.events.size() < 10000);
    expectEvents(repeated("line:a line of a script\n", 2000) + "end\n");
    expectRest();
}

TEST(StdioConsole, TellsTheEndOfNothing)
{
    Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    open(nothing.get(), nothing.get());
    console->reply("into the void");
    expectEvents("end\n");
    expectRest();
}

TEST(StdioConsole, TellsTheEndOfAnInputThatWasNeverOpen)
{
    out = outputPipe();
    open(-1, out.theirs.get());
    expectEvents("end\n");
    expectRest();
}

TEST(StdioConsole, SpeaksOverOneSocketInBothDirections)
{
    int fds[2];
    CHECK_EQUAL(0, ::socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    Descriptor ours(fds[0]);
    Descriptor theirs(fds[1]);
    open(theirs.get(), theirs.get());
    handler.lineHook = [&](const std::string& line) { console->reply("you said " + line); };
    put(ours, "hello\r\n");
    expectOutput(ours, "you said hello\n");
    ::shutdown(ours.get(), SHUT_WR);
    expectEvents("line:hello\nend\n");
    expectRest();
}

TEST(StdioConsole, NeverBlocksOnASocketThatDoesNotMove)
{
    int fds[2];
    CHECK_EQUAL(0, ::socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    Descriptor ours(fds[0]);
    Descriptor theirs(fds[1]);
    open(theirs.get(), theirs.get());
    console->reply(std::string(1000000, 'x'));
    expectRest();
    expectOutput(ours, std::string(1000000, 'x') + "\n");
}

TEST(StdioConsole, TellsThatTheReaderHasGone)
{
    openPipes();
    out.ours.reset();
    console->reply("anyone?");
    expectEvents("lost\n");
    console->reply("still nobody");
    console->event("nobody");
    expectRest();
    TEXT_EQUAL("lost\n", handler.events);
}

TEST(StdioConsole, TellsThatTheReaderHasGoneWhileOutputWaits)
{
    openPipes();
    console->reply(std::string(200000, 'x'));
    loop.runOnce(Milliseconds(10));
    out.ours.reset();
    expectEvents("lost\n");
    expectRest();
}

TEST(StdioConsole, CountsEventsForAStuckPipeButKeepsReplies)
{
    openPipes();
    std::string filling(200000, 'x');
    console->reply(filling);
    loop.runOnce(Milliseconds(10));
    std::string event(99, 'e'); // 655 of them, with their line ends, are 64 KiB
    for (int i = 0; i < 1000; ++i)
        console->event(event);
    loop.runOnce(Milliseconds(10));
    std::string kept = repeated(event + "\n", 655) + "[345 lines skipped, /history shows them]\n";
    expectOutput(out.ours, filling + "\n" + kept);
    console->event("moves again");
    expectOutput(out.ours, "moves again\n");
    expectRest();
}

TEST(StdioConsole, KeepsTheOrderOfAReplyAfterSkippedEvents)
{
    openPipes();
    std::string filling(200000, 'x');
    console->reply(filling);
    loop.runOnce(Milliseconds(10));
    for (int i = 0; i < 3; ++i)
        console->event(std::string(40000, 'e'));
    console->reply("reply");
    expectOutput(out.ours, filling + "\n" + std::string(40000, 'e') +
                               "\n[2 lines skipped, /history shows them]\nreply\n");
}

TEST(StdioConsole, TakesNoMoreLinesWhileTheirAnswersAreStuck)
{
    openPipes();
    int lines = 0;
    handler.lineHook = [&](const std::string&) {
        ++lines;
        console->reply(std::string(10000, 'r'));
    };
    put(in.ours, repeated("x\n", 1000));
    for (int i = 0; i < 20; ++i)
        loop.runOnce(Milliseconds(1));
    CHECK_TRUE(lines > 5 && lines < 20); // 64 KiB in the pipe, 64 KiB here
    expectRest();
    std::size_t seen = 0;
    runUntil([&] { return (seen += takeFrom(out.ours).size()) == 1000u * 10001; });
    LONGS_EQUAL(1000, lines);
}

TEST(StdioConsole, DeliversNothingWhileInputIsHeld)
{
    openPipes();
    handler.lineHook = [&](const std::string& line) { console->holdInput(line == "wait"); };
    put(in.ours, "one\nwait\ntwo\nthree");
    in.ours.reset();
    expectEvents("line:one\nline:wait\n");
    expectRest();
    TEXT_EQUAL("line:one\nline:wait\n", handler.events);
    console->holdInput(false);
    expectEvents("line:one\nline:wait\nline:two\nline:three\nend\n");
}

TEST(StdioConsole, TellsTheEndOnlyAfterHeldInputIsReleased)
{
    openPipes();
    handler.lineHook = [&](const std::string&) { console->holdInput(true); };
    put(in.ours, "wait");
    in.ours.reset();
    expectEvents("line:wait\n");
    expectRest();
    TEXT_EQUAL("line:wait\n", handler.events);
    console->holdInput(false);
    expectEvents("line:wait\nend\n");
}

TEST(StdioConsole, SendsWhatIsLeftWhenItCloses)
{
    openPipes();
    console->event("last");
    console->reply("words");
    console.reset();
    TEXT_EQUAL("last\nwords\n", takeFrom(out.ours));
}

TEST(StdioConsole, MayBeClosedByALineOfItsOwn)
{
    openPipes();
    handler.lineHook = [&](const std::string&) {
        console->reply("bye");
        console->close();
    };
    put(in.ours, "/quit\nmore\n");
    expectEvents("line:/quit\n");
    expectRest();
    TEXT_EQUAL("line:/quit\n", handler.events);
    TEXT_EQUAL("bye\n", takeFrom(out.ours));
}

TEST(StdioConsole, MayGoWhileATurnIsDue)
{
    openPipes();
    console->event("x");
    console.reset();
    loop.runOnce(Milliseconds(0));
    TEXT_EQUAL("", handler.events);
}
