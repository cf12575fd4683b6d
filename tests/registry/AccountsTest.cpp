// Registration and passwords, packet by packet.
#include "RegistryFixture.h"

using namespace linnet;
using namespace linnet::test;
using wire::Refusal;

TEST_GROUP(Registration)
{
    World world;
    Board ada{world, "Ada"};
};

TEST(Registration, MakesAnAccountWithTheKeyOfItsConnection)
{
    ada.signUp();
    const Account& account = world.accounts.byName.at("ada");
    TEXT_EQUAL("Ada", account.name);
    CHECK_TRUE(account.identity.key == ada.identity.noiseKey().publicKey);
    CHECK_TRUE(world.diagnostics.mentions("registered Ada from 192.0.2.1"));
}

TEST(Registration, RefusesATakenNameWhateverItsCase)
{
    ada.signUp();
    Board other(world, "aDA");
    CHECK_TRUE(other.refusal(other.registration()) == Refusal::NameTaken);
}

TEST(Registration, RefusesMalformedNames)
{
    for (const char* name : {"ab", "", "-dash", "with space", "a:b", "\xc3\xa4ther", "null\x01"}) {
        Board board(world, name, kLoopback);
        CHECK_TRUE(board.refusal(board.registration()) == Refusal::BadName);
    }
    CHECK_TRUE(world.accounts.byName.empty());
}

TEST(Registration, RefusesAVerifierThatIsTooCheapOrTooDear)
{
    wire::Register request = ada.registration();
    for (std::uint32_t iterations : {0u, wire::kMinIterations - 1, wire::kMaxIterations + 1}) {
        request.verifier.iterations = iterations;
        CHECK_TRUE(ada.refusal(request) == Refusal::Malformed);
    }
    request.verifier.iterations = wire::kMaxIterations;
    ada.expect<wire::Done>(request);
}

TEST(Registration, RefusesASigningKeyThatDoesNotVouchForTheConnection)
{
    Board other(world, "other");
    wire::Register request = ada.registration();
    request.binding = other.identity.publicHalf().binding;
    request.signingKey = other.identity.publicHalf().signingKey;
    CHECK_TRUE(ada.refusal(request) == Refusal::BadIdentity);
}

TEST(Registration, IsLimitedToFiveAnHourForAnAddressButNotOnLoopback)
{
    auto tryOne = [this](const std::string& name, const Address& from) {
        Board board(world, name, from);
        return board.ask(board.registration()).type == wire::PacketType::Done;
    };
    for (unsigned i = 0; i < 5; ++i)
        CHECK_TRUE(tryOne("user" + std::to_string(i), addressOf(192, 0, 2, 7)));
    CHECK_FALSE(tryOne("user6", addressOf(192, 0, 2, 7)));
    CHECK_TRUE(tryOne("user7", addressOf(192, 0, 2, 8)));
    world.advance(720);
    CHECK_TRUE(tryOne("user6", addressOf(192, 0, 2, 7)));
    CHECK_FALSE(tryOne("user8", addressOf(192, 0, 2, 7)));
    for (unsigned i = 0; i < 20; ++i)
        CHECK_TRUE(tryOne("local" + std::to_string(i), kLoopback));
}

TEST(Registration, NamesTheSecondsToWait)
{
    for (unsigned i = 0; i < 5; ++i) {
        Board board(world, "user" + std::to_string(i));
        board.signUp();
    }
    wire::Refused refused = ada.expect<wire::Refused>(ada.registration());
    CHECK_TRUE(refused.why == Refusal::SlowDown);
    TEXT_EQUAL("Too fast: wait 720 seconds.", refused.words);
}

TEST(Registration, IsRefusedWhileSignUpIsClosed)
{
    world.accounts.mode = SignUp::Closed;
    CHECK_TRUE(ada.refusal(ada.registration()) == Refusal::SignUpClosed);
}

