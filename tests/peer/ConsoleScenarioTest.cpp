// What the console says to lines, right and wrong: one final answer to each.
#include "PeerFixture.h"

using namespace linnet;
using namespace linnet::test;

TEST_GROUP_BASE(ConsoleLines, TwoFriends){};

TEST(ConsoleLines, AnUnknownCommandSuggestsTheNearest)
{
    TEXT_EQUAL("no: there is no command /histroy; did you mean /history?", answer(ada, "/histroy"));
    TEXT_EQUAL("no: there is no command /hist; did you mean /history?", answer(ada, "/hist"));
    TEXT_EQUAL("no: there is no command /xyzzyplugh; /help lists what there is", answer(ada, "/xyzzyplugh"));
}

TEST(ConsoleLines, EveryLineGetsExactlyOneFinalAnswer)
{
    for (const char* line : {"hello",
                             "/who",
                             "/find bob",
                             "/find",
                             "/chat",
                             "/chat bob",
                             "/chat zoe",
                             "/accept zoe",
                             "/decline zoe",
                             "/busy zoe",
                             "/contacts",
                             "/requests",
                             "/history",
                             "/history bob 3",
                             "/history bob x",
                             "/fingerprint",
                             "/fingerprint bob",
                             "/status",
                             "/help",
                             "/help chat",
                             "/help zzz",
                             "/menu",
                             "5",
                             "99",
                             "/msg bob hi",
                             "/msg bob",
                             "/login ada",
                             "/nonsense",
                             "/close",
                             "//not a command"})
    {
        answer(ada, line);
        std::string output = "\n" + ada.view.output;
        std::size_t finals = 0;
        for (const char* final : {"\nok", "\nno:"})
            for (std::size_t at = output.find(final); at != std::string::npos;
                 at = output.find(final, at + 1))
                ++finals;
        LONGS_EQUAL_TEXT(1, finals, line);
    }
}

TEST(ConsoleLines, TextOverTheLimitNamesTheLimitAndSendsNothing)
{
    TEXT_EQUAL("no: the text is too long: 4097 bytes, and the limit is 4096",
               answer(ada, std::string(wire::kMaxText + 1, 'x')));
    STRCMP_CONTAINS("ok: #1", answer(ada, std::string(wire::kMaxText, 'x')).c_str());
    world.run(5 * kSecond);
    LONGS_EQUAL(1, bob.texts("bob", "ada", false).size());
}

TEST(ConsoleLines, TextWithoutAConversationIsSaidAndLost)
{
    answer(ada, "/close");
    STRCMP_CONTAINS("no: no conversation is open", answer(ada, "hello?").c_str());
    TEXT_EQUAL("ada> ", ada.view.prompt);
}

TEST(ConsoleLines, TextWithoutALogInIsRefused)
{
    answer(ada, "/logout");
    STRCMP_CONTAINS("no: nobody is logged in", answer(ada, "hello?").c_str());
    STRCMP_CONTAINS("no: nobody is logged in", answer(ada, "/contacts").c_str());
}

TEST(ConsoleLines, TwoSlashesSayOne)
{
    answer(ada, "//help is a command");
    CHECK_TRUE(shows(bob, "ada: /help is a command"));
}

TEST(ConsoleLines, LogInOnANewBoardAsksForThePasswordSecretly)
{
    SimulatedBoard& fresh = world.addBoard();
    fresh.openConsole();
    fresh.type("/login ada");
    CHECK_TRUE(fresh.view.secret);
    TEXT_EQUAL("Password: ", fresh.view.prompt);
    fresh.console().interrupted();
    CHECK_FALSE(fresh.view.secret);
    CHECK_TRUE(fresh.view.shows("no: cancelled"));
    TEXT_EQUAL("linnet> ", fresh.view.prompt);
}

TEST(ConsoleLines, TheMenuAsksForWhatACommandNeeds)
{
    answer(ada, "/menu");
    ada.type("2");
    TEXT_EQUAL("Name, or how it begins and *: ", ada.view.prompt);
    CHECK_FALSE(ada.view.secret);
    TEXT_EQUAL("ok", answer(ada, "bob"));
    CHECK_TRUE(ada.view.shows("bob  online"));
}

TEST(ConsoleLines, AnEmptyLineInAConversationSaysNothing)
{
    ada.view.take();
    ada.type("");
    TEXT_EQUAL("", ada.view.output);
    world.run(5 * kSecond);
    LONGS_EQUAL(0, bob.texts("bob", "ada", false).size());
}

TEST(ConsoleLines, MissingAndSurplusWordsAreAnsweredWithTheUsage)
{
    TEXT_EQUAL("no: usage: /msg NAME TEXT", answer(ada, "/msg bob"));
    TEXT_EQUAL("no: usage: /who", answer(ada, "/who everybody"));
}

TEST(ConsoleLines, StatusTellsAccountRegistryAndLinks)
{
    answer(ada, "/status");
    CHECK_TRUE(ada.view.shows("account   ada"));
    CHECK_TRUE(ada.view.shows("10.0.0.250:3131, online"));
    CHECK_TRUE(ada.view.shows("links     1"));
}

TEST(ConsoleLines, SafetyNumbersAreTheSameOnBothBoards)
{
    answer(ada, "/fingerprint bob");
    std::string hers = ada.view.output;
    answer(bob, "/fingerprint ada");
    TEXT_EQUAL(hers.substr(0, hers.find('\n')), bob.view.output.substr(0, bob.view.output.find('\n')));
}

TEST(ConsoleLines, AConsoleThatClosesWhileItsAnswerIsOnTheWayHarmsNothing)
{
    ada.type("/find bob");
    ada.closeConsole();
    world.run(10 * kSecond);
    ada.openConsole();
    TEXT_EQUAL("ok: 2 online", answer(ada, "/who"));
}
