// Sockets on one side, RegistryService on the other. Nothing is decided here but when connections live and
// die.
#include "registry/app/RegistryServer.h"

#include "link/Connection.h"
#include "link/DatagramSocket.h"
#include "link/Listener.h"
#include "registry/core/Admission.h"
#include "registry/core/RegistryService.h"
#include "registry/store/SqliteAccountStore.h"
#include "registry/store/StateDirectory.h"

#include <ctime>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace linnet::registry {

using link::Connection;

namespace {

constexpr unsigned kDeadlineCheck = 5000; // milliseconds, while there are connections

// What `make` makes; its failure names the option to change.
template <class Make>
auto naming(const char* option, Make make)
{
    try {
        return make();
    }
    catch (const std::runtime_error& error) {
        throw std::runtime_error(std::string(error.what()) + " (" + option + ")");
    }
}

class Silence final : public Diagnostics
{
    void event(Level, std::string_view) override {}
};

} // namespace

class RegistryServer::Impl final : public Outbound, public link::ConnectionHandler
{
public:
    Impl(link::EventLoop& loop, const RegistryOptions& options, Diagnostics* diagnostics);

    void stop();
    void reload(const RegistryOptions& options);
    std::uint16_t tcpPort() const { return listener_.port(); }
    std::uint16_t udpPort() const { return datagrams_.port(); }
    const wire::Key& publicKey() const { return keys_.staticKey.publicKey; }

private:
    void sendPackets(ConnectionId to, wire::ByteView packets) override;
    void closeConnection(ConnectionId connection, wire::Goodbye::Reason reason) override;
    void sendDatagram(wire::ByteView datagram, const Address& to) override;

    void onOpen(Connection& connection) override;
    void onRecord(Connection& connection, wire::ByteView plaintext) override;
    void onClosed(Connection& connection, const link::CloseReason& reason) override;

    void accept(int fd, const wire::Endpoint& remote);
    void received(wire::Byte* datagram, std::size_t size, const link::SocketAddress& from);
    void bury(ConnectionId id);
    Now now() const;
    void armTick();
    void tick();

    link::EventLoop& loop_;
    Silence silence_;
    Diagnostics& diagnostics_;
    secure::SystemRandom random_;
    StateDirectory state_;
    RegistryKeys keys_;
    SqliteAccountStore accounts_;
    link::Listener listener_;
    link::DatagramSocket datagrams_;
    RegistryService service_;
    Admission admission_;
    std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections_;
    ConnectionId lastId_ = 0;
    link::TimerId timer_ = 0;
    std::uint64_t timerDue_ = 0; // milliseconds
    bool stopped_ = false;
};

RegistryServer::Impl::Impl(link::EventLoop& loop, const RegistryOptions& options, Diagnostics* diagnostics)
    : loop_(loop),
      diagnostics_(diagnostics ? *diagnostics : silence_),
      state_(options.stateDirectory, StateDirectory::Use::Run),
      keys_(state_.keys(random_)),
      accounts_(state_.database(), diagnostics_),
      listener_(naming("--listen",
                       [&] {
                           return link::Listener(
                               loop, options.listen,
                               [this](int fd, const wire::Endpoint& remote) { accept(fd, remote); });
                       })),
      datagrams_(naming("--udp-port",
                        [&] {
                            return link::DatagramSocket(
                                loop, {options.listen.host, options.udpPort},
                                [this](wire::Byte* datagram, std::size_t size,
                                       const link::SocketAddress& from) { received(datagram, size, from); });
                        })),
      service_({accounts_, *this, diagnostics_, random_}, keys_.secret, datagrams_.port())
{
    if (options.signUp) accounts_.setSignUp(*options.signUp);
}

Now RegistryServer::Impl::now() const
{
    return {static_cast<std::uint64_t>(loop_.now().count()), static_cast<std::uint64_t>(std::time(nullptr))};
}

