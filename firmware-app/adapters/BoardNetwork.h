// The core's network on real sockets: connections to peers and to the registry, the port that peers dial, and
// the one datagram socket. Everything on one event loop.
#pragma once

#include "core/Ports.h"
#include "link/Connection.h"
#include "link/DatagramSocket.h"
#include "link/Listener.h"
#include "link/Resolver.h"

#include <map>
#include <memory>
#include <optional>

namespace linnet::peer {

class Peer;

class BoardNetwork final : public Network, private link::ConnectionHandler
{
public:
    struct Settings
    {
        std::optional<Endpoint> listen; // nothing: the first free port from 5858 up, on every address
        link::Connection::Timing timing;
    };

    // Opens the listening port at once, so that one in use is said at start. Throws std::runtime_error with a
    // sentence.
    BoardNetwork(link::EventLoop& loop, secure::Random& random, Diagnostics& diagnostics,
                 const Settings& settings);
    ~BoardNetwork();

    // Events go there; call once, before the loop runs.
    void usePeer(Peer& peer) { peer_ = &peer; }

    void useIdentity(const secure::KeyPair& noiseKey) override { noiseKey_ = noiseKey; }
    LinkId dial(const Endpoint& to, wire::Role role, const std::optional<Key>& expectedKey) override;
    void send(LinkId link, ByteView packets) override;
    bool full(LinkId link) override;
    void close(LinkId link) override;
    void sendDatagram(const Endpoint& numeric, ByteView datagram) override;
    std::uint16_t listenPort() override { return listener_->port(); }

private:
    struct Link
    {
        wire::Role role;
        bool dialled;
        std::unique_ptr<link::Connection> connection;
    };

    void onOpen(link::Connection& connection) override;
    void onRecord(link::Connection& connection, ByteView plaintext) override;
    void onClosed(link::Connection& connection, const link::CloseReason& reason) override;
    void onDrained(link::Connection& connection) override;

    void listen();
    void accepted(int fd, const Endpoint& remote);
    void refuse(int fd);
    void logEnd(const link::Connection& connection, const link::CloseReason& reason);
    bool roomFor(const Endpoint& remote) const;
    // Takes the link out and destroys it after this round.
    void retire(LinkId link);

    link::EventLoop& loop_;
    secure::Random& random_;
    Diagnostics& diagnostics_;
    Settings settings_;
    link::Resolver resolver_;
    Peer* peer_ = nullptr;
    std::optional<secure::KeyPair> noiseKey_;
    std::unique_ptr<link::Listener> listener_;
    std::unique_ptr<link::DatagramSocket> datagrams_;
    std::map<LinkId, Link> links_;
    LinkId last_ = 0;
    std::optional<Milliseconds> lastComplaint_;
};

} // namespace linnet::peer
