// Packets over an open channel: shared records, both ways, and nothing that was touched on the way.
#include "ChannelPair.h"

using namespace linnet::secure;
using namespace linnet::test;
using linnet::wire::kMaxPlaintext;
using linnet::wire::kMaxRecord;
using linnet::wire::kTagSize;

namespace {

using Failure = Channel::Failure;

struct OpenPair : ChannelPair
{
    OpenPair() { run(); }

    // What the dialler makes of `packets`, not yet delivered.
    Bytes sealed(ByteView packets)
    {
        send(dialler, packets);
        return takeOutput(dialler);
    }
};

// The sizes of the records in `bytes`, tags included.
std::vector<std::size_t> recordSizes(ByteView bytes)
{
    std::vector<std::size_t> sizes;
    while (!bytes.empty()) {
        sizes.push_back(static_cast<std::size_t>(bytes[0] << 8 | bytes[1]));
        bytes = bytes.from(2 + sizes.back());
    }
    return sizes;
}

} // namespace

TEST_GROUP(ChannelRecord)
{
    OpenPair pair;
};

TEST(ChannelRecord, CarriesPacketsBothWays)
{
    send(pair.dialler, packetOf(10, 'a'));
    send(pair.answerer, packetOf(20, 'b'));
    pair.run();
    BYTES_EQUAL(packetOf(10, 'a'), receivedBy(pair.answerer));
    BYTES_EQUAL(packetOf(20, 'b'), receivedBy(pair.dialler));
}

TEST(ChannelRecord, AddsLengthAndTagToWhatLeavesTogether)
{
    Bytes packets = packetOf(64);
    append(packets, packetOf(64));
    BYTES_EQUAL(fromHex("0094"), ByteView(pair.sealed(packets)).first(2));
    CHECK_EQUAL(2u + 66 + 16, pair.sealed(packetOf(64)).size());
}

TEST(ChannelRecord, FlushesNothingWhenNothingIsQueued)
{
    pair.dialler.flush();
    CHECK_TRUE(pair.dialler.output().empty());
}

TEST(ChannelRecord, CutsBetweenPacketsOnly)
{
    Bytes packets;
    for (unsigned i = 0; i < 300; ++i)
        append(packets, packetOf(100, static_cast<Byte>(i)));
    Bytes sealed = pair.sealed(packets);
    std::size_t whole = kMaxPlaintext / 102 * 102;
    std::vector<std::size_t> expected(3, whole + kTagSize);
    expected.push_back(packets.size() - 3 * whole + kTagSize);
    CHECK_TRUE(recordSizes(sealed) == expected);

    pair.answerer.receive(sealed);
    ByteView plaintext;
    while (pair.answerer.nextRecord(plaintext))
        CHECK_EQUAL(0u, plaintext.size() % 102);
}

TEST(ChannelRecord, FillsARecordToItsLimit)
{
    Bytes largest = packetOf(kMaxPlaintext - 3);
    CHECK_EQUAL(kMaxPlaintext, largest.size());
    Bytes packets = largest;
    append(packets, packetOf(0));
    append(packets, largest);
    Bytes sealed = pair.sealed(packets);
    CHECK_TRUE(recordSizes(sealed) == std::vector<std::size_t>({kMaxRecord, 2 + kTagSize, kMaxRecord}));
    pair.answerer.receive(sealed);
    BYTES_EQUAL(packets, receivedBy(pair.answerer));
}

TEST(ChannelRecord, TakesRecordsInPiecesOfAnySize)
{
    Bytes packets = packetOf(40);
    append(packets, packetOf(50));
    for (std::size_t step = 1; step < 130; ++step) {
        send(pair.dialler, packets);
        send(pair.dialler, packets);
        Bytes expected = packets;
        append(expected, packets);
        Bytes sealed = takeOutput(pair.dialler);
        Bytes received;
        for (std::size_t at = 0; at < sealed.size(); at += step) {
            pair.answerer.receive(ByteView(sealed).from(at).first(std::min(step, sealed.size() - at)));
            append(received, receivedBy(pair.answerer));
        }
        BYTES_EQUAL(expected, received);
    }
}

TEST(ChannelRecord, CarriesMuchBothWaysAtOnce)
{
    SeededRandom random(4);
    Bytes there;
    Bytes back;
    Bytes thereReceived;
    Bytes backReceived;
    for (unsigned round = 0; round < 100; ++round) {
        Bytes packet = packetOf(random.below(8000), static_cast<Byte>(round));
        append(there, packet);
        send(pair.dialler, packet);
        for (unsigned i = 0; i < 20; ++i) {
            packet = packetOf(random.below(200), static_cast<Byte>(round + i));
            append(back, packet);
            append(pair.answerer.plaintext(), packet);
        }
        pair.answerer.flush();
        pair.run(1 + random.below(5000));
        append(thereReceived, receivedBy(pair.answerer));
        append(backReceived, receivedBy(pair.dialler));
    }
    CHECK_TRUE(there == thereReceived);
    CHECK_TRUE(back == backReceived);
}

