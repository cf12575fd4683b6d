// From the greeting to the open channel, and every way in which it must not open.
#include "ChannelPair.h"

using namespace linnet::secure;
using namespace linnet::test;
using linnet::wire::encode;
using linnet::wire::Greeting;
using linnet::wire::Role;

namespace {

using Side = Channel::Side;
using Failure = Channel::Failure;

Channel::Setup withRole(Side side, Role role)
{
    Channel::Setup setup = ChannelPair::setupOf(side);
    setup.role = role;
    return setup;
}

Channel::Setup expecting(const Key& key)
{
    Channel::Setup setup = ChannelPair::setupOf(Side::Dialler);
    setup.expectedKey = key;
    return setup;
}

// A single channel that is told `bytes`.
struct Alone
{
    explicit Alone(Side side) : channel(ChannelPair::setupOf(side), random) {}

    Failure failureAfter(ByteView bytes)
    {
        channel.receive(bytes);
        return channel.failure();
    }

    SeededRandom random{5};
    Channel channel;
};

Bytes greetingThen(ByteView rest)
{
    Bytes bytes = ByteView(encode(Greeting{})).copy();
    append(bytes, rest);
    return bytes;
}

} // namespace

TEST_GROUP(ChannelHandshake){};

TEST(ChannelHandshake, OpensBothSides)
{
    ChannelPair pair;
    pair.run();
    CHECK_TRUE(pair.dialler.open() && pair.answerer.open());
    BYTES_EQUAL(ChannelPair::setupOf(Side::Answerer).staticKey.publicKey, pair.dialler.remoteKey());
    BYTES_EQUAL(ChannelPair::setupOf(Side::Dialler).staticKey.publicKey, pair.answerer.remoteKey());
    BYTES_EQUAL(pair.dialler.handshakeHash(), pair.answerer.handshakeHash());
    CHECK_TRUE(pair.dialler.remoteGreeting()->role == Role::PeerPeer);
}

TEST(ChannelHandshake, OpensWhateverThePiecesTheBytesComeIn)
{
    for (std::size_t step = 1; step < 120; ++step) {
        ChannelPair pair;
        pair.run(step);
        CHECK_TRUE(pair.dialler.open() && pair.answerer.open());
    }
}

TEST(ChannelHandshake, BeginsWithTheDiallersGreetingAndFirstMessageAtOnce)
{
    ChannelPair pair;
    ByteView output = pair.dialler.output();
    CHECK_EQUAL(7u + 2 + 32, output.size());
    BYTES_EQUAL(fromHex("4c4e4554 02 01 01 0020"), output.first(9));
    CHECK_TRUE(pair.answerer.output().empty());
}

TEST(ChannelHandshake, TakesTheseManyBytesEachWay)
{
    ChannelPair pair;
    Bytes first = takeOutput(pair.dialler);
    pair.answerer.receive(first);
    Bytes second = takeOutput(pair.answerer);
    CHECK_EQUAL(7u + 2 + 96, second.size());
    pair.dialler.receive(second);
    Bytes third = takeOutput(pair.dialler);
    CHECK_EQUAL(2u + 64, third.size());
    BYTES_EQUAL(fromHex("0040"), ByteView(third).first(2));
}

TEST(ChannelHandshake, AnswersAGreetingBeforeTheFirstMessageHasCome)
{
    Alone answerer(Side::Answerer);
    CHECK_TRUE(answerer.failureAfter(encode(Greeting{})) == Failure::None);
    BYTES_EQUAL(encode(Greeting{}), answerer.channel.output());
}

