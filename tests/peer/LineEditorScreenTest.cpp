// What a person sees: the bytes of a line editor shown by a terminal, whatever the widths, cursor positions
// and cuts.
#include "peer/ConsoleRecorder.h"
#include "peer/FakeTerminal.h"
#include "support/SeededRandom.h"
#include "wire/Text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

using namespace linnet;
using peer::ConsoleMode;
using peer::LineEditor;

namespace {

constexpr ConsoleMode kModes[] = {ConsoleMode::Plain, ConsoleMode::Dumb, ConsoleMode::Vt100};

struct Screen
{
    Screen(ConsoleMode mode, unsigned columns) : terminal(columns), editor(console, console, mode)
    {
        editor.setColumns(columns);
    }
    void type(std::string_view bytes)
    {
        editor.feed(bytes);
        show();
    }
    void print(std::string_view lines)
    {
        editor.print(lines);
        show();
    }
    void show()
    {
        std::string output = console.takeOutput();
        if (editor.mode() == ConsoleMode::Dumb)
            CHECK_TEXT(output.find('\x1b') == std::string::npos, "an escape");
        terminal.write(output);
    }

    test::ConsoleRecorder console;
    test::FakeTerminal terminal;
    LineEditor editor;
};

std::string times(unsigned count, std::string_view text)
{
    std::string all;
    for (unsigned i = 0; i < count; ++i)
        all += text;
    return all;
}

// Keys, text of all widths, line ends, half and whole sequences, noise.
std::string randomInput(test::SeededRandom& random, std::size_t pieces)
{
    static const std::string kPieces[] = {
        "a",
        "bc",
        " ",
        "word ",
        "\xc3\xa9",
        "e\xcc\x81",
        "\xe6\xbc\xa2",
        "\xf0\x9f\x98\x80",
        "\xcc\x88",
        "\r",
        "\n",
        "\r\n",
        "\n\r",
        "\x7f",
        "\b",
        "\x01",
        "\x02",
        "\x03",
        "\x04",
        "\x05",
        "\x06",
        "\x0b",
        "\x0c",
        "\x0e",
        "\x10",
        "\x15",
        "\x17",
        "\t",
        "\x1b",
        "\x1b[A",
        "\x1b[B",
        "\x1b[C",
        "\x1b[D",
        "\x1b[H",
        "\x1b[F",
        "\x1b[3~",
        "\x1b[1;",
        "\x1bO",
        "\x1b]0;",
        "\x07",
        "\xc3",
        "\xff",
        std::string(1, '\0'),
    };
    std::array<wire::Byte, 2> byte{};
    std::string input;
    for (std::size_t i = 0; i < pieces; ++i) {
        random.fill(byte.data(), byte.size());
        if (byte[0] < 16)
            input += static_cast<char>(byte[1]);
        else if (byte[0] < 100)
            input += static_cast<char>('a' + byte[1] % 26);
        else
            input += kPieces[byte[1] % std::size(kPieces)];
    }
    return input;
}

std::vector<std::string> someNames(std::string_view before)
{
    if (before.size() % 3 == 0) return {};
    return {"alice", "alina\xc3\xa9"};
}

test::SeededRandom seeded()
{
    static const auto kSeed = static_cast<std::uint64_t>(std::time(nullptr));
    std::printf("(seed %llu) ", static_cast<unsigned long long>(kSeed));
    return test::SeededRandom(kSeed);
}

} // namespace

TEST_GROUP(LineOnScreen){};

TEST(LineOnScreen, StaysIntactBelowAMessageAtEachCursorPositionAndPromptWidth)
{
    for (unsigned promptWidth = 0; promptWidth <= 30; ++promptWidth)
        for (unsigned back = 0; back <= 5; ++back) {
            Screen screen(ConsoleMode::Vt100, 40);
            std::string prompt(promptWidth, '#');
            screen.editor.setPrompt(prompt);
            screen.type("hello" + times(back, "\x1b[D"));
            screen.print("a message");
            TEXT_EQUAL("a message|" + prompt + "hello|", screen.terminal.screen());
            LONGS_EQUAL(promptWidth + 5 - back, screen.terminal.column());
            screen.type("\r");
            TEXT_EQUAL("line:hello\n", screen.console.takeEvents());
        }
}

