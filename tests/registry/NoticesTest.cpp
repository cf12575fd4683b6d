// What the registry tells peers unasked: someone is online, someone asks to be called, the account has moved.
#include "RegistryFixture.h"

using namespace linnet;
using namespace linnet::test;
using Kind = wire::Notice::Kind;
using wire::Refusal;

TEST_GROUP(Notices)
{
    World world;
    Board ada{world, "ada"};
    Board bob{world, "bob", addressOf(192, 0, 2, 2)};

    void setup() override
    {
        ada.signUpAndLogIn();
        ada.proveAddress();
        bob.signUp();
    }
    wire::Status waitFor(Board & board, const std::string& name)
    {
        return board.expect<wire::Found>(wire::WaitFor{name}).users.at(0).status;
    }
};

TEST(Notices, TellAWaiterOnceThatSomeoneIsOnline)
{
    CHECK_TRUE(waitFor(ada, "BOB") == wire::Status::Offline);
    bob.logIn();
    std::vector<wire::Notice> notices = ada.notices();
    LONGS_EQUAL(1, notices.size());
    CHECK_TRUE(notices[0].kind == Kind::Online);
    TEXT_EQUAL("bob", notices[0].name);
    LONGS_EQUAL(1, notices[0].endpoints.size());
    TEXT_EQUAL("192.0.2.2:5858", wire::toString(notices[0].endpoints[0]));
    ada.seen(notices[0].id);
    world.run(20);
    LONGS_EQUAL(0, ada.notices().size());
    bob.expect<wire::Done>(wire::Logout{});
    bob.logIn();
    LONGS_EQUAL(0, ada.notices().size());
}

TEST(Notices, AreNotNeededForSomeoneWhoIsOnlineAlready)
{
    bob.logIn();
    CHECK_TRUE(waitFor(ada, "bob") == wire::Status::Online);
    bob.expect<wire::Done>(wire::Logout{});
    bob.logIn();
    LONGS_EQUAL(0, ada.notices().size());
}

TEST(Notices, AreRepeatedEveryTwoSecondsFiveTimesInAll)
{
    waitFor(ada, "bob");
    bob.logIn();
    LONGS_EQUAL(1, ada.notices().size());
    world.run(1);
    LONGS_EQUAL(0, ada.notices().size());
    for (unsigned i = 0; i < 4; ++i) {
        world.run(i == 0 ? 1 : 2);
        LONGS_EQUAL(1, ada.notices().size());
    }
    world.run(30);
    LONGS_EQUAL(0, ada.notices().size());
}

TEST(Notices, AreStruckOutOnlyByTheirReceiver)
{
    Board eve(world, "eve", addressOf(192, 0, 2, 3));
    eve.signUpAndLogIn();
    eve.proveAddress();
    waitFor(ada, "bob");
    bob.logIn();
    std::uint32_t id = ada.notices().at(0).id;
    eve.seen(id);
    eve.ask(wire::NoticeSeen{id});
    world.run(2);
    LONGS_EQUAL(1, ada.notices().size());
    ada.ask(wire::NoticeSeen{id});
    world.run(4);
    LONGS_EQUAL(0, ada.notices().size());
}

TEST(Notices, GoOverTcpWhereUdpDoesNotGetThrough)
{
    Board eve(world, "eve", addressOf(192, 0, 2, 3));
    eve.signUpAndLogIn();
    eve.expect<wire::Done>(wire::Heartbeat{});
    waitFor(eve, "bob");
    world.outbound.packetsTo.clear();
    bob.logIn();
    wire::PacketReader reader(world.outbound.packetsTo[eve.connection]);
    wire::RawPacket packet;
    CHECK_TRUE(reader.next(packet));
    CHECK_TRUE(packet.type == wire::PacketType::Notice);
    TEXT_EQUAL("bob", wire::decodeBody<wire::Notice>(packet.body)->name);
}

TEST(Notices, ForOneNameLeaveAtTwentyASecond)
{
    std::deque<Board> crowd;
    for (unsigned i = 0; i < 50; ++i) {
        crowd.emplace_back(world, "crowd" + std::to_string(i), addressOf(127, 0, 1, i + 1));
        crowd.back().signUpAndLogIn();
        crowd.back().proveAddress();
        waitFor(crowd.back(), "bob");
    }
    auto told = [&] {
        std::size_t count = 0;
        for (Board& board : crowd)
            for (const wire::Notice& notice : board.notices()) {
                board.seen(notice.id);
                ++count;
            }
        return count;
    };
    bob.logIn();
    LONGS_EQUAL(20, told());
    bob.expect<wire::Done>(wire::Logout{});
    bob.logIn();
    LONGS_EQUAL(0, told());
    world.run(1);
    LONGS_EQUAL(20, told());
    world.run(1);
    LONGS_EQUAL(10, told());
    world.run(10);
    LONGS_EQUAL(0, told());
}

