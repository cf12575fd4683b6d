// The registry on real sockets: loopback, free ports, a dialling peer.
#include "registry/app/RegistryServer.h"
#include "RegistryFixture.h"
#include "link/Connection.h"
#include "link/DatagramSocket.h"
#include "link/Resolver.h"
#include "support/TemporaryDirectory.h"

#include <stdexcept>

using namespace linnet;
using namespace linnet::test;
using link::Milliseconds;

namespace {

// A peer's end of a connection to a registry, with the packets it got.
class Dialler final : public link::ConnectionHandler
{
public:
    Dialler(link::EventLoop& loop, link::Resolver& resolver, std::uint16_t port, const secure::KeyPair& key)
        : loop_(loop)
    {
        secure::Channel::Setup setup{secure::Channel::Side::Dialler, wire::Role::PeerRegistry, key, {}};
        connection.emplace(loop, *this, 1, resolver, wire::Endpoint{"127.0.0.1", port}, setup, random_,
                           link::Connection::Timing{});
    }
    void onOpen(link::Connection&) override { opened = true; }
    void onRecord(link::Connection&, wire::ByteView plaintext) override { wire::append(received, plaintext); }
    void onClosed(link::Connection&, const link::CloseReason& reason) override { closed = reason; }

    template <class Condition>
    void wait(Condition condition)
    {
        for (unsigned round = 0; round < 1000 && !condition(); ++round)
            loop_.runOnce(Milliseconds(10));
        CHECK_TRUE(condition());
    }
    void open()
    {
        wait([this] { return opened; });
    }
    // The next packet, whose text lives until the next call.
    wire::RawPacket next()
    {
        received.erase(received.begin(), received.begin() + static_cast<std::ptrdiff_t>(taken_));
        wire::RawPacket packet;
        wait([&] {
            wire::PacketReader reader(received);
            return reader.next(packet);
        });
        taken_ = static_cast<std::size_t>(packet.body.end() - received.data());
        return packet;
    }
    template <class Reply, class Packet>
    Reply ask(const Packet& packet)
    {
        connection->send(packet);
        wire::RawPacket raw = next();
        TEXT_EQUAL(wire::packetName(Reply::kType), wire::packetName(raw.type));
        std::optional<Reply> reply = wire::decodeBody<Reply>(raw.body);
        CHECK_TRUE(reply.has_value());
        return *reply;
    }

    std::optional<link::Connection> connection;
    bool opened = false;
    std::optional<link::CloseReason> closed;
    wire::Bytes received;

private:
    link::EventLoop& loop_;
    secure::SystemRandom random_;
    std::size_t taken_ = 0;
};

} // namespace

TEST_GROUP(RegistryServer)
{
    TemporaryDirectory directory;
    RecordingDiagnostics diagnostics;
    link::EventLoop loop;
    link::Resolver resolver{loop};
    RegistryOptions options;
    std::unique_ptr<registry::RegistryServer> server;
    SeededRandom random{7};
    secure::Identity identity = secure::Identity::make(random);

    void setup() override
    {
        options.stateDirectory = directory.file("state");
        options.listen = {"127.0.0.1", 0};
        options.udpPort = 0;
        start();
    }
    void start()
    {
        server.reset();
        server = std::make_unique<registry::RegistryServer>(loop, options, &diagnostics);
    }
    std::unique_ptr<Dialler> dial()
    {
        return std::make_unique<Dialler>(loop, resolver, server->tcpPort(), identity.noiseKey());
    }
    wire::Register registration()
    {
        return {"ada", secure::makeVerifier("correct horse", {}, wire::kMinIterations),
                identity.publicHalf().signingKey, identity.publicHalf().binding, ""};
    }
};