TEST(LineOnScreen, StaysIntactBelowAMessageOnADumbTerminalAtEachWidth)
{
    for (unsigned promptWidth = 0; promptWidth <= 50; ++promptWidth) {
        Screen screen(ConsoleMode::Dumb, 20);
        std::string prompt(promptWidth, '#');
        screen.editor.setPrompt(prompt);
        screen.type("hello");
        screen.print("a message");
        std::string screenText = screen.terminal.screen();
        std::string line = prompt + "hello";
        std::string shown;
        for (std::size_t at = 0; at < line.size(); at += 20)
            shown += line.substr(at, 20) + "|";
        CHECK_TRUE(screenText.size() >= shown.size());
        TEXT_EQUAL("a message|" + shown, screenText.substr(screenText.size() - shown.size() - 10));
    }
}

TEST(LineOnScreen, ErasesOverTheEndOfADumbRow)
{
    Screen screen(ConsoleMode::Dumb, 10);
    screen.editor.setPrompt("> ");
    screen.type("abcdefghij\xe6\xbc\xa2xyz");
    screen.type(times(9, "\x7f"));
    TEXT_EQUAL("> abcde", screen.terminal.cursorRow());
    screen.type("fgh");
    TEXT_EQUAL("> abcdefgh", screen.terminal.cursorRow());
    screen.type("\r");
    TEXT_EQUAL("line:abcdefgh\n", screen.console.takeEvents());
}

TEST(LineOnScreen, NeverWrapsAVt100Row)
{
    for (unsigned columns = 4; columns < 30; ++columns) {
        Screen screen(ConsoleMode::Vt100, columns);
        screen.editor.setPrompt("prompt> ");
        screen.type("The quick \xe6\xbc\xa2\xe6\xbc\xa2 brown fox jumps over the lazy dog.");
        screen.type("\x01" + times(20, "\x1b[C") + times(7, "\x7f") + "xyz\x05");
        CHECK_FALSE(screen.terminal.everWrapped());
        LONGS_EQUAL(1, screen.terminal.rows());
    }
}

TEST(LineOnScreen, ShowsWhatItWouldShowIfDrawnAfresh)
{
    test::SeededRandom random = seeded();
    for (int round = 0; round < 300; ++round)
        for (unsigned columns : {4u, 11u, 24u, 80u}) {
            Screen screen(ConsoleMode::Vt100, columns);
            screen.editor.setPrompt("you> ");
            screen.editor.setCompletion(someNames);
            for (int i = 0; i < 20; ++i) {
                screen.type(randomInput(random, 3));
                std::string row = screen.terminal.cursorRow();
                unsigned column = screen.terminal.column();
                screen.print("news");
                TEXT_EQUAL(row, screen.terminal.cursorRow());
                LONGS_EQUAL(column, screen.terminal.column());
            }
        }
}

// Wide enough never to scroll: how far a row has scrolled does depend on what was drawn in between.
TEST(LineOnScreen, IsTheSameHoweverTheBytesWereCut)
{
    test::SeededRandom random = seeded();
    for (int round = 0; round < 60; ++round)
        for (ConsoleMode mode : kModes) {
            std::string input = randomInput(random, 12);
            Screen whole(mode, 400);
            whole.editor.setPrompt("> ");
            whole.type(input);
            for (std::size_t cut = 0; cut <= input.size(); ++cut) {
                Screen split(mode, 400);
                split.editor.setPrompt("> ");
                for (std::size_t i = 0; i < cut; ++i)
                    split.type(input.substr(i, 1));
                split.type(input.substr(cut));
                TEXT_EQUAL(whole.console.events, split.console.events);
                TEXT_EQUAL(whole.terminal.cursorRow(), split.terminal.cursorRow());
                LONGS_EQUAL(whole.terminal.column(), split.terminal.column());
            }
        }
}

TEST(LineOnScreen, SurvivesRandomBytesWithinItsLimits)
{
    test::SeededRandom random = seeded();
    for (ConsoleMode mode : kModes)
        for (int round = 0; round < 200; ++round) {
            Screen screen(mode, 20);
            screen.editor.setPrompt("> ");
            screen.console.lineHook = [](const std::string& line) {
                CHECK_TRUE(line.size() <= LineEditor::kMaxLine && wire::isUtf8(line));
                CHECK_TRUE(std::none_of(line.begin(), line.end(), [](char c) {
                    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                }));
            };
            std::string noise(500, '\0');
            random.fill(reinterpret_cast<wire::Byte*>(noise.data()), noise.size());
            screen.type(noise);
            screen.type(randomInput(random, 200));
            screen.print("done");
        }
}