TEST(ChannelHandshake, FailsWhenAnyOfItsBytesIsTamperedWith)
{
    for (std::size_t at = 0; at < 41 + 105 + 66; ++at) {
        ChannelPair pair;
        std::size_t seen = 0;
        auto carry = [&](Channel& from, Channel& to) {
            Bytes bytes = takeOutput(from);
            if (at >= seen && at < seen + bytes.size()) bytes[at - seen] ^= 0x01;
            seen += bytes.size();
            to.receive(bytes);
        };
        carry(pair.dialler, pair.answerer);
        carry(pair.answerer, pair.dialler);
        carry(pair.dialler, pair.answerer);
        CHECK_FALSE(pair.answerer.open());
        bool noticed = pair.dialler.failure() != Failure::None || pair.answerer.failure() != Failure::None;
        bool waitsForMore = at == 41 + 7 || at == 41 + 8 || at == 7 || at == 8 || at >= 41 + 105;
        CHECK_TRUE(noticed || waitsForMore);
    }
}

TEST(ChannelHandshake, FailsWhenBothAgreeOnAVersionRangeThatNeitherHasSent)
{
    ChannelPair pair;
    Bytes first = takeOutput(pair.dialler);
    first[6] = 2; // still has version 1 in it, so only the prologue tells
    pair.answerer.receive(first);
    CHECK_TRUE(pair.answerer.failure() == Failure::None);
    pair.dialler.receive(takeOutput(pair.answerer));
    CHECK_TRUE(pair.dialler.failure() == Failure::BadHandshake);
}

TEST(ChannelHandshake, TellsByNameThatTheOtherIsNotLinnet)
{
    CHECK_TRUE(Alone(Side::Answerer).failureAfter(ByteView("GET / HTTP/1.1\r\n")) == Failure::NotLinnet);
    CHECK_TRUE(Alone(Side::Dialler).failureAfter(ByteView("SSH-2.0-x\r\n")) == Failure::NotLinnet);
}

TEST(ChannelHandshake, SaysNothingToWhatIsNotLinnet)
{
    Alone answerer(Side::Answerer);
    answerer.channel.receive(ByteView("GET / HTTP/1.1\r\n"));
    CHECK_TRUE(answerer.channel.output().empty());
}

TEST(ChannelHandshake, TellsBothSidesThatTheirRolesDiffer)
{
    ChannelPair pair(withRole(Side::Dialler, Role::PeerRegistry), withRole(Side::Answerer, Role::PeerPeer));
    pair.answerer.receive(takeOutput(pair.dialler));
    CHECK_TRUE(pair.answerer.failure() == Failure::OtherRole);
    BYTES_EQUAL(encode(Greeting{Role::PeerPeer}), pair.answerer.output());
    pair.dialler.receive(takeOutput(pair.answerer));
    CHECK_TRUE(pair.dialler.failure() == Failure::OtherRole);
    CHECK_TRUE(pair.dialler.remoteGreeting()->role == Role::PeerPeer);
}

TEST(ChannelHandshake, TellsBothSidesThatTheyHaveNoVersionInCommon)
{
    Greeting newer{Role::PeerPeer, 2, 3};
    Alone answerer(Side::Answerer);
    CHECK_TRUE(answerer.failureAfter(encode(newer)) == Failure::OtherVersion);
    BYTES_EQUAL(encode(Greeting{}), answerer.channel.output());
    CHECK_TRUE(Alone(Side::Dialler).failureAfter(encode(newer)) == Failure::OtherVersion);
}

TEST(ChannelHandshake, SpeaksVersion1WithANewerProgramThatStillKnowsIt)
{
    Alone answerer(Side::Answerer);
    CHECK_TRUE(answerer.failureAfter(encode(Greeting{Role::PeerPeer, 1, 9})) == Failure::None);
}