TEST(Registration, ByInvitationUsesUpACode)
{
    world.accounts.mode = SignUp::Invitation;
    world.accounts.invitations = {"golden-ticket"};
    CHECK_TRUE(ada.refusal(ada.registration()) == Refusal::BadInvitation);
    wire::Register request = ada.registration();
    request.invitation = "wrong";
    CHECK_TRUE(ada.refusal(request) == Refusal::BadInvitation);
    request.invitation = "golden-ticket";
    ada.expect<wire::Done>(request);
    Board bob(world, "bob");
    wire::Register second = bob.registration();
    second.invitation = "golden-ticket";
    CHECK_TRUE(bob.refusal(second) == Refusal::BadInvitation);
}

TEST(Registration, SaysThatTheDatabaseIsInTrouble)
{
    world.accounts.broken = true;
    CHECK_TRUE(ada.refusal(ada.registration()) == Refusal::Failed);
}

TEST_GROUP(Passwords)
{
    World world;
    Board ada{world, "ada"};

    wire::Refused refused(const wire::RawPacket& packet)
    {
        STRCMP_EQUAL("Refused", std::string(wire::packetName(packet.type)).c_str());
        return *wire::decodeBody<wire::Refused>(packet.body);
    }
    Refusal guess(const std::string& name, const Address& from, std::string_view password = "wrong guess")
    {
        Board board(world, name, from);
        return refused(board.logInByPassword(password)).why;
    }
};

TEST(Passwords, MoveTheAccountToTheBoardThatKnowsThem)
{
    ada.signUpAndLogIn();
    Board second(world, "ada", addressOf(192, 0, 2, 2));
    CHECK_TRUE(second.logInByPassword("correct horse").type == wire::PacketType::LoggedIn);
    CHECK_TRUE(world.accounts.byName.at("ada").identity.key == second.identity.noiseKey().publicKey);
    CHECK_TRUE(ada.closedFor(wire::Goodbye::Reason::Replaced));
    ada.connect();
    ada.expect<wire::PasswordNeeded>(ada.loginRequest());
}

TEST(Passwords, ThatAreWrongAreRefusedAsUnknownNamesAre)
{
    ada.signUp();
    Board known(world, "ada", addressOf(192, 0, 2, 3));
    Board unknown(world, "nobody", addressOf(192, 0, 2, 4));
    wire::Refused one = refused(known.logInByPassword("wrong guess"));
    wire::Refused other = refused(unknown.logInByPassword("wrong guess"));
    CHECK_TRUE(one.why == Refusal::WrongPassword);
    CHECK_TRUE(other.why == Refusal::WrongPassword);
    TEXT_EQUAL(one.words, other.words);
    CHECK_TRUE(world.diagnostics.mentions("wrong password for ada from 192.0.2.3"));
}

TEST(Passwords, MayBeTriedThreeTimesOnAConnection)
{
    ada.signUp();
    Board thief(world, "ada", addressOf(192, 0, 2, 5));
    for (unsigned i = 0; i < 3; ++i) {
        CHECK_TRUE(refused(thief.logInByPassword("wrong guess")).why == Refusal::WrongPassword);
        world.advance(400);
    }
    CHECK_TRUE(refused(thief.logInByPassword("correct horse")).why == Refusal::SlowDown);
    thief.connect();
    CHECK_TRUE(thief.logInByPassword("correct horse").type == wire::PacketType::LoggedIn);
}

TEST(Passwords, GuessedFromOneNetworkAreDelayedMoreAndMoreThere)
{
    ada.signUp();
    Address thief = addressOf(192, 0, 2, 6);
    for (unsigned delay : {1, 2, 4, 8}) {
        CHECK_TRUE(guess("ada", thief) == Refusal::WrongPassword);
        CHECK_TRUE(guess("ada", thief) == Refusal::SlowDown);
        world.advance(delay - 1, 999);
        CHECK_TRUE(guess("ada", thief) == Refusal::SlowDown);
        world.advance(0, 1);
    }
}

