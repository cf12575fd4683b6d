// Editing with cursor keys, scrolling, history and completion: the bytes written and the lines that come of
// it.
#include "peer/ConsoleRecorder.h"
#include "support/TestHarness.h"

using namespace linnet;
using peer::ConsoleMode;
using test::Editing;
using test::Prompted;

namespace {

const char kUp[] = "\x1b[A";
const char kDown[] = "\x1b[B";
const char kRight[] = "\x1b[C";
const char kLeft[] = "\x1b[D";

} // namespace

TEST_GROUP(Vt100Console)
{
    Prompted it{ConsoleMode::Vt100};
};

TEST(Vt100Console, EchoesOnlyWhatIsNew)
{
    TEXT_EQUAL("a", it.outputOf("a"));
    TEXT_EQUAL("b", it.outputOf("b"));
    TEXT_EQUAL("\b\x1b[K", it.outputOf("\x7f"));
}

TEST(Vt100Console, InsertsAndErasesInTheMiddle)
{
    it.outputOf("ab");
    TEXT_EQUAL("\b", it.outputOf(kLeft));
    TEXT_EQUAL("xb\b", it.outputOf("x"));
    TEXT_EQUAL("\bb\x1b[K\b", it.outputOf("\x7f"));
    TEXT_EQUAL("\x1b[K", it.outputOf("\x1b[3~"));
    TEXT_EQUAL("line:a", it.lineOf(""));
}

TEST(Vt100Console, MovesByWholeCharacters)
{
    it.outputOf("\xe6\xbc\xa2"
                "e\xcc\x81");
    TEXT_EQUAL("\b", it.outputOf(kLeft));
    TEXT_EQUAL("\b\b", it.outputOf(kLeft));
    TEXT_EQUAL("\x1b[2C", it.outputOf(kRight));
    TEXT_EQUAL("\x1b[C", it.outputOf(kRight));
    TEXT_EQUAL("", it.outputOf(kRight));
}

TEST(Vt100Console, KnowsItsKeysInEveryDialect)
{
    for (const char* home : {"\x01", "\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"})
        TEXT_EQUAL("line:xab", it.lineOf(std::string("ab") + home + "x"));
    for (const char* end : {"\x05", "\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"})
        TEXT_EQUAL("line:abx", it.lineOf(std::string("ab\x01") + end + "x"));
    for (const char* left : {"\x02", "\x1b[D", "\x1bOD", "\x1b[1;5D"})
        TEXT_EQUAL("line:axb", it.lineOf(std::string("ab") + left + "x"));
    for (const char* right : {"\x06", "\x1b[C", "\x1bOC"})
        TEXT_EQUAL("line:axb", it.lineOf(std::string("ab\x01") + right + "x"));
    for (const char* erase : {"\x04", "\x1b[3~"})
        TEXT_EQUAL("line:b", it.lineOf(std::string("ab\x01") + erase));
}

TEST(Vt100Console, ErasesToTheEndTheLineAndTheWord)
{
    TEXT_EQUAL("line:a", it.lineOf(std::string("abc\x01") + kRight + "\x0b"));
    TEXT_EQUAL("line:z", it.lineOf(std::string("abc") + kLeft + "\x15z"));
    TEXT_EQUAL("line:one c", it.lineOf(std::string("one two c") + kLeft + "\x17"));
}

TEST(Vt100Console, JoinsAnAccentTypedInTheMiddleToItsLetter)
{
    TEXT_EQUAL("line:e\xcc\x81xb", it.lineOf(std::string("eb") + kLeft + "\xcc\x81x"));
    TEXT_EQUAL("line:e\xcc\x81"
               "b",
               it.lineOf(std::string("\xcc\x81") + "b\x01" + "e" + kLeft + kRight));
}

TEST(Vt100Console, ClearsTheScreenOnControlL)
{
    it.outputOf("hi");
    TEXT_EQUAL("\x1b[H\x1b[2J> hi", it.outputOf("\x0c"));
}

TEST(Vt100Console, PrintsAboveTheLineAndPutsTheCursorBack)
{
    it.outputOf(std::string("hello") + kLeft + kLeft);
    it.editor.print("news");
    TEXT_EQUAL("\r\x1b[Knews\r\n> hello\b\b", it.console.takeOutput());
    TEXT_EQUAL("line:helxlo", it.lineOf("x"));
}

TEST(Vt100Console, PrintsWithoutErasingWhenNothingIsShown)
{
    Editing bare(ConsoleMode::Vt100);
    bare.editor.print("news");
    TEXT_EQUAL("news\r\n", bare.console.takeOutput());
}

