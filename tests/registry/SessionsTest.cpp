// Logging in by key, sessions, requests before and after, and connections that misbehave.
#include "RegistryFixture.h"

using namespace linnet;
using namespace linnet::test;
using wire::Refusal;

TEST_GROUP(Sessions)
{
    World world;
    Board ada{world, "ada"};
    Board bob{world, "bob", addressOf(192, 0, 2, 2)};

    wire::Status statusOf(const std::string& name)
    {
        wire::Found found = bob.expect<wire::Found>(wire::Search{wire::Search::Match::Exact, name, ""});
        return found.users.at(0).status;
    }
};

TEST(Sessions, BeginWithThePinnedKeyAlone)
{
    ada.signUp();
    wire::LoggedIn loggedIn = ada.expect<wire::LoggedIn>(ada.loginRequest());
    CHECK_FALSE(wire::isZero(loggedIn.session));
    LONGS_EQUAL(5151, loggedIn.udpPort);
    LONGS_EQUAL(wire::kHeartbeatPeriod, loggedIn.heartbeatPeriod);
    LONGS_EQUAL(world.now.wall, loggedIn.time);
    TEXT_EQUAL("192.0.2.1", loggedIn.observedHost);
    TEXT_EQUAL("", loggedIn.scram);
    secure::SessionKeys keys = secure::sessionKeys(world.secret, loggedIn.session);
    CHECK_TRUE(loggedIn.upKey == keys.up && loggedIn.downKey == keys.down);
}

TEST(Sessions, AreReplacedByTheNextLogIn)
{
    ada.signUpAndLogIn();
    wire::SessionId first = ada.session;
    ConnectionId firstConnection = ada.connection;
    ada.connect();
    ada.logIn();
    CHECK_FALSE(ada.session == first);
    LONGS_EQUAL(1, world.service->presence().size());
    CHECK_TRUE(world.outbound.closed.at(firstConnection) == wire::Goodbye::Reason::Replaced);
    ada.logIn();
    CHECK_FALSE(ada.closedFor(wire::Goodbye::Reason::Replaced));
    ada.expect<wire::OnlineList>(wire::ListOnline{""});
}

TEST(Sessions, AreTakenUpAgainByALaterConnectionWithTheSameKey)
{
    ada.signUpAndLogIn();
    ada.connect();
    CHECK_TRUE(ada.refusal(wire::ListOnline{""}) == Refusal::NotLoggedIn);
    ada.expect<wire::Done>(wire::Resume{ada.session});
    CHECK_TRUE(world.service->isLoggedIn(ada.connection));
    ada.expect<wire::OnlineList>(wire::ListOnline{""});
    LONGS_EQUAL(1, world.service->presence().size());
}

TEST(Sessions, OfOthersCannotBeTakenUp)
{
    ada.signUpAndLogIn();
    bob.signUp();
    CHECK_TRUE(bob.refusal(wire::Resume{ada.session}) == Refusal::UnknownSession);
    CHECK_TRUE(bob.refusal(wire::Resume{{1, 2, 3, 4, 5, 6, 7, 8}}) == Refusal::UnknownSession);
    CHECK_TRUE(bob.refusal(wire::ListOnline{""}) == Refusal::NotLoggedIn);
}

TEST(Sessions, EndAtOnceWithALogout)
{
    bob.signUpAndLogIn();
    ada.signUpAndLogIn();
    CHECK_TRUE(statusOf("ada") == wire::Status::Online);
    ada.expect<wire::Done>(wire::Logout{});
    CHECK_TRUE(statusOf("ada") == wire::Status::Offline);
    LONGS_EQUAL(world.now.wall, world.accounts.byName.at("ada").lastSeen);
    CHECK_TRUE(ada.refusal(wire::Logout{}) == Refusal::NotLoggedIn);
    ada.logIn();
}

TEST(Sessions, EndAfterThreeMissedHeartbeats)
{
    bob.signUpAndLogIn();
    ada.signUpAndLogIn();
    ada.proveAddress();
    std::uint64_t lastHeard = world.now.wall;
    world.run(60);
    bob.proveAddress();
    CHECK_TRUE(statusOf("ada") == wire::Status::Online);
    world.run(11);
    CHECK_TRUE(statusOf("ada") == wire::Status::Offline);
    LONGS_EQUAL(lastHeard, world.accounts.byName.at("ada").lastSeen);
    CHECK_TRUE(ada.refusal(wire::ListOnline{""}) == Refusal::UnknownSession);
    CHECK_TRUE(ada.refusal(wire::ListOnline{""}) == Refusal::NotLoggedIn);
}

TEST(Sessions, LiveOnByHeartbeatsOverTcp)
{
    ada.signUpAndLogIn();
    for (unsigned i = 0; i < 10; ++i) {
        world.run(20);
        ada.expect<wire::Done>(wire::Heartbeat{wire::Status::Busy});
    }
    LONGS_EQUAL(1, world.service->presence().size());
}

TEST(Sessions, EndWhenAnOperatorBansTheAccount)
{
    ada.signUpAndLogIn();
    world.accounts.byName.at("ada").banned = true;
    world.accounts.revoked = {world.accounts.byName.at("ada").id};
    world.run(1);
    LONGS_EQUAL(0, world.service->presence().size());
    CHECK_TRUE(ada.closedFor(wire::Goodbye::Reason::Replaced));
}