TEST(Passwords, GuessedForUnknownNamesAreDelayedAlike)
{
    CHECK_TRUE(guess("nobody", addressOf(192, 0, 2, 6)) == Refusal::WrongPassword);
    CHECK_TRUE(guess("nobody", addressOf(192, 0, 2, 6)) == Refusal::SlowDown);
}

TEST(Passwords, GuessedElsewhereDelayNeitherTheOwnersKeyNorTheOwnersNetwork)
{
    ada.signUp();
    for (unsigned i = 0; i < 3; ++i) {
        guess("ada", ada.address);
        world.advance(10);
    }
    guess("ada", ada.address);
    CHECK_TRUE(guess("ada", ada.address) == Refusal::SlowDown);
    ada.logIn();
    Board newBoard(world, "ada", addressOf(198, 51, 100, 1));
    CHECK_TRUE(newBoard.logInByPassword("correct horse").type == wire::PacketType::LoggedIn);
}

TEST(Passwords, NeedAFreshExchangeForEachTry)
{
    ada.signUp();
    Board board(world, "ada");
    CHECK_TRUE(board.refusal(wire::ScramFirst{"n,,n=ada,r=x"}) == Refusal::LoginExpired);
    CHECK_TRUE(board.refusal(wire::ScramFinal{"c=biws,r=x,p=x", {}, {}}) == Refusal::LoginExpired);
    board.expect<wire::PasswordNeeded>(board.loginRequest());
    CHECK_TRUE(board.refusal(wire::ScramFinal{"c=biws,r=x,p=x", {}, {}}) == Refusal::LoginExpired);
}

TEST(Passwords, AreNotTakenWithoutTheBindingToThisConnection)
{
    ada.signUp();
    Board relay(world, "ada");
    relay.expect<wire::PasswordNeeded>(relay.loginRequest());
    CHECK_TRUE(relay.refusal(wire::ScramFirst{"n,,n=ada,r=rOprNGfwEbeRWgbNEkqO"}) == Refusal::Malformed);
    wire::Key otherHash{};
    secure::ScramClient client("ada", "correct horse", otherHash, "rOprNGfwEbeRWgbNEkqO");
    wire::ScramChallenge challenge = relay.expect<wire::ScramChallenge>(wire::ScramFirst{client.first()});
    std::string final = *client.final(challenge.message);
    CHECK_TRUE(relay.refusal(wire::ScramFinal{final, {}, {}}) == Refusal::WrongPassword);
}

TEST(Passwords, MoveNothingWhenTheNewIdentityIsNotBoundToTheConnection)
{
    ada.signUp();
    Board second(world, "ada", addressOf(192, 0, 2, 2));
    Board other(world, "other");
    second.identity = secure::Identity::make(world.random);
    second.connect();
    second.identity = other.identity; // not the key of the connection
    CHECK_TRUE(refused(second.logInByPassword("correct horse")).why == Refusal::BadIdentity);
    CHECK_TRUE(world.accounts.byName.at("ada").identity.key == ada.identity.noiseKey().publicKey);
}

TEST(Passwords, CanBeChangedByWhoIsLoggedIn)
{
    ada.signUpAndLogIn();
    ada.expect<wire::Done>(wire::ChangePassword{ada.registration("new password").verifier});
    Board second(world, "ada", addressOf(192, 0, 2, 2));
    CHECK_TRUE(refused(second.logInByPassword("correct horse")).why == Refusal::WrongPassword);
    world.advance(1);
    CHECK_TRUE(second.logInByPassword("new password").type == wire::PacketType::LoggedIn);
}

TEST(Passwords, OfABannedAccountAdmitNobody)
{
    ada.signUp();
    world.accounts.byName.at("ada").banned = true;
    CHECK_TRUE(ada.refusal(ada.loginRequest()) == Refusal::Banned);
    Board second(world, "ada", addressOf(192, 0, 2, 2));
    CHECK_TRUE(refused(second.logInByPassword("wrong guess")).why == Refusal::WrongPassword);
    world.advance(1);
    CHECK_TRUE(refused(second.logInByPassword("correct horse")).why == Refusal::Banned);
}
