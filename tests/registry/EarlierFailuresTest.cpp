// What earlier programs of this kind did on bad input, as far as it concerns a registry. B1 to B9 are their
// numbers.
#include "RegistryFixture.h"

using namespace linnet;
using namespace linnet::test;
using wire::Refusal;

TEST_GROUP(EarlierFailures)
{
    World world;
    Board ada{world, "ada"};
    Board bob{world, "bob", addressOf(192, 0, 2, 2)};

    wire::Status statusOf(Board & asker, const std::string& name)
    {
        return asker.expect<wire::Found>(wire::Search{wire::Search::Match::Exact, name, ""})
            .users.at(0)
            .status;
    }
};

TEST(EarlierFailures, B1_NamesOfTenAndMoreBytesAreKeptWhole)
{
    Board first(world, "a-rather-long-name-of-32-bytes-1", addressOf(192, 0, 2, 3));
    Board second(world, "a-rather-long-name-of-32-bytes-2", addressOf(192, 0, 2, 4));
    first.signUpAndLogIn();
    second.signUpAndLogIn();
    wire::OnlineList list = first.expect<wire::OnlineList>(wire::ListOnline{""});
    LONGS_EQUAL(2, list.users.size());
    TEXT_EQUAL(first.name, list.users[0].name);
    TEXT_EQUAL(second.name, list.users[1].name);
}

TEST(EarlierFailures, B1_ANameThatIsTooLongIsRefusedAndNotCut)
{
    Board board(world, std::string(32, 'n'));
    wire::Bytes packet = wire::encode(board.registration());
    // The name's length byte and one more letter: 33.
    std::size_t lengthAt = 3; // after the type and a two-byte length
    packet[lengthAt] = 33;
    packet.insert(packet.begin() + static_cast<std::ptrdiff_t>(lengthAt) + 1, 'n');
    ++packet[1];
    board.request(packet);
    CHECK_TRUE(world.accounts.byName.empty());
    CHECK_TRUE(board.closedFor(wire::Goodbye::Reason::BadPacket));
}

TEST(EarlierFailures, B2_TextThatIsCutInsideACharacterClosesOneConnectionOnly)
{
    bob.signUpAndLogIn();
    ada.request(wire::Bytes{0x04, 2, 1, 0xc3});
    CHECK_TRUE(ada.closedFor(wire::Goodbye::Reason::BadPacket));
    bob.expect<wire::OnlineList>(wire::ListOnline{""});
}

TEST(EarlierFailures, B3_DatagramsOfAnyLengthLeaveTheRegistryListening)
{
    ada.signUpAndLogIn();
    ada.proveAddress();
    for (std::size_t size = 0; size <= wire::kMaxDatagram + 10; ++size) {
        wire::Bytes junk(size, 5);
        world.service->datagram(junk.data(), junk.size(), ada.udp, world.now);
    }
    CHECK_TRUE(ada.heartbeat(ada.udp)->kind == wire::AnswerBody::Kind::Heard);
}

TEST(EarlierFailures, B4_WrongLengthsAndUnknownTypesCloseAndTwoPacketsInOneReadAreTwo)
{
    bob.signUpAndLogIn();
    for (const wire::Bytes& bytes : {wire::Bytes{0x01}, wire::Bytes{0x05, 0}, wire::Bytes{0x6f, 1, 0}}) {
        Board board(world, "eve");
        board.request(bytes);
        CHECK_TRUE(board.closedFor(wire::Goodbye::Reason::BadPacket));
    }
    wire::Bytes two = wire::encode(wire::ListOnline{""});
    wire::encode(wire::ListOnline{""}, two);
    bob.request(two);
    wire::PacketReader replies(world.outbound.packetsTo[bob.connection]);
    wire::RawPacket reply;
    CHECK_TRUE(replies.next(reply) && replies.next(reply));
    CHECK_FALSE(replies.next(reply));
}

TEST(EarlierFailures, B5_LogoutAndHeartbeatInAnothersNameChangeNothing)
{
    ada.signUpAndLogIn();
    ada.proveAddress();
    bob.signUpAndLogIn();
    // Neither packet names anyone: what bob sends concerns bob, whatever session he knows.
    CHECK_TRUE(bob.refusal(wire::Resume{ada.session}) == Refusal::UnknownSession);
    bob.expect<wire::Done>(wire::Heartbeat{wire::Status::Busy});
    CHECK_TRUE(statusOf(bob, "ada") == wire::Status::Online);
    bob.session = ada.session;
    CHECK_FALSE(bob.heartbeat(bob.udp, 0, wire::Status::Busy).has_value());
    bob.expect<wire::Done>(wire::Logout{});
    bob.logIn();
    CHECK_TRUE(statusOf(bob, "ada") == wire::Status::Online);
    CHECK_TRUE(ada.heartbeat(ada.udp)->kind == wire::AnswerBody::Kind::Heard);
}

TEST(EarlierFailures, B6_ASilentConnectionHoldsUpNobody)
{
    ada.connect();
    bob.signUpAndLogIn();
    bob.expect<wire::OnlineList>(wire::ListOnline{""});
}

TEST(EarlierFailures, B8_AnEmptyRecordAndAClosedConnectionHarmNothing)
{
    ada.signUpAndLogIn();
    ada.request({});
    ada.expect<wire::OnlineList>(wire::ListOnline{""});
    world.service->connectionClosed(ada.connection);
    world.service->connectionClosed(ada.connection);
    world.service->record(ada.connection, wire::encode(wire::Logout{}), world.now);
    bob.signUpAndLogIn();
    CHECK_TRUE(statusOf(bob, "ada") == wire::Status::Online);
}

TEST(EarlierFailures, B9_ARestartedRegistryShowsNobodyOnlineWhoIsNot)
{
    ada.signUpAndLogIn();
    bob.signUp();
    world.restart();
    bob.connect();
    bob.logIn();
    CHECK_TRUE(statusOf(bob, "ada") == wire::Status::Offline);
    LONGS_EQUAL(1, bob.expect<wire::OnlineList>(wire::ListOnline{""}).total);
}

TEST(EarlierFailures, B10_OnlyTheSilentUserIsTakenOffline)
{
    ada.signUpAndLogIn();
    bob.signUpAndLogIn();
    ada.proveAddress();
    for (unsigned i = 0; i < 5; ++i) {
        world.run(20);
        ada.heartbeat(ada.udp);
    }
    CHECK_TRUE(statusOf(ada, "bob") == wire::Status::Offline);
    CHECK_TRUE(statusOf(ada, "ada") == wire::Status::Online);
}