TEST(ChannelRecord, GivesItsOutputAsTheSocketTakesIt)
{
    Bytes expected;
    Bytes packets;
    for (unsigned i = 0; i < 50; ++i) {
        Bytes packet = packetOf(1000, static_cast<Byte>(i));
        append(expected, packet);
        send(pair.dialler, packet);
        Bytes piece = pair.dialler.output().first(700).copy();
        pair.dialler.sent(piece.size());
        pair.answerer.receive(piece);
        append(packets, receivedBy(pair.answerer));
    }
    CHECK_EQUAL(pair.dialler.output().size(), pair.dialler.queued());
    pair.answerer.receive(takeOutput(pair.dialler));
    append(packets, receivedBy(pair.answerer));
    CHECK_EQUAL(0u, pair.dialler.queued());
    BYTES_EQUAL(expected, packets);
}

TEST(ChannelRecord, CountsWhatIsQueuedSealedOrNot)
{
    append(pair.dialler.plaintext(), packetOf(10));
    CHECK_EQUAL(12u, pair.dialler.queued());
    pair.dialler.flush();
    CHECK_EQUAL(12u + 18, pair.dialler.queued());
}

TEST(ChannelRecord, RefusesAnyFlippedBit)
{
    for (std::size_t bit = 0; bit < (2 + 6 + 16) * 8; ++bit) {
        OpenPair fresh;
        Bytes sealed = fresh.sealed(packetOf(4));
        CHECK_EQUAL(2u + 6 + 16, sealed.size());
        sealed[bit / 8] ^= static_cast<Byte>(1u << bit % 8);
        fresh.answerer.receive(sealed);
        CHECK_TRUE(receivedBy(fresh.answerer).empty());
        bool lengthGrew = bit < 16 && fresh.answerer.failure() == Failure::None; // waits for the rest
        CHECK_TRUE(lengthGrew || fresh.answerer.failure() != Failure::None);
        CHECK_TRUE(lengthGrew || !fresh.answerer.open());
    }
}

TEST(ChannelRecord, RefusesAReplayedRecord)
{
    Bytes sealed = pair.sealed(packetOf(4));
    pair.answerer.receive(sealed);
    BYTES_EQUAL(packetOf(4), receivedBy(pair.answerer));
    pair.answerer.receive(sealed);
    CHECK_TRUE(receivedBy(pair.answerer).empty());
    CHECK_TRUE(pair.answerer.failure() == Failure::BadRecord);
}

TEST(ChannelRecord, RefusesRecordsThatChangedPlacesOrAreMissing)
{
    Bytes first = pair.sealed(packetOf(4));
    Bytes second = pair.sealed(packetOf(5));
    pair.answerer.receive(second);
    pair.answerer.receive(first);
    CHECK_TRUE(receivedBy(pair.answerer).empty());
    CHECK_TRUE(pair.answerer.failure() == Failure::BadRecord);
}

TEST(ChannelRecord, RefusesItsOwnRecords)
{
    Bytes sealed = pair.sealed(packetOf(4));
    pair.dialler.receive(sealed);
    CHECK_TRUE(receivedBy(pair.dialler).empty());
    CHECK_TRUE(pair.dialler.failure() == Failure::BadRecord);
}

TEST(ChannelRecord, WaitsForTheRestOfATruncatedRecord)
{
    Bytes sealed = pair.sealed(packetOf(4));
    pair.answerer.receive(ByteView(sealed).first(sealed.size() - 1));
    CHECK_TRUE(receivedBy(pair.answerer).empty());
    CHECK_TRUE(pair.answerer.open());
    pair.answerer.receive(ByteView(sealed).from(sealed.size() - 1));
    BYTES_EQUAL(packetOf(4), receivedBy(pair.answerer));
}

TEST(ChannelRecord, RefusesATooLongRecordAtItsLength)
{
    pair.answerer.receive(fromHex("2001"));
    CHECK_TRUE(receivedBy(pair.answerer).empty());
    CHECK_TRUE(pair.answerer.failure() == Failure::TooLong);
}

TEST(ChannelRecord, RefusesARecordShorterThanItsTag)
{
    for (const char* hex : {"0000", "0001", "000f"}) {
        OpenPair fresh;
        fresh.answerer.receive(fromHex(hex));
        CHECK_TRUE(receivedBy(fresh.answerer).empty());
        CHECK_TRUE(fresh.answerer.failure() == Failure::BadRecord);
    }
}

TEST(ChannelRecord, GivesTheRecordsBeforeABadOne)
{
    Bytes bytes = pair.sealed(packetOf(4));
    append(bytes, fromHex("0010 00000000000000000000000000000000"));
    pair.answerer.receive(bytes);
    BYTES_EQUAL(packetOf(4), receivedBy(pair.answerer));
    CHECK_TRUE(pair.answerer.failure() == Failure::BadRecord);
}

TEST(ChannelRecord, NeitherTakesNorSendsAnythingAfterAFailure)
{
    pair.answerer.receive(fromHex("0000"));
    CHECK_TRUE(receivedBy(pair.answerer).empty());
    pair.answerer.receive(pair.sealed(packetOf(4)));
    CHECK_TRUE(receivedBy(pair.answerer).empty());
    send(pair.answerer, packetOf(4));
    CHECK_TRUE(pair.answerer.output().empty());
    CHECK_TRUE(pair.answerer.failure() == Failure::BadRecord);
}

TEST(ChannelRecord, SurvivesGarbage)
{
    SeededRandom random(17);
    for (unsigned round = 0; round < 200; ++round) {
        OpenPair fresh;
        Bytes garbage(1 + random.below(20000));
        random.fill(garbage.data(), garbage.size());
        fresh.answerer.receive(garbage);
        CHECK_TRUE(receivedBy(fresh.answerer).empty());
    }
}
