// What a line editor makes of bytes, and the bytes it writes, mode by mode.
#include "peer/ConsoleRecorder.h"
#include "support/TestHarness.h"

using namespace linnet;
using peer::ConsoleMode;
using peer::LineEditor;
using test::Editing;
using test::Prompted;

TEST_GROUP(AnyConsole){};

TEST(AnyConsole, TakesCrLfCrLfAndLfCrAsOneLineEndEach)
{
    for (ConsoleMode mode : {ConsoleMode::Plain, ConsoleMode::Dumb, ConsoleMode::Vt100}) {
        Editing it(mode);
        TEXT_EQUAL("line:a\nline:b\n", it.eventsOf("a\rb\r"));
        TEXT_EQUAL("line:a\nline:b\n", it.eventsOf("a\nb\n"));
        TEXT_EQUAL("line:a\nline:b\n", it.eventsOf("a\r\nb\r\n"));
        TEXT_EQUAL("line:a\nline:b\n", it.eventsOf("a\n\rb\n\r"));
        TEXT_EQUAL("line:\nline:\nline:\n", it.eventsOf("\r\n\r\n\r\n"));
        TEXT_EQUAL("line:\nline:\n", it.eventsOf("\n\n"));
    }
}

TEST(AnyConsole, JoinsTheHalvesOfALineEndAcrossFeeds)
{
    Editing it(ConsoleMode::Plain);
    TEXT_EQUAL("line:a\n", it.eventsOf("a\r"));
    TEXT_EQUAL("", it.eventsOf("\n"));
    TEXT_EQUAL("line:\n", it.eventsOf("\r"));
}

TEST(AnyConsole, DropsALineOfInvalidUtf8ToItsEnd)
{
    for (ConsoleMode mode : {ConsoleMode::Plain, ConsoleMode::Dumb, ConsoleMode::Vt100}) {
        Editing it(mode);
        TEXT_EQUAL("dropped:invalid\nline:good\n", it.eventsOf("a\xff/quit\ngood\n"));
        TEXT_EQUAL("dropped:invalid\n", it.eventsOf("half a character \xc3\n"));
        TEXT_EQUAL("dropped:invalid\n", it.eventsOf("\xc0\xaf overlong\n"));
        TEXT_EQUAL("dropped:invalid\n", it.eventsOf("\xed\xa0\x80 surrogate\n"));
        TEXT_EQUAL("line:\xc3\xa9\n", it.eventsOf("\xc3\xa9\n"));
    }
}

TEST(AnyConsole, TakesALineOfTheGreatestLengthAndDropsOneByteMore)
{
    for (ConsoleMode mode : {ConsoleMode::Plain, ConsoleMode::Dumb, ConsoleMode::Vt100}) {
        Editing it(mode);
        std::string longest(LineEditor::kMaxLine, 'x');
        TEXT_EQUAL("line:" + longest + "\n", it.eventsOf(longest + "\n"));
        TEXT_EQUAL("dropped:too long\nline:next\n", it.eventsOf(longest + "xyz\nnext\n"));
    }
}

TEST(AnyConsole, IgnoresNulAndOtherControlBytes)
{
    Editing it(ConsoleMode::Vt100);
    using namespace std::string_view_literals;
    TEXT_EQUAL("line:abc", it.lineOf("a\0b\x07\x13\x11\x1a\x1d"
                                     "c"sv));
    TEXT_EQUAL("line:ab", it.lineOf("a\xc2\x9b"
                                    "b"));
}

TEST(AnyConsole, SwallowsUnknownSequencesWhole)
{
    for (ConsoleMode mode : {ConsoleMode::Plain, ConsoleMode::Dumb, ConsoleMode::Vt100}) {
        Editing it(mode);
        TEXT_EQUAL("line:ab", it.lineOf("a\x1b[15~b"));
        TEXT_EQUAL("line:ab", it.lineOf("a\x1b[?1;2c\x1b[31;1mb"));
        TEXT_EQUAL("line:ab", it.lineOf("a\x1b[200~b\x1b[201~"));
        TEXT_EQUAL("line:ab", it.lineOf("a\x1bOPb"));
        TEXT_EQUAL("line:ab", it.lineOf("a\x1b[[Ab"));
        TEXT_EQUAL("line:ab", it.lineOf("a\x1b]0;title\x07"
                                        "b"));
        TEXT_EQUAL("line:ab", it.lineOf("a\x1b]10;rgb:00/00/00\x1b\\b"));
    }
}

TEST(AnyConsole, IgnoresALoneEscape)
{
    Editing it(ConsoleMode::Vt100);
    TEXT_EQUAL("line:ab", it.lineOf("a\x1b"
                                    "b"));
    TEXT_EQUAL("line:ab", it.lineOf("a\x1b\x1b\x1b"
                                    "b"));
    TEXT_EQUAL("line:a", it.lineOf("a\x1b"));
}