// Against handshakes made by hand, since two channels of the same version send the same greeting.
TEST(ChannelHandshake, BindsTheDiallersGreetingAndThenTheAnswerersAsAnswerer)
{
    SeededRandom random(5);
    Alone answerer(Side::Answerer);
    Bytes first = ByteView(encode(Greeting{Role::PeerPeer, 1, 9})).copy();
    Bytes prologue = first;
    append(prologue, encode(Greeting{}));
    NoiseHandshake initiator(NoiseHandshake::Side::Initiator, prologue, makeKeyPair(random),
                             makeKeyPair(random));
    append(first, fromHex("0020"));
    CHECK_TRUE(initiator.write({}, first));
    CHECK_TRUE(answerer.failureAfter(first) == Failure::None);

    Bytes payload;
    CHECK_TRUE(initiator.read(answerer.channel.output().from(7 + 2), payload));
    Bytes last = fromHex("0040");
    CHECK_TRUE(initiator.write({}, last));
    CHECK_TRUE(answerer.failureAfter(last) == Failure::None);
    CHECK_TRUE(answerer.channel.open());
    BYTES_EQUAL(initiator.handshakeHash(), answerer.channel.handshakeHash());
}

TEST(ChannelHandshake, BindsTheDiallersGreetingAndThenTheAnswerersAsDialler)
{
    SeededRandom random(6);
    Alone dialler(Side::Dialler);
    Bytes answer = ByteView(encode(Greeting{Role::PeerPeer, 1, 9})).copy();
    Bytes prologue = ByteView(encode(Greeting{})).copy();
    append(prologue, answer);
    NoiseHandshake responder(NoiseHandshake::Side::Responder, prologue, makeKeyPair(random),
                             makeKeyPair(random));
    Bytes payload;
    Bytes first = takeOutput(dialler.channel);
    CHECK_TRUE(responder.read(ByteView(first).from(7 + 2), payload));
    append(answer, fromHex("0060"));
    CHECK_TRUE(responder.write({}, answer));
    CHECK_TRUE(dialler.failureAfter(answer) == Failure::None);
    CHECK_TRUE(dialler.channel.open());
    CHECK_TRUE(responder.read(dialler.channel.output().from(2), payload));
    BYTES_EQUAL(responder.handshakeHash(), dialler.channel.handshakeHash());
}

TEST(ChannelHandshake, TellsTheDiallerThatThereIsNoRoom)
{
    CHECK_TRUE(Alone(Side::Dialler).failureAfter(Channel::refusal()) == Failure::Refused);
}

TEST(ChannelHandshake, OpensOnTheExpectedKey)
{
    ChannelPair pair(expecting(ChannelPair::setupOf(Side::Answerer).staticKey.publicKey),
                     ChannelPair::setupOf(Side::Answerer));
    pair.run();
    CHECK_TRUE(pair.dialler.open() && pair.answerer.open());
}

TEST(ChannelHandshake, NeverShowsItsOwnKeyToAnUnexpectedOne)
{
    ChannelPair pair(expecting(Key{3}), ChannelPair::setupOf(Side::Answerer));
    Bytes first = takeOutput(pair.dialler);
    pair.answerer.receive(first);
    pair.dialler.receive(takeOutput(pair.answerer));
    CHECK_TRUE(pair.dialler.failure() == Failure::UnexpectedKey);
    CHECK_FALSE(pair.dialler.open());
    CHECK_TRUE(pair.dialler.output().empty());
    pair.dialler.plaintext().assign(3, 0);
    pair.dialler.flush();
    CHECK_TRUE(pair.dialler.output().empty());
    const Key& own = ChannelPair::setupOf(Side::Dialler).staticKey.publicKey;
    CHECK_TRUE(std::search(first.begin(), first.end(), own.begin(), own.end()) == first.end());
}

TEST(ChannelHandshake, RefusesATooLongRecordAtItsLength)
{
    CHECK_TRUE(Alone(Side::Answerer).failureAfter(greetingThen(fromHex("0101"))) == Failure::TooLong);
    CHECK_TRUE(Alone(Side::Dialler).failureAfter(greetingThen(fromHex("ffff"))) == Failure::TooLong);
    CHECK_TRUE(Alone(Side::Answerer).failureAfter(greetingThen(fromHex("0100"))) == Failure::None);
}