void RegistryServer::Impl::accept(int fd, const wire::Endpoint& remote)
{
    std::optional<link::SocketAddress> address = link::toAddress(remote);
    ConnectionId id = ++lastId_;
    Admission::Verdict verdict;
    if (address) verdict = admission_.arrived(id, {address->ip, address->port}, now());
    if (verdict.givesWay) closeConnection(*verdict.givesWay, wire::Goodbye::Reason::Crowded);
    if (!verdict.admitted) {
        wire::GreetingBytes refusal = secure::Channel::refusal();
        // Best effort: the other side sees the end in any case.
        if (::send(fd, refusal.data(), refusal.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        }
        ::close(fd);
        diagnostics_.event(Diagnostics::Level::Warning, "too many connections from " + remote.host);
        return;
    }
    secure::Channel::Setup setup;
    setup.side = secure::Channel::Side::Answerer;
    setup.role = wire::Role::PeerRegistry;
    setup.staticKey = keys_.staticKey;
    connections_[id] =
        std::make_unique<Connection>(loop_, *this, id, fd, remote, setup, random_, Connection::Timing{});
    armTick();
}

void RegistryServer::Impl::onOpen(Connection& connection)
{
    std::optional<link::SocketAddress> address = link::toAddress(connection.remote());
    service_.connectionOpened(connection.id(), {address->ip, address->port}, connection.channel().remoteKey(),
                              connection.channel().handshakeHash(), now());
}

void RegistryServer::Impl::onRecord(Connection& connection, wire::ByteView plaintext)
{
    ConnectionId id = connection.id();
    service_.record(id, plaintext, now());
    admission_.heard(id, service_.isLoggedIn(id), now());
    armTick();
}

void RegistryServer::Impl::onClosed(Connection& connection, const link::CloseReason& reason)
{
    if (reason.kind != link::CloseReason::Kind::ByOther)
        diagnostics_.event(Diagnostics::Level::Info,
                           "lost a connection from " + connection.remote().host + ": " + reason.words);
    ConnectionId id = connection.id();
    service_.connectionClosed(id);
    admission_.left(id);
    bury(id);
}

// Destroys a connection after this round: it may be the one whose call this is.
void RegistryServer::Impl::bury(ConnectionId id)
{
    auto found = connections_.find(id);
    if (found == connections_.end()) return;
    std::shared_ptr<Connection> dead = std::move(found->second);
    connections_.erase(found);
    loop_.post([dead] {});
}

void RegistryServer::Impl::received(wire::Byte* datagram, std::size_t size, const link::SocketAddress& from)
{
    service_.datagram(datagram, size, {from.ip, from.port}, now());
    armTick();
}

void RegistryServer::Impl::sendPackets(ConnectionId to, wire::ByteView packets)
{
    auto found = connections_.find(to);
    if (found != connections_.end()) found->second->sendEncoded(packets);
}

void RegistryServer::Impl::closeConnection(ConnectionId id, wire::Goodbye::Reason reason)
{
    auto found = connections_.find(id);
    if (found == connections_.end()) return;
    if (found->second->open()) found->second->send(wire::Goodbye{reason});
    found->second->close();
    service_.connectionClosed(id);
    admission_.left(id);
    bury(id);
}

void RegistryServer::Impl::sendDatagram(wire::ByteView datagram, const Address& to)
{
    datagrams_.send(datagram, {to.ip, to.port});
}

// One timer for everything that waits; none while nothing does.
void RegistryServer::Impl::armTick()
{
    unsigned period = service_.tickPeriod();
    if (!connections_.empty()) period = period ? std::min(period, kDeadlineCheck) : kDeadlineCheck;
    std::uint64_t due = now().milliseconds + period;
    if (timer_ && (period == 0 || timerDue_ <= due)) return;
    if (timer_) loop_.cancel(std::exchange(timer_, 0));
    if (period == 0 || stopped_) return;
    timerDue_ = due;
    timer_ = loop_.callAfter(link::Milliseconds(period), [this] { tick(); });
}

void RegistryServer::Impl::tick()
{
    timer_ = 0;
    for (const Admission::Overdue& overdue : admission_.takeOverdue(now()))
        closeConnection(overdue.id, overdue.reason);
    service_.tick(now());
    armTick();
}

void RegistryServer::Impl::stop()
{
    if (std::exchange(stopped_, true)) return;
    loop_.cancel(timer_);
    while (!connections_.empty())
        closeConnection(connections_.begin()->first, wire::Goodbye::Reason::ShuttingDown);
    service_.stop(now());
}

void RegistryServer::Impl::reload(const RegistryOptions& options)
{
    if (options.signUp) accounts_.setSignUp(*options.signUp);
}

RegistryServer::RegistryServer(link::EventLoop& loop, const RegistryOptions& options,
                               Diagnostics* diagnostics)
    : impl_(std::make_unique<Impl>(loop, options, diagnostics))
{
}

RegistryServer::~RegistryServer()
{
    stop();
}
void RegistryServer::stop()
{
    impl_->stop();
}
void RegistryServer::reload(const RegistryOptions& options)
{
    impl_->reload(options);
}
std::uint16_t RegistryServer::tcpPort() const
{
    return impl_->tcpPort();
}
std::uint16_t RegistryServer::udpPort() const
{
    return impl_->udpPort();
}
const wire::Key& RegistryServer::publicKey() const
{
    return impl_->publicKey();
}

} // namespace linnet::registry
