// Making accounts, logging in and out, and moving to another board, as people do it at the console.
#include "PeerFixture.h"

using namespace linnet;
using namespace linnet::test;

TEST_GROUP_BASE(Accounts, PeerFixture){// A board that nobody is logged in on.
                                       SimulatedBoard & freshBoard(){SimulatedBoard& board = world.addBoard();
board.openConsole();
return board;
}
std::string signUp(SimulatedBoard& board, const std::string& name, const std::string& password = kPassword)
{
    answer(board, "/register " + name);
    answer(board, password);
    return answer(board, password);
}
std::string logIn(SimulatedBoard& board, const std::string& name, const std::string& password)
{
    answer(board, "/login " + name);
    return answer(board, password);
}
}
;

TEST(Accounts, SignUpAsksForThePasswordTwiceSecretlyAndLogsIn)
{
    SimulatedBoard& board = freshBoard();
    board.type("/register ada");
    CHECK_TRUE(board.view.secret);
    TEXT_EQUAL("New password (at least 8 characters): ", board.view.prompt);
    board.type(kPassword);
    CHECK_TRUE(board.view.secret);
    TEXT_EQUAL("ok: logged in as ada", answer(board, kPassword));
    CHECK_FALSE(board.view.secret);
    TEXT_EQUAL("ada> ", board.view.prompt);
    CHECK_TRUE(board.online());
    CHECK_FALSE(board.view.shows(kPassword));
}

TEST(Accounts, TwoPasswordsThatDifferMakeNoAccount)
{
    SimulatedBoard& board = freshBoard();
    answer(board, "/register ada");
    answer(board, kPassword);
    TEXT_EQUAL("no: the two were not the same", answer(board, "wrong horse"));
    CHECK_TRUE(world.registry.accounts.byName.empty());
}

TEST(Accounts, AShortPasswordAndAMalformedNameChangeNothing)
{
    SimulatedBoard& board = freshBoard();
    TEXT_EQUAL("no: a name has 3 to 32 of letters, digits, _ . - and begins with a letter or digit",
               answer(board, "/register ab"));
    answer(board, "/register ada");
    TEXT_EQUAL("no: a password has at least 8 characters", answer(board, "short"));
    CHECK_TRUE(world.registry.accounts.byName.empty());
    CHECK_TRUE(board.peer().account() == nullptr);
}

TEST(Accounts, ATakenNameIsRefused)
{
    person("ada");
    SimulatedBoard& board = freshBoard();
    std::string refusal = signUp(board, "Ada");
    STRCMP_CONTAINS("no: ", refusal.c_str());
    STRCMP_CONTAINS("taken", refusal.c_str());
    CHECK_TRUE(board.peer().account() == nullptr);
}

TEST(Accounts, LogOutIsOfflineAtOnceAndLogInByTheBoardsKeyAsksNoPassword)
{
    SimulatedBoard& ada = person("ada");
    TEXT_EQUAL("ok", answer(ada, "/logout"));
    TEXT_EQUAL("linnet> ", ada.view.prompt);
    LONGS_EQUAL(0, world.registry.service().presence().size());
    TEXT_EQUAL("ok: logged in as ada", answer(ada, "/login ada"));
    CHECK_TRUE(world.runUntil([&] { return ada.online(); }, 30 * kSecond));
}

TEST(Accounts, WhoLoggedOutStaysLoggedOutAtTheNextBoot)
{
    SimulatedBoard& ada = person("ada");
    answer(ada, "/logout");
    ada.die(Death::Process);
    ada.boot();
    world.run(kMinute);
    CHECK_TRUE(ada.peer().account() == nullptr);
}

TEST(Accounts, WhoWasLoggedInIsBackByItselfAfterABoot)
{
    SimulatedBoard& ada = person("ada");
    ada.die(Death::Power);
    ada.boot();
    CHECK_TRUE(world.runUntil([&] { return ada.online(); }, kMinute));
}

TEST(Accounts, AWrongPasswordAndAnUnknownNameGetTheSameAnswer)
{
    SimulatedBoard& home = freshBoard();
    signUp(home, "ada");
    SimulatedBoard& other = freshBoard();
    TEXT_EQUAL("no: wrong name or password", logIn(other, "ada", "wrong horse"));
    TEXT_EQUAL("no: wrong name or password", logIn(other, "nobody", "wrong horse"));
    CHECK_TRUE(home.online());
}

TEST(Accounts, ThePasswordMovesTheAccountAndTheOldBoardIsToldAndStaysOut)
{
    SimulatedBoard& old = freshBoard();
    signUp(old, "ada");
    world.run(5 * kSecond);
    SimulatedBoard& other = freshBoard();
    TEXT_EQUAL("ok: logged in as ada", logIn(other, "ada", kPassword));
    CHECK_TRUE(shows(old, "ada is logged out"));
    CHECK_TRUE(old.view.shows("another board"));
    world.run(kHour);
    CHECK_TRUE(old.peer().account() == nullptr);
    CHECK_TRUE(other.online());
    old.die(Death::Process);
    old.boot();
    world.run(kMinute);
    CHECK_TRUE(old.peer().account() == nullptr);
    CHECK_TRUE(other.online());
}

TEST(Accounts, ABoardThatWasOffWhenItsAccountMovedIsToldAtItsNextBoot)
{
    SimulatedBoard& old = freshBoard();
    signUp(old, "ada");
    old.die(Death::Power);
    SimulatedBoard& other = freshBoard();
    logIn(other, "ada", kPassword);
    old.boot();
    old.openConsole();
    CHECK_TRUE(shows(old, "used from another board"));
    CHECK_TRUE(old.peer().account() == nullptr);
}

TEST(Accounts, AChangedPasswordIsTheOneThatCounts)
{
    SimulatedBoard& home = freshBoard();
    signUp(home, "ada");
    answer(home, "/password");
    answer(home, "battery staple");
    TEXT_EQUAL("ok: the password is changed", answer(home, "battery staple"));
    SimulatedBoard& other = freshBoard();
    TEXT_EQUAL("no: wrong name or password", logIn(other, "ada", kPassword));
    world.run(kMinute);
    TEXT_EQUAL("ok: logged in as ada", logIn(other, "ada", "battery staple"));
}

TEST(Accounts, AnUnreachableRegistryIsOneClearSentence)
{
    world.registry.stop(Death::Process);
    SimulatedBoard& board = freshBoard();
    std::string refusal = signUp(board, "ada");
    STRCMP_CONTAINS("no: the registry at 10.0.0.250:3131 can't be reached", refusal.c_str());
}

TEST(Accounts, ARegistryWithAnotherKeyIsRefusedAndSentNothing)
{
    SimulatedBoard& ada = person("ada");
    world.registry.stop(Death::Process);
    world.registry.changeKey();
    world.registry.start();
    CHECK_TRUE(shows(ada, "key", 5 * kMinute));
    world.run(kHour);
    CHECK_FALSE(ada.online());
    LONGS_EQUAL(0, world.registry.service().presence().size());
}

TEST(Accounts, AReadOnlyCardTakesNoAccountAndTheSessionEnds)
{
    SimulatedBoard& board = freshBoard();
    board.accounts.readOnly = true;
    TEXT_EQUAL("no: the card is read-only", signUp(board, "ada"));
    world.run(kMinute);
    CHECK_TRUE(board.peer().account() == nullptr);
    LONGS_EQUAL(0, world.registry.service().presence().size());
}