TEST(RegistryServer, RegistersLogsInAndHearsHeartbeats)
{
    std::unique_ptr<Dialler> ada = dial();
    ada->open();
    CHECK_TRUE(ada->connection->channel().remoteKey() == server->publicKey());
    ada->ask<wire::Done>(registration());
    wire::LoggedIn loggedIn = ada->ask<wire::LoggedIn>(wire::Login{"ada", 5858, "", wire::Status::Online});
    LONGS_EQUAL(server->udpPort(), loggedIn.udpPort);
    TEXT_EQUAL("127.0.0.1", loggedIn.observedHost);

    std::optional<wire::AnswerBody> answer;
    link::DatagramSocket socket(loop, {"127.0.0.1", 0},
                                [&](wire::Byte* datagram, std::size_t size, const link::SocketAddress&) {
                                    auto body = secure::openDatagram(loggedIn.downKey, datagram, size);
                                    CHECK_TRUE(body.has_value());
                                    answer = wire::decodeBody<wire::AnswerBody>(*body);
                                });
    auto beat = [&](std::uint64_t counter, std::uint64_t echo) {
        wire::Bytes body;
        wire::ByteWriter writer(body);
        const wire::HeartbeatBody fields{wire::Status::Away, echo};
        wire::HeartbeatBody::fields(writer, fields);
        wire::Bytes datagram;
        secure::sealDatagram({wire::DatagramType::Heartbeat, loggedIn.session, counter}, loggedIn.upKey, body,
                             datagram);
        answer.reset();
        socket.send(datagram, *link::toAddress({"127.0.0.1", server->udpPort()}));
        ada->wait([&] { return answer.has_value(); });
        return *answer;
    };
    wire::AnswerBody challenge = beat(1, 0);
    CHECK_TRUE(challenge.kind == wire::AnswerBody::Kind::Challenge);
    CHECK_TRUE(beat(2, challenge.value).kind == wire::AnswerBody::Kind::Heard);
    wire::OnlineList list = ada->ask<wire::OnlineList>(wire::ListOnline{""});
    CHECK_TRUE(list.users.at(0).status == wire::Status::Away);
}

TEST(RegistryServer, KeepsItsKeyAndItsAccountsAcrossARestart)
{
    wire::Key key = server->publicKey();
    std::unique_ptr<Dialler> ada = dial();
    ada->open();
    ada->ask<wire::Done>(registration());
    ada.reset();
    start();
    CHECK_TRUE(server->publicKey() == key);
    ada = dial();
    ada->open();
    ada->ask<wire::LoggedIn>(wire::Login{"ada", 5858, "", wire::Status::Online});
}

TEST(RegistryServer, SaysGoodbyeWhenItStops)
{
    std::unique_ptr<Dialler> ada = dial();
    ada->open();
    ada->ask<wire::Done>(registration());
    server->stop();
    wire::RawPacket packet = ada->next();
    CHECK_TRUE(packet.type == wire::PacketType::Goodbye);
    CHECK_TRUE(wire::decodeBody<wire::Goodbye>(packet.body)->reason == wire::Goodbye::Reason::ShuttingDown);
    ada->wait([&] { return ada->closed.has_value(); });
}

TEST(RegistryServer, ClosesTheConnectionOfABadPacketAlone)
{
    std::unique_ptr<Dialler> ada = dial();
    std::unique_ptr<Dialler> eve = dial();
    ada->open();
    eve->open();
    wire::Bytes bad{0x7e, 0};
    eve->connection->sendEncoded(bad);
    CHECK_TRUE(wire::decodeBody<wire::Goodbye>(eve->next().body)->reason == wire::Goodbye::Reason::BadPacket);
    eve->wait([&] { return eve->closed.has_value(); });
    ada->ask<wire::Done>(registration());
}

TEST(RegistryServer, LetsAnHonestPeerInWhileSilentOnesWaitOutside)
{
    std::vector<std::unique_ptr<Dialler>> silent;
    for (unsigned i = 0; i < 60; ++i) {
        silent.push_back(dial());
        silent.back()->open();
    }
    std::unique_ptr<Dialler> ada = dial();
    ada->open();
    ada->ask<wire::Done>(registration());
    unsigned closed = 0;
    ada->wait([&] {
        closed = 0;
        for (const auto& dialler : silent)
            closed += dialler->closed.has_value();
        return closed >= 31;
    });
    LONGS_EQUAL(31, closed);
}

TEST(RegistryServer, SaysThatThePortIsInUse)
{
    RegistryOptions other = options;
    other.stateDirectory = directory.file("other");
    other.listen.port = server->tcpPort();
    try {
        registry::RegistryServer second(loop, other);
        FAIL("two registries on one port");
    }
    catch (const std::runtime_error& error) {
        CHECK_TRUE(std::string(error.what()).find(std::to_string(server->tcpPort())) != std::string::npos);
    }
}

TEST(RegistryServer, SaysThatAnotherRunsOnTheStateDirectory)
{
    CHECK_THROWS(std::runtime_error, registry::RegistryServer(loop, options));
}

TEST(RegistryServer, TakesTheSignUpModeWhileRunning)
{
    options.signUp = SignUp::Closed;
    server->reload(options);
    std::unique_ptr<Dialler> ada = dial();
    ada->open();
    CHECK_TRUE(ada->ask<wire::Refused>(registration()).why == wire::Refusal::SignUpClosed);
}
