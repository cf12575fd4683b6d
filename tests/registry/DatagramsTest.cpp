// Heartbeats by datagram: what is believed, what is answered, and what is not.
#include "RegistryFixture.h"

using namespace linnet;
using namespace linnet::test;
using Kind = wire::AnswerBody::Kind;

TEST_GROUP(Datagrams)
{
    World world;
    Board ada{world, "ada"};
    Address elsewhere = addressOf(198, 51, 100, 9, 1234);

    void setup() override
    {
        ada.signUpAndLogIn();
    }
    const Session& record()
    {
        return world.service->presence().at(world.service->presence().findSession(ada.session));
    }
};

TEST(Datagrams, AreHeardFromAnAddressThatWasProven)
{
    ada.proveAddress();
    auto answer = ada.heartbeat(ada.udp);
    CHECK_TRUE(answer->kind == Kind::Heard);
    LONGS_EQUAL(ada.counter, answer->value);
}

TEST(Datagrams, FromANewAddressCountForItOnlyAfterAnEcho)
{
    ada.proveAddress();
    auto challenge = ada.heartbeat(elsewhere);
    CHECK_TRUE(challenge->kind == Kind::Challenge);
    CHECK_TRUE(record().address() == ada.udp);
    CHECK_TRUE(ada.heartbeat(elsewhere, challenge->value + 2)->kind == Kind::Challenge);
    CHECK_TRUE(record().address() == ada.udp);
    CHECK_TRUE(ada.heartbeat(elsewhere, challenge->value)->kind == Kind::Heard);
    CHECK_TRUE(record().address() == elsewhere);
    CHECK_TRUE(ada.heartbeat(ada.udp)->kind == Kind::Challenge);
}

TEST(Datagrams, CannotProveOneAddressWithTheChallengeOfAnother)
{
    ada.proveAddress();
    auto challenge = ada.heartbeat(elsewhere);
    Address third = addressOf(198, 51, 100, 10, 1234);
    CHECK_TRUE(ada.heartbeat(third, challenge->value)->kind == Kind::Challenge);
    CHECK_TRUE(record().address() == ada.udp);
}

TEST(Datagrams, ReplayedOrOutOfOrderHaveNoEffectAndNoAnswer)
{
    ada.proveAddress();
    wire::Bytes first = ada.heartbeatBytes(0, wire::Status::Away);
    wire::Bytes second = ada.heartbeatBytes(0, wire::Status::Busy);
    CHECK_TRUE(ada.deliver(second, ada.udp).has_value());
    CHECK_FALSE(ada.deliver(second, ada.udp).has_value());
    CHECK_FALSE(ada.deliver(first, elsewhere).has_value());
    CHECK_TRUE(record().status == wire::Status::Busy);
}

TEST(Datagrams, ForgedHaveNoEffectAndNoAnswer)
{
    ada.proveAddress();
    wire::Bytes good = ada.heartbeatBytes(0, wire::Status::Busy);
    for (std::size_t i = 0; i < good.size(); ++i) {
        wire::Bytes forged = good;
        forged[i] ^= 1;
        CHECK_FALSE(ada.deliver(forged, ada.udp).has_value());
        CHECK_FALSE(ada.deliver(wire::ByteView(good).first(i).copy(), ada.udp).has_value());
    }
    CHECK_TRUE(record().status == wire::Status::Online);
    CHECK_TRUE(ada.deliver(good, ada.udp).has_value());
}

TEST(Datagrams, ReflectedHaveNoEffectAndNoAnswer)
{
    ada.heartbeat(ada.udp);
    wire::Bytes answer = world.outbound.datagrams.back().bytes;
    CHECK_FALSE(ada.deliver(answer, ada.udp).has_value());
}

TEST(Datagrams, CarryTheStatus)
{
    ada.proveAddress();
    ada.heartbeat(ada.udp, 0, wire::Status::Away);
    CHECK_TRUE(record().status == wire::Status::Away);
    ada.heartbeat(ada.udp, 0, static_cast<wire::Status>(99));
    CHECK_TRUE(record().status == wire::Status::Away);
    ada.heartbeat(ada.udp, 0, wire::Status::Offline);
    CHECK_TRUE(record().status == wire::Status::Away);
}

TEST(Datagrams, OfASessionFromBeforeARestartAreToldSo)
{
    ada.proveAddress();
    world.restart();
    auto answer = ada.heartbeat(ada.udp);
    CHECK_TRUE(answer->kind == Kind::UnknownSession);
    LONGS_EQUAL(ada.counter, answer->value);
    ada.connect();
    ada.logIn();
    ada.proveAddress();
}

TEST(Datagrams, OfASessionThatNeverWasAreNotAnswered)
{
    Board stranger(world, "eve");
    stranger.session = {1, 2, 3, 4, 5, 6, 7, 8};
    CHECK_FALSE(stranger.heartbeat(stranger.udp).has_value());
}

TEST(Datagrams, OfUnknownSessionsCostOnlySoMuch)
{
    ada.proveAddress();
    world.restart();
    unsigned answered = 0;
    for (unsigned i = 0; i < 1500; ++i)
        answered += ada.heartbeat(ada.udp).has_value();
    LONGS_EQUAL(1000, answered);
    world.advance(1);
    answered = 0;
    for (unsigned i = 0; i < 500; ++i)
        answered += ada.heartbeat(ada.udp).has_value();
    LONGS_EQUAL(200, answered);
}

TEST(Datagrams, NeverUseANonceTwice)
{
    for (unsigned i = 0; i < 50; ++i)
        ada.heartbeat(ada.udp);
    std::set<wire::Bytes> headers;
    for (const SentDatagram& sent : world.outbound.datagrams)
        headers.insert(wire::ByteView(sent.bytes).first(wire::kDatagramHeader).copy());
    LONGS_EQUAL(world.outbound.datagrams.size(), headers.size());
}

TEST(Datagrams, OfOneUserSayNothingOfAnother)
{
    Board bob(world, "bob", addressOf(192, 0, 2, 2));
    bob.signUpAndLogIn();
    wire::Bytes datagram = bob.heartbeatBytes(0, wire::Status::Busy);
    std::copy(ada.session.begin(), ada.session.end(), datagram.begin() + 1);
    CHECK_FALSE(bob.deliver(datagram, bob.udp).has_value());
    CHECK_TRUE(record().status == wire::Status::Online);
}
