// The fakes and the Board.
#include "RegistryFixture.h"

namespace linnet::test {

bool RecordingDiagnostics::mentions(std::string_view text) const
{
    for (const std::string& line : lines)
        if (line.find(text) != std::string::npos) return true;
    return false;
}

Address addressOf(unsigned a, unsigned b, unsigned c, unsigned d, std::uint16_t port)
{
    Address address;
    address.ip = {0,
                  0,
                  0,
                  0,
                  0,
                  0,
                  0,
                  0,
                  0,
                  0,
                  0xff,
                  0xff,
                  static_cast<wire::Byte>(a),
                  static_cast<wire::Byte>(b),
                  static_cast<wire::Byte>(c),
                  static_cast<wire::Byte>(d)};
    address.port = port;
    return address;
}

World::World()
{
    random.fill(secret.data(), secret.size());
    restart();
}

void World::restart()
{
    service.emplace(RegistryService::Ports{accounts, outbound, diagnostics, random}, secret, 5151);
}

void World::advance(unsigned seconds, unsigned milliseconds)
{
    now.milliseconds += seconds * 1000 + milliseconds;
    now.wall += seconds;
}

void World::run(unsigned seconds)
{
    for (unsigned i = 0; i < seconds; ++i) {
        advance(1);
        service->tick(now);
    }
}

Board::Board(World& theWorld, std::string theName, Address theAddress)
    : world(theWorld),
      name(std::move(theName)),
      address(theAddress),
      udp(theAddress),
      identity(secure::Identity::make(theWorld.random))
{
    udp.port = 50000;
    world.random.fill(handshakeHash.data(), handshakeHash.size());
}

void Board::connect()
{
    connection = ++world.lastConnection;
    world.service->connectionOpened(connection, address, identity.noiseKey().publicKey, handshakeHash,
                                    world.now);
}

wire::RawPacket Board::request(wire::ByteView packets)
{
    if (connection == 0) connect();
    world.outbound.packetsTo.erase(connection);
    world.service->record(connection, packets, world.now);
    kept_.push_back(world.outbound.packetsTo[connection]);
    wire::PacketReader reader(kept_.back());
    wire::RawPacket packet;
    if (!reader.next(packet)) packet.type = wire::PacketType::Goodbye; // no reply
    return packet;
}

wire::Register Board::registration(std::string_view password)
{
    wire::Register request;
    request.name = name;
    wire::Salt salt{};
    world.random.fill(salt.data(), salt.size());
    request.verifier = secure::makeVerifier(password, salt, wire::kMinIterations);
    request.signingKey = identity.publicHalf().signingKey;
    request.binding = identity.publicHalf().binding;
    return request;
}

void Board::signUp(std::string_view password)
{
    expect<wire::Done>(registration(password));
}

wire::Login Board::loginRequest(wire::Status status) const
{
    return {name, listenPort, advertise, status};
}

void Board::logIn(wire::Status status)
{
    take(expect<wire::LoggedIn>(loginRequest(status)));
}

void Board::signUpAndLogIn(wire::Status status)
{
    signUp();
    logIn(status);
}

wire::RawPacket Board::logInByPassword(std::string_view password)
{
    wire::RawPacket reply = ask(loginRequest());
    if (reply.type != wire::PacketType::PasswordNeeded) return reply;
    secure::ScramClient client(name, password, handshakeHash, "rOprNGfwEbeRWgbNEkqO");
    reply = ask(wire::ScramFirst{client.first()});
    if (reply.type != wire::PacketType::ScramChallenge) return reply;
    std::optional<std::string> final =
        client.final(wire::decodeBody<wire::ScramChallenge>(reply.body)->message);
    CHECK_TEXT(final.has_value(), "the challenge makes no sense to the client");
    wire::ScramFinal message{*final, identity.publicHalf().signingKey, identity.publicHalf().binding};
    reply = ask(message);
    if (reply.type != wire::PacketType::LoggedIn) return reply;
    auto loggedIn = wire::decodeBody<wire::LoggedIn>(reply.body);
    CHECK_TEXT(client.verify(loggedIn->scram), "the registry does not prove that it knows the verifier");
    take(*loggedIn);
    return reply;
}

void Board::take(const wire::LoggedIn& loggedIn)
{
    session = loggedIn.session;
    keys = {loggedIn.upKey, loggedIn.downKey};
    counter = 0;
}

bool Board::closedFor(wire::Goodbye::Reason reason) const
{
    auto found = world.outbound.closed.find(connection);
    return found != world.outbound.closed.end() && found->second == reason;
}

wire::Bytes Board::heartbeatBytes(std::uint64_t echo, wire::Status status)
{
    wire::Bytes body;
    wire::ByteWriter writer(body);
    const wire::HeartbeatBody fields{status, echo};
    wire::HeartbeatBody::fields(writer, fields);
    wire::Bytes datagram;
    secure::sealDatagram({wire::DatagramType::Heartbeat, session, ++counter}, keys.up, body, datagram);
    return datagram;
}

std::optional<wire::AnswerBody> Board::deliver(wire::Bytes datagram, const Address& from)
{
    std::size_t before = world.outbound.datagrams.size();
    world.service->datagram(datagram.data(), datagram.size(), from, world.now);
    if (world.outbound.datagrams.size() == before) return std::nullopt;
    SentDatagram answer = world.outbound.datagrams[before];
    CHECK_TRUE(answer.to == from);
    CHECK_TRUE(answer.bytes.size() <= datagram.size());
    auto body = secure::openDatagram(keys.down, answer.bytes.data(), answer.bytes.size());
    CHECK_TEXT(body.has_value(), "an answer that is not sealed for this session");
    return wire::decodeBody<wire::AnswerBody>(*body);
}

std::optional<wire::AnswerBody> Board::heartbeat(const Address& from, std::uint64_t echo, wire::Status status)
{
    return deliver(heartbeatBytes(echo, status), from);
}

void Board::proveAddress()
{
    auto challenge = heartbeat(udp);
    CHECK_TRUE(challenge && challenge->kind == wire::AnswerBody::Kind::Challenge);
    auto heard = heartbeat(udp, challenge->value);
    CHECK_TRUE(heard && heard->kind == wire::AnswerBody::Kind::Heard);
}

void Board::seen(std::uint32_t id)
{
    wire::Bytes body;
    wire::ByteWriter(body).u32(id);
    wire::Bytes datagram;
    secure::sealDatagram({wire::DatagramType::NoticeSeen, session, ++counter}, keys.up, body, datagram);
    CHECK_FALSE(deliver(datagram, udp).has_value());
}

std::vector<wire::Notice> Board::notices()
{
    std::vector<wire::Notice> notices;
    for (; datagramsRead_ < world.outbound.datagrams.size(); ++datagramsRead_) {
        const SentDatagram& sent = world.outbound.datagrams[datagramsRead_];
        if (sent.to != udp || sent.bytes[0] != static_cast<wire::Byte>(wire::DatagramType::Notice)) continue;
        kept_.push_back(sent.bytes);
        auto body = secure::openDatagram(keys.down, kept_.back().data(), kept_.back().size());
        if (!body) continue; // for an earlier session
        notices.push_back(*wire::decodeBody<wire::Notice>(*body));
    }
    return notices;
}

} // namespace linnet::test