TEST(AnyConsole, EndsALineInTheMiddleOfAnEscapeSequence)
{
    Editing it(ConsoleMode::Vt100);
    TEXT_EQUAL("line:a\nline:b\n", it.eventsOf("a\x1b[1;\rb\r"));
    TEXT_EQUAL("line:a\nline:b\n", it.eventsOf("a\x1bO\rb\r"));
    TEXT_EQUAL("line:a\nline:b\n", it.eventsOf("a\x1b]0;never ended\rb\r"));
}

TEST(AnyConsole, GivesUpAnEndlessStringAfter256Bytes)
{
    Editing it(ConsoleMode::Plain);
    TEXT_EQUAL("line:ab", it.lineOf("a\x1b]" + std::string(256, 'x') + "b"));
}

TEST(AnyConsole, LetsTheHandlerPrintAndChangeThePromptWhileALineIsHandled)
{
    Prompted it(ConsoleMode::Vt100);
    it.console.lineHook = [&](const std::string&) {
        it.editor.print("hello");
        it.editor.setPrompt("bob> ");
    };
    TEXT_EQUAL("hi\r\nhello\r\nbob> ", it.outputOf("hi\r"));
}

TEST_GROUP(PlainConsole)
{
    Prompted it{ConsoleMode::Plain};
};

TEST(PlainConsole, WritesNothingButWhatIsPrinted)
{
    TEXT_EQUAL("", it.outputOf("hello\nwor"));
    it.editor.print("one\ntwo");
    TEXT_EQUAL("one\ntwo\n", it.console.takeOutput());
    TEXT_EQUAL("line:hello\nline:world\n", it.eventsOf("ld\n"));
}

TEST(PlainConsole, DoesNotEdit)
{
    TEXT_EQUAL("line:ab", it.lineOf("a\x7f\x08\x15\x17\x01\x03\x04"
                                    "b"));
}

TEST(PlainConsole, TakesATabAsASpace)
{
    TEXT_EQUAL("line:a b", it.lineOf("a\tb"));
}

TEST(PlainConsole, CountsALastLineWithoutLineEnd)
{
    it.editor.feed("one\ntwo");
    it.editor.endOfInput();
    TEXT_EQUAL("line:one\nline:two\nend\n", it.console.takeEvents());
}

TEST(PlainConsole, DropsALastLineThatEndsInHalfACharacter)
{
    it.editor.feed("x\xe2\x82");
    it.editor.endOfInput();
    TEXT_EQUAL("dropped:invalid\nend\n", it.console.takeEvents());
}

TEST_GROUP(DumbConsole)
{
    Prompted it{ConsoleMode::Dumb};
};

TEST(DumbConsole, ShowsThePromptAndEchoes)
{
    Editing fresh(ConsoleMode::Dumb);
    fresh.editor.setPrompt("> ");
    TEXT_EQUAL("> ", fresh.console.takeOutput());
    TEXT_EQUAL("h", fresh.outputOf("h"));
    TEXT_EQUAL("i\r\n> ", fresh.outputOf("i\r"));
}

TEST(DumbConsole, ErasesACharacterWithBackspaceSpaceBackspace)
{
    it.outputOf("ab");
    TEXT_EQUAL("\b \b", it.outputOf("\x7f"));
    TEXT_EQUAL("\b \b", it.outputOf("\b"));
    TEXT_EQUAL("", it.outputOf("\b"));
    TEXT_EQUAL("line:", it.lineOf(""));
}

TEST(DumbConsole, ErasesAWideCharacterAndAnAccentedOneAsAWhole)
{
    it.outputOf("\xe6\xbc\xa2");
    TEXT_EQUAL("\b \b\b \b", it.outputOf("\x7f"));
    it.outputOf("ae\xcc\x81");
    TEXT_EQUAL("\b \b", it.outputOf("\x7f"));
    TEXT_EQUAL("line:a", it.lineOf(""));
}

TEST(DumbConsole, ErasesTheLineOrTheWord)
{
    it.outputOf("one two  ");
    TEXT_EQUAL("\b \b\b \b\b \b\b \b\b \b", it.outputOf("\x17"));
    TEXT_EQUAL("\b \b\b \b\b \b\b \b", it.outputOf("\x15"));
    TEXT_EQUAL("line:", it.lineOf(""));
}

TEST(DumbConsole, IgnoresCursorKeysAndHistory)
{
    it.lineOf("first");
    TEXT_EQUAL("line:ab", it.lineOf("a\x1b[A\x1b[D\x10\x01\x1b[3~b"));
}

