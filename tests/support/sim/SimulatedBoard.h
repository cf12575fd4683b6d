// A board with the whole core of the peer on it, real console logic included: it can be booted, killed, cut from its
// power, moved, and its card taken out and put back as it was before.
#pragma once

#include "core/Console.h"
#include "support/sim/FakeAccounts.h"
#include "support/sim/SimulatedClock.h"
#include "support/sim/SimulatedNetwork.h"

#include <functional>
#include <utility>

namespace linnet::test {

// Keeps what a console shows.
class RecordingView final : public peer::ConsoleView
{
public:
    void reply(std::string_view lines) override { add(lines); }
    void event(std::string_view line) override { add(line); }
    void setPrompt(const std::string& text) override { prompt = text; }
    void setSecret(bool isSecret) override { secret = isSecret; }
    bool colour() const override { return false; }
    bool interactive() const override { return true; }
    void setBusy(bool isBusy) override { busy = isBusy; }

    bool shows(std::string_view text) const { return output.find(text) != std::string::npos; }
    std::size_t count(std::string_view text) const;
    // The last line, which is the final answer after a command.
    std::string last() const;
    std::string take() { return std::exchange(output, {}); }

    std::string output;
    std::string prompt;
    bool secret = false;
    bool busy = false;

private:
    void add(std::string_view lines)
    {
        output += lines;
        output += '\n';
    }
};

class SimulatedBoard final : private Attached,
                             private peer::Network,
                             private peer::EventSink,
                             private peer::Diagnostics
{
public:
    struct World
    {
        SimulatedNetwork& network;
        WorldClock& clock;
        secure::Random& random;
        std::optional<peer::RegistrySettings> registry;
    };

    SimulatedBoard(const World& world, const std::string& ip);
    ~SimulatedBoard();

    void boot();
    // The process is gone, the kernel closes its connections; or the board is.
    void die(Death death);
    bool running() const { return peer_ != nullptr; }
    HostId host() const { return host_; }

    // ---- its user ----
    // With a console open, which is the usual case; without, lines stay unread.
    void openConsole();
    void closeConsole();
    peer::Console& console() { return *console_; }
    void type(const std::string& line) { console_->line(line); }
    RecordingView view;

    peer::Peer& peer() { return *peer_; }
    peer::Chats& chats() { return peer_->account()->chats(); }
    bool online() { return peer_ && peer_->registry() && peer_->registry()->online(); }
    // Told of every event, after the consoles.
    std::function<void(const peer::Event&)> onEvent;
    std::size_t count(peer::EventKind kind, const std::string& name = {}) const;
    std::vector<peer::Event> events;
    std::vector<std::string> diagnostics;

    // ---- its insides ----
    FakeAccounts accounts;
    SimulatedBoardClock clock;
    peer::PeerSettings settings;
    FakeDisk& disk(const std::string& account) { return accounts.disks[account]; }
    std::vector<std::string> texts(const std::string& account, const std::string& from, bool outgoing) const;

    // When something of it is due, by the world's time.
    std::optional<Milliseconds> next() const;
    void runDue();

private:
    void onOpened(const OpenedLink& link) override { peer_->opened(link); }
    void onRecord(LinkId link, ByteView plaintext) override { peer_->record(link, plaintext); }
    void onClosed(const ClosedLink& link) override { peer_->closed(link); }
    void onDrained(LinkId link) override { peer_->drained(link); }
    void onDatagram(ByteView datagram, const Endpoint&) override { peer_->datagram(datagram); }

    void useIdentity(const secure::KeyPair& key) override { world_.network.useKey(host_, key.publicKey); }
    LinkId dial(const Endpoint& to, wire::Role role, const std::optional<Key>& expectedKey) override;
    void send(LinkId link, ByteView packets) override { world_.network.send(link, packets); }
    bool full(LinkId link) override { return world_.network.full(link); }
    void close(LinkId link) override { world_.network.close(link); }
    void sendDatagram(const Endpoint& numeric, ByteView datagram) override;
    std::uint16_t listenPort() override { return wire::kFirstPeerPort; }

    void emit(const peer::Event& event) override;
    bool hasAudience() const override { return console_ != nullptr; }
    void log(Level level, std::string_view line) override;

    World world_;
    HostId host_;
    std::unique_ptr<peer::Consoles> consoles_;
    std::unique_ptr<peer::Peer> peer_;
    peer::Console* console_ = nullptr;
    bool dying_ = false;
};

} // namespace linnet::test