TEST(Vt100Console, ScrollsALongLineWithinItsRow)
{
    it.editor.setColumns(12); // prompt 2, text 9, one column free
    it.console.takeOutput();
    TEXT_EQUAL("123456789", it.outputOf("123456789"));
    TEXT_EQUAL("\x1b[9D7890\x1b[K", it.outputOf("0"));
    TEXT_EQUAL("\x1b[4D123456789\x1b[9D", it.outputOf("\x01"));
    TEXT_EQUAL("line:1234567890", it.lineOf(""));
}

TEST(Vt100Console, ShowsTheEndOfAPromptThatLeavesNoRoom)
{
    it.editor.setColumns(12);
    it.editor.setPrompt("alice@registry> ");
    it.console.takeOutput();
    it.editor.redraw();
    TEXT_EQUAL("\r\x1b[Ky> ", it.console.takeOutput());
}

TEST(Vt100Console, RecallsEarlierLines)
{
    it.lineOf("one");
    it.lineOf("two");
    TEXT_EQUAL("two", it.outputOf(kUp).substr(std::string("two\r\n> one\r\n> ").size()));
}

TEST(Vt100Console, GoesBackToWhatWasBeingTyped)
{
    it.lineOf("one");
    it.lineOf("two");
    TEXT_EQUAL("line:dra!", it.lineOf(std::string("dra") + kUp + "\x10" + kUp + kDown + "\x0e!"));
}

TEST(Vt100Console, KeepsARepeatedLineOnceAndAnEmptyOneNever)
{
    it.lineOf("one");
    it.lineOf("two");
    it.lineOf("two");
    it.lineOf("");
    TEXT_EQUAL("line:one", it.lineOf(std::string(kUp) + kUp));
}

TEST(Vt100Console, RemembersFiftyLines)
{
    for (int i = 0; i < 60; ++i)
        it.lineOf("line " + std::to_string(i));
    std::string up;
    for (int i = 0; i < 70; ++i)
        up += kUp;
    TEXT_EQUAL("line:line 10", it.lineOf(up));
}

TEST(Vt100Console, RemembersNoMoreThanItsBytes)
{
    for (char c : {'a', 'b', 'c'})
        it.lineOf(std::string(4000, c));
    TEXT_EQUAL("line:" + std::string(4000, 'b'), it.lineOf(std::string(kUp) + kUp + kUp + kUp));
}

TEST(Vt100Console, BecomesDumbAndBack)
{
    it.outputOf("hi");
    it.editor.setMode(ConsoleMode::Dumb);
    TEXT_EQUAL("\r\x1b[K> hi", it.console.takeOutput());
    it.editor.setMode(ConsoleMode::Vt100);
    TEXT_EQUAL("\b \b\b \b\b \b\b \b> hi", it.console.takeOutput());
}

TEST(Vt100Console, LeavesTheScreenToOthersAndComesBack)
{
    it.outputOf("hi");
    it.editor.hide();
    it.editor.feed("!");
    TEXT_EQUAL("\r\x1b[K", it.console.takeOutput());
    it.editor.redraw();
    TEXT_EQUAL("> hi!", it.console.takeOutput());
}

TEST_GROUP(TabCompletion)
{
    Prompted it{ConsoleMode::Vt100};

    void offer(std::vector<std::string> words)
    {
        it.editor.setCompletion([this, words](std::string_view before) {
            asked = before;
            return words;
        });
    }
    std::string asked;
};

TEST(TabCompletion, FinishesTheOnlyCandidateAndAddsASpace)
{
    offer({"/history"});
    TEXT_EQUAL("line:/history x", it.lineOf("/hi\tx"));
    TEXT_EQUAL("/hi", asked);
}

TEST(TabCompletion, AddsWhatAllCandidatesShareAndListsThemAtTheSecondTab)
{
    offer({"alice", "alina"});
    TEXT_EQUAL("/chat ali", it.outputOf("/chat a\t"));
    TEXT_EQUAL("\r\x1b[Kalice  alina\r\n> /chat ali", it.outputOf("\t"));
}

TEST(TabCompletion, PutsTheCandidatesSpellingInPlaceOfTheTypedOne)
{
    offer({"Bob"});
    TEXT_EQUAL("line:/chat Bob ", it.lineOf("/chat bo\t"));
}

TEST(TabCompletion, NeverCutsACharacter)
{
    offer({"\xc3\xa9", "\xc3\xa8"});
    TEXT_EQUAL("line:", it.lineOf("\t"));
}

TEST(TabCompletion, MakesASpaceWhereNothingCanBeCompleted)
{
    offer({});
    TEXT_EQUAL("line:a b", it.lineOf("a\tb"));
}

TEST(TabCompletion, CompletesAtTheCursor)
{
    offer({"bob"});
    TEXT_EQUAL("line:bob x", it.lineOf(std::string("b") + "x" + kLeft + "\t"));
}