TEST(Sessions, AreNeededForAllButLoggingIn)
{
    ada.signUp();
    CHECK_TRUE(ada.refusal(wire::Search{wire::Search::Match::Exact, "ada", ""}) == Refusal::NotLoggedIn);
    CHECK_TRUE(ada.refusal(wire::ListOnline{""}) == Refusal::NotLoggedIn);
    CHECK_TRUE(ada.refusal(wire::Logout{}) == Refusal::NotLoggedIn);
    CHECK_TRUE(ada.refusal(wire::Heartbeat{}) == Refusal::NotLoggedIn);
    CHECK_TRUE(ada.refusal(wire::WaitFor{"ada"}) == Refusal::NotLoggedIn);
    CHECK_TRUE(ada.refusal(wire::CallMe{"ada"}) == Refusal::NotLoggedIn);
    CHECK_TRUE(ada.refusal(wire::ChangePassword{ada.registration().verifier}) == Refusal::NotLoggedIn);
}

TEST(Sessions, WriteDownWhenEveryoneWasLastSeenBeforeTheEnd)
{
    ada.signUpAndLogIn();
    world.service->stop(world.now);
    LONGS_EQUAL(world.now.wall, world.accounts.byName.at("ada").lastSeen);
    LONGS_EQUAL(1, world.accounts.flushes);
}

TEST(Sessions, WriteLastSeenTimesTogetherOnceAMinute)
{
    ada.signUpAndLogIn();
    bob.signUpAndLogIn();
    ada.expect<wire::Done>(wire::Logout{});
    bob.expect<wire::Done>(wire::Logout{});
    world.run(300);
    LONGS_EQUAL(1, world.accounts.flushes);
    LONGS_EQUAL(0, world.service->tickPeriod());
}

TEST_GROUP(Misbehaviour)
{
    World world;
    Board ada{world, "ada"};
    Board bob{world, "bob", addressOf(192, 0, 2, 2)};

    void setup() override
    {
        bob.signUpAndLogIn();
    }
    void closes(const wire::Bytes& bytes)
    {
        Board board(world, "eve", addressOf(192, 0, 2, 66));
        board.request(bytes);
        CHECK_TRUE(board.closedFor(wire::Goodbye::Reason::BadPacket));
        CHECK_TRUE(world.diagnostics.mentions("closed a connection from 192.0.2.66: bad packet"));
        bob.expect<wire::OnlineList>(wire::ListOnline{""});
    }
};

TEST(Misbehaviour, AnUnknownMandatoryPacketClosesItsConnectionAlone)
{
    closes({0x7e, 0});
}
TEST(Misbehaviour, AReplyClosesItsConnectionAlone)
{
    closes(wire::encode(wire::Done{}));
}
TEST(Misbehaviour, APacketOfAnotherConversationClosesItsConnectionAlone)
{
    closes({0x44, 0});
}
TEST(Misbehaviour, ABodyThatIsTooShortClosesItsConnectionAlone)
{
    closes({0x01, 1, 3});
}
TEST(Misbehaviour, ATruncatedPacketClosesItsConnectionAlone)
{
    closes({0x01, 200, 1});
}

TEST(Misbehaviour, AnUnknownOptionalPacketIsSkipped)
{
    wire::Bytes bytes = {0xf0, 3, 1, 2, 3};
    wire::encode(wire::ListOnline{""}, bytes);
    CHECK_TRUE(bob.request(bytes).type == wire::PacketType::OnlineList);
}

TEST(Misbehaviour, NothingMoreIsReadFromAClosedConnection)
{
    wire::Bytes bytes = {0x7e, 0};
    wire::encode(ada.registration(), bytes);
    ada.request(bytes);
    ada.request(wire::encode(ada.registration()));
    CHECK_TRUE(world.accounts.byName.count("ada") == 0);
}

TEST(Misbehaviour, MoreThanTwentyRequestsASecondAreAskedToSlowDown)
{
    world.advance(10);
    for (unsigned i = 0; i < 40; ++i)
        bob.expect<wire::OnlineList>(wire::ListOnline{""});
    CHECK_TRUE(bob.refusal(wire::ListOnline{""}) == Refusal::SlowDown);
    world.advance(1);
    for (unsigned i = 0; i < 20; ++i)
        bob.expect<wire::OnlineList>(wire::ListOnline{""});
    CHECK_TRUE(bob.refusal(wire::ListOnline{""}) == Refusal::SlowDown);
    ada.signUpAndLogIn();
}

TEST(Misbehaviour, SeveralRequestsInOneRecordAreAnsweredInOrder)
{
    wire::Bytes bytes = wire::encode(wire::ListOnline{""});
    wire::encode(wire::Heartbeat{}, bytes);
    wire::encode(wire::Search{wire::Search::Match::Exact, "bob", ""}, bytes);
    bob.request(bytes);
    wire::PacketReader replies(world.outbound.packetsTo[bob.connection]);
    wire::RawPacket reply;
    for (auto type : {wire::PacketType::OnlineList, wire::PacketType::Done, wire::PacketType::Found}) {
        CHECK_TRUE(replies.next(reply));
        CHECK_TRUE(reply.type == type);
    }
    CHECK_FALSE(replies.next(reply));
}
