// Links are kept by id; a link that ends is handed to a posted task, since connections must not be destroyed
// from inside their own callbacks.
#include "adapters/BoardNetwork.h"

#include "core/Peer.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace linnet::peer {

namespace {

constexpr unsigned kPortsToTry = 100;
constexpr std::size_t kMaxHalfOpen = 30;
constexpr std::size_t kMaxHalfOpenPerHost = 5;
constexpr Milliseconds kBetweenComplaints{10000};

ClosedLink::Why why(const link::CloseReason& reason)
{
    using Kind = link::CloseReason::Kind;
    using Failure = secure::Channel::Failure;
    if (reason.kind == Kind::Unreachable) return ClosedLink::Why::Unreachable;
    if (reason.kind != Kind::Failed) return ClosedLink::Why::Broken;
    switch (reason.failure) {
    case Failure::UnexpectedKey:
        return ClosedLink::Why::WrongKey;
    case Failure::NotLinnet:
    case Failure::OtherRole:
    case Failure::OtherVersion:
        return ClosedLink::Why::Mismatch;
    default:
        return ClosedLink::Why::Broken;
    }
}

bool isLoopback(const Endpoint& host)
{
    auto address = link::toAddress(host);
    return address && address->isLoopback();
}

} // namespace

BoardNetwork::BoardNetwork(link::EventLoop& loop, secure::Random& random, Diagnostics& diagnostics,
                           const Settings& settings)
    : loop_(loop), random_(random), diagnostics_(diagnostics), settings_(settings), resolver_(loop)
{
    listen();
    datagrams_ = std::make_unique<link::DatagramSocket>(
        loop_, Endpoint{{}, 0}, [this](wire::Byte* datagram, std::size_t size, const link::SocketAddress&) {
            // Who sent it does not matter: it is sealed, or it is nothing.
            if (peer_) peer_->datagram({datagram, size});
        });
}

BoardNetwork::~BoardNetwork() = default;

void BoardNetwork::listen()
{
    auto accept = [this](int fd, const Endpoint& remote) { accepted(fd, remote); };
    if (settings_.listen) {
        try {
            listener_ = std::make_unique<link::Listener>(loop_, *settings_.listen, accept);
            return;
        }
        catch (const std::runtime_error& trouble) {
            throw std::runtime_error(std::string(trouble.what()) + "; --listen PORT chooses another");
        }
    }
    for (unsigned i = 0; i < kPortsToTry; ++i) {
        try {
            Endpoint everywhere{{}, static_cast<std::uint16_t>(wire::kFirstPeerPort + i)};
            listener_ = std::make_unique<link::Listener>(loop_, everywhere, accept);
            return;
        }
        catch (const std::runtime_error&) {
            if (i + 1 == kPortsToTry) throw;
        }
    }
}

// ---- What the core asks for ----

LinkId BoardNetwork::dial(const Endpoint& to, wire::Role role, const std::optional<Key>& expectedKey)
{
    LinkId id = ++last_;
    secure::Channel::Setup setup;
    setup.side = secure::Channel::Side::Dialler;
    setup.role = role;
    setup.staticKey = noiseKey_.value();
    setup.expectedKey = expectedKey;
    link::ConnectionHandler& handler = *this;
    links_[id] = {role, true,
                  std::make_unique<link::Connection>(loop_, handler, id, resolver_, to, setup, random_,
                                                     settings_.timing)};
    return id;
}

void BoardNetwork::send(LinkId id, ByteView packets)
{
    auto found = links_.find(id);
    if (found != links_.end()) found->second.connection->sendEncoded(packets);
}

bool BoardNetwork::full(LinkId id)
{
    auto found = links_.find(id);
    return found != links_.end() && found->second.connection->full();
}

void BoardNetwork::close(LinkId id)
{
    auto found = links_.find(id);
    if (found == links_.end()) return;
    found->second.connection->close();
    retire(id);
}

void BoardNetwork::sendDatagram(const Endpoint& numeric, ByteView datagram)
{
    if (auto address = link::toAddress(numeric)) datagrams_->send(datagram, *address);
}

void BoardNetwork::retire(LinkId id)
{
    auto found = links_.find(id);
    if (found == links_.end()) return;
    std::shared_ptr<link::Connection> retired = std::move(found->second.connection);
    links_.erase(found);
    loop_.post([retired] {});
}

// ---- What comes in ----

bool BoardNetwork::roomFor(const Endpoint& remote) const
{
    std::size_t all = 0;
    std::size_t sameHost = 0;
    for (auto& [id, link] : links_) {
        if (link.dialled || link.connection->open()) continue;
        ++all;
        if (link.connection->remote().host == remote.host) ++sameHost;
    }
    bool crowded = sameHost >= kMaxHalfOpenPerHost && !isLoopback(remote);
    return all < kMaxHalfOpen && !crowded;
}

void BoardNetwork::accepted(int fd, const Endpoint& remote)
{
    if (!noiseKey_ || !roomFor(remote)) return refuse(fd);
    LinkId id = ++last_;
    secure::Channel::Setup setup;
    setup.side = secure::Channel::Side::Answerer;
    setup.role = wire::Role::PeerPeer;
    setup.staticKey = *noiseKey_;
    link::ConnectionHandler& handler = *this;
    links_[id] = {
        wire::Role::PeerPeer, false,
        std::make_unique<link::Connection>(loop_, handler, id, fd, remote, setup, random_, settings_.timing)};
}

void BoardNetwork::refuse(int fd)
{
    wire::GreetingBytes refusal = secure::Channel::refusal();
    // One small write into an empty socket buffer; whether it arrives does not matter.
    (void)::send(fd, refusal.data(), refusal.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::close(fd);
}

void BoardNetwork::onOpen(link::Connection& connection)
{
    const Link& link = links_.at(connection.id());
    peer_->opened({connection.id(), link.role, link.dialled, connection.channel().remoteKey(),
                   connection.channel().handshakeHash(), connection.remote()});
}

void BoardNetwork::onRecord(link::Connection& connection, ByteView plaintext)
{
    peer_->record(connection.id(), plaintext);
}

void BoardNetwork::onDrained(link::Connection& connection)
{
    peer_->drained(connection.id());
}

// A fault of the other side is worth a line, but whoever sends garbage must not fill the log.
void BoardNetwork::logEnd(const link::Connection& connection, const link::CloseReason& reason)
{
    std::string line = "connection with " + wire::toString(connection.remote()) + " ended: " + reason.words;
    bool theirFault = reason.kind == link::CloseReason::Kind::Failed;
    bool lately = lastComplaint_ && loop_.now() - *lastComplaint_ < kBetweenComplaints;
    Diagnostics::Level level = Diagnostics::Level::Debug;
    if (theirFault) level = lately ? Diagnostics::Level::Info : Diagnostics::Level::Warning;
    if (level == Diagnostics::Level::Warning) lastComplaint_ = loop_.now();
    diagnostics_.log(level, line);
}

void BoardNetwork::onClosed(link::Connection& connection, const link::CloseReason& reason)
{
    LinkId id = connection.id();
    logEnd(connection, reason);
    std::string words = reason.words;
    ClosedLink closed{id, why(reason), words};
    retire(id);
    peer_->closed(closed);
}

} // namespace linnet::peer