TEST(ChannelHandshake, RefusesRecordsThatAreTooShort)
{
    CHECK_TRUE(Alone(Side::Answerer).failureAfter(greetingThen(fromHex("0000"))) == Failure::BadHandshake);
    CHECK_TRUE(Alone(Side::Answerer).failureAfter(greetingThen(fromHex("0001 aa"))) == Failure::BadHandshake);
    CHECK_TRUE(Alone(Side::Dialler).failureAfter(greetingThen(fromHex("0001 aa"))) == Failure::BadHandshake);
}

TEST(ChannelHandshake, RefusesAKeyOfSmallOrder)
{
    Bytes zeros = fromHex("0020");
    zeros.resize(2 + 32);
    CHECK_TRUE(Alone(Side::Answerer).failureAfter(greetingThen(zeros)) == Failure::BadHandshake);
}

TEST(ChannelHandshake, IgnoresWhatAFirstMessageMayCarryOneDay)
{
    SeededRandom random(5);
    Bytes message = ByteView(makeKeyPair(random).publicKey).copy();
    append(message, ByteView("from a later version"));
    Bytes record = {0, static_cast<Byte>(message.size())};
    append(record, message);
    Alone answerer(Side::Answerer);
    CHECK_TRUE(answerer.failureAfter(greetingThen(record)) == Failure::None);
    CHECK_EQUAL(7u + 2 + 96, answerer.channel.output().size());
}

TEST(ChannelHandshake, TakesTheLastMessageTogetherWithTheFirstRecords)
{
    ChannelPair pair;
    append(pair.dialler.plaintext(), packetOf(5));
    pair.answerer.receive(takeOutput(pair.dialler));
    pair.dialler.receive(takeOutput(pair.answerer));
    send(pair.dialler, packetOf(6));
    pair.answerer.receive(takeOutput(pair.dialler));
    CHECK_TRUE(pair.answerer.open());
    Bytes expected = packetOf(5);
    append(expected, packetOf(6));
    unsigned records = 0;
    BYTES_EQUAL(expected, receivedBy(pair.answerer, &records));
    CHECK_EQUAL(2u, records);
}

TEST(ChannelHandshake, SendsWhatWasQueuedBeforeItWasOpen)
{
    for (std::size_t step : {1, 7, 1000}) {
        ChannelPair pair;
        append(pair.dialler.plaintext(), packetOf(5));
        append(pair.answerer.plaintext(), packetOf(300));
        pair.dialler.flush();
        CHECK_EQUAL(41u + packetOf(5).size(), pair.dialler.queued());
        pair.run(step);
        BYTES_EQUAL(packetOf(5), receivedBy(pair.answerer));
        BYTES_EQUAL(packetOf(300), receivedBy(pair.dialler));
    }
}

TEST(ChannelHandshake, SurvivesGarbage)
{
    SeededRandom random(99);
    for (unsigned round = 0; round < 300; ++round) {
        Alone alone(round % 2 == 0 ? Side::Dialler : Side::Answerer);
        Bytes garbage(random.below(600));
        random.fill(garbage.data(), garbage.size());
        Bytes bytes = round % 3 == 0 ? garbage : greetingThen(garbage);
        alone.channel.receive(bytes);
        alone.channel.receive(garbage);
        CHECK_FALSE(alone.channel.open());
        ByteView plaintext;
        CHECK_FALSE(alone.channel.nextRecord(plaintext));
    }
}

TEST(ChannelHandshake, HasWordsForEachFailure)
{
    for (Failure failure :
         {Failure::NotLinnet, Failure::OtherRole, Failure::OtherVersion, Failure::Refused, Failure::TooLong,
          Failure::BadHandshake, Failure::UnexpectedKey, Failure::BadRecord, Failure::Exhausted})
        CHECK_TRUE(std::string_view(describe(failure)).size() > 10);
}