TEST(Notices, EndWithTheSessionThatWaits)
{
    waitFor(ada, "bob");
    ada.expect<wire::Done>(wire::Logout{});
    ada.logIn();
    ada.proveAddress();
    bob.logIn();
    LONGS_EQUAL(0, ada.notices().size());
}

TEST(Notices, AreLeftForAtMostThreeHundredUsers)
{
    Account account = world.accounts.byName.at("bob");
    for (unsigned i = 0; i < 301; ++i) {
        account.name = "target" + std::to_string(i);
        world.accounts.add(account, 0, "");
    }
    for (unsigned i = 0; i < 300; ++i) {
        world.advance(0, 50);
        waitFor(ada, "target" + std::to_string(i));
    }
    world.advance(1);
    wire::Refused refused = ada.expect<wire::Refused>(wire::WaitFor{"target300"});
    CHECK_TRUE(refused.why == Refusal::TooMany);
    TEXT_EQUAL("At most 300 users can be waited for.", refused.words);
}

TEST(Notices, ForUnknownUsersAreRefused)
{
    CHECK_TRUE(ada.refusal(wire::WaitFor{"nobody"}) == Refusal::UnknownUser);
    CHECK_TRUE(ada.refusal(wire::CallMe{"nobody"}) == Refusal::UnknownUser);
    CHECK_TRUE(ada.refusal(wire::WaitFor{"no name!"}) == Refusal::UnknownUser);
}

TEST(Notices, TellSomeoneToCallBack)
{
    bob.logIn();
    bob.proveAddress();
    ada.expect<wire::Done>(wire::CallMe{"bob"});
    std::vector<wire::Notice> notices = bob.notices();
    LONGS_EQUAL(1, notices.size());
    CHECK_TRUE(notices[0].kind == Kind::CallBack);
    TEXT_EQUAL("ada", notices[0].name);
    TEXT_EQUAL("192.0.2.1:5858", wire::toString(notices[0].endpoints.at(0)));
}

TEST(Notices, ToCallBackAreLimitedToOneASecond)
{
    bob.logIn();
    ada.expect<wire::Done>(wire::CallMe{"bob"});
    CHECK_TRUE(ada.refusal(wire::CallMe{"bob"}) == Refusal::SlowDown);
    ada.connect();
    ada.expect<wire::Done>(wire::Resume{ada.session});
    CHECK_TRUE(ada.refusal(wire::CallMe{"bob"}) == Refusal::SlowDown);
    world.advance(1);
    ada.expect<wire::Done>(wire::CallMe{"bob"});
}

TEST(Notices, ToCallBackDoNotReachTheOfflineTheInvisibleOrOneself)
{
    CHECK_TRUE(ada.refusal(wire::CallMe{"bob"}) == Refusal::UserOffline);
    bob.logIn(wire::Status::Invisible);
    CHECK_TRUE(ada.refusal(wire::CallMe{"bob"}) == Refusal::UserOffline);
    CHECK_TRUE(ada.refusal(wire::CallMe{"ada"}) == Refusal::Malformed);
}

TEST(Notices, TellTheOldBoardThatItsAccountHasMoved)
{
    Board second(world, "ada", addressOf(192, 0, 2, 9));
    second.logInByPassword("correct horse");
    std::vector<wire::Notice> notices = ada.notices();
    LONGS_EQUAL(1, notices.size());
    CHECK_TRUE(notices[0].kind == Kind::Moved);
    world.run(2);
    LONGS_EQUAL(1, ada.notices().size());
    ada.seen(notices[0].id);
    world.run(20);
    LONGS_EQUAL(0, ada.notices().size());
    CHECK_TRUE(ada.heartbeat(ada.udp)->kind == wire::AnswerBody::Kind::UnknownSession);
    LONGS_EQUAL(1, world.service->presence().size());
}

TEST(Notices, ThatAnAccountHasMovedStopAfterFiveTries)
{
    Board second(world, "ada", addressOf(192, 0, 2, 9));
    second.logInByPassword("correct horse");
    world.run(60);
    LONGS_EQUAL(5, ada.notices().size());
}

TEST(Notices, TellThatAnInvisibleUserHasShownHimself)
{
    bob.logIn(wire::Status::Invisible);
    CHECK_TRUE(waitFor(ada, "bob") == wire::Status::Offline);
    LONGS_EQUAL(0, ada.notices().size());
    bob.expect<wire::Done>(wire::Heartbeat{wire::Status::Online});
    LONGS_EQUAL(1, ada.notices().size());
}