TEST(DumbConsole, PrintsAboveTheLineBeingTyped)
{
    it.outputOf("hi");
    it.editor.print("news");
    TEXT_EQUAL("\b \b\b \b\b \b\b \bnews\r\n> hi", it.console.takeOutput());
}

TEST(DumbConsole, PrintsManyLinesWithOneRedraw)
{
    it.outputOf("h");
    it.editor.print("a\nb\nc\n");
    TEXT_EQUAL("\b \b\b \b\b \ba\r\nb\r\nc\r\n> h", it.console.takeOutput());
}

TEST(DumbConsole, StartsAFreshRowForAPrintedLineWhenTheTypedOneFillsItsRow)
{
    it.editor.setColumns(10);
    it.console.takeOutput();
    it.outputOf("12345678");
    it.editor.print("news");
    TEXT_EQUAL("\r\nnews\r\n> 12345678", it.console.takeOutput());
}

TEST(DumbConsole, StartsAFreshRowWhereBackspaceWouldHaveToLeaveARow)
{
    it.editor.setColumns(10);
    it.console.takeOutput();
    it.outputOf("12345678a");
    TEXT_EQUAL("\b \b", it.outputOf("\x7f"));
    TEXT_EQUAL("\r\n> 1234567", it.outputOf("\x7f"));
    TEXT_EQUAL("\b \b", it.outputOf("\x7f"));
}

TEST(DumbConsole, EndsTheLineOnInterrupt)
{
    TEXT_EQUAL("secret plan\r\n> ", it.outputOf("secret plan\x03"));
    TEXT_EQUAL("interrupt\n", it.console.takeEvents());
    TEXT_EQUAL("line:x", it.lineOf("x"));
}

TEST(DumbConsole, TakesControlDAsTheEndOnAnEmptyLineOnly)
{
    TEXT_EQUAL("", it.eventsOf("a\x04"));
    TEXT_EQUAL("end\n", it.eventsOf("\x7f\x04"));
}

TEST(DumbConsole, DrawsTheLineAnewOnControlL)
{
    it.outputOf("hi");
    TEXT_EQUAL("\r\n> hi", it.outputOf("\x0c"));
}

TEST(DumbConsole, ForgetsAHalfTypedLineWhenTheTerminalGoesAway)
{
    it.editor.feed("half");
    it.editor.endOfInput();
    TEXT_EQUAL("end\n", it.console.takeEvents());
}

TEST(DumbConsole, ClearsAFaultyLineWithControlU)
{
    TEXT_EQUAL("line:good\n", it.eventsOf("bad\xff\x15good\r"));
    TEXT_EQUAL("interrupt\nline:good\n", it.eventsOf("bad\xff\x03good\r"));
}

TEST_GROUP(SecretLine){};

TEST(SecretLine, IsNeitherShownNorKept)
{
    for (ConsoleMode mode : {ConsoleMode::Dumb, ConsoleMode::Vt100}) {
        Prompted it(mode);
        it.editor.setSecret(true);
        it.editor.setPrompt("Password: ");
        it.console.takeOutput();
        TEXT_EQUAL("", it.outputOf("hunter22x\x7f"));
        TEXT_EQUAL("\r\nPassword: ", it.outputOf("\r"));
        TEXT_EQUAL("line:hunter22\n", it.console.takeEvents());
        it.editor.setSecret(false);
        TEXT_EQUAL("line:", it.lineOf("\x1b[A"));
    }
}

TEST(SecretLine, StaysHiddenWhenAMessageComesIn)
{
    Prompted it(ConsoleMode::Vt100);
    it.editor.setSecret(true);
    it.outputOf("hunter22");
    it.editor.print("news");
    TEXT_EQUAL("\r\x1b[Knews\r\n> ", it.console.takeOutput());
    TEXT_EQUAL("line:hunter22", it.lineOf(""));
}

TEST(SecretLine, DiscardsWhatWasTypedWhenSecrecyChanges)
{
    Prompted it(ConsoleMode::Dumb);
    it.editor.setSecret(true);
    it.outputOf("hunter");
    it.editor.setSecret(false);
    TEXT_EQUAL("", it.console.takeOutput());
    TEXT_EQUAL("line:x", it.lineOf("x"));
}

TEST(SecretLine, BeginsInTheMiddleOfAPastedBlock)
{
    Prompted it(ConsoleMode::Dumb);
    it.console.lineHook = [&](const std::string& line) { it.editor.setSecret(line == "/login"); };
    TEXT_EQUAL("/login\r\n> \r\n> ok\r\n> ", it.outputOf("/login\rhunter22\rok\r"));
    TEXT_EQUAL("line:/login\nline:hunter22\nline:ok\n", it.console.takeEvents());
}
