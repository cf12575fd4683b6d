// Wiring, as firmware-app/app/Linnet.cpp does it on a real board.
#include "support/sim/SimulatedBoard.h"

#include <algorithm>

namespace linnet::test {

std::size_t RecordingView::count(std::string_view text) const
{
    std::size_t found = 0;
    for (std::size_t at = output.find(text); at != std::string::npos; at = output.find(text, at + 1))
        ++found;
    return found;
}

std::string RecordingView::last() const
{
    if (output.empty()) return {};
    std::size_t before = output.rfind('\n', output.size() - 2);
    std::size_t begin = before == std::string::npos ? 0 : before + 1;
    return output.substr(begin, output.size() - 1 - begin);
}

SimulatedBoard::SimulatedBoard(const World& world, const std::string& ip)
    : clock(world.clock),
      world_(world),
      host_(world.network.addHost(ip, wire::kFirstPeerPort, 40000, wire::Role::PeerPeer))
{
    settings.registry = world.registry;
}

SimulatedBoard::~SimulatedBoard()
{
    if (running()) die(Death::Power);
}

void SimulatedBoard::boot()
{
    clock.boot();
    // A new socket, as a rule of another port.
    world_.network.moveDatagrams(host_);
    world_.network.start(host_, *this);
    peer::EventSink& sink = *this;
    peer::Diagnostics& diagnosticsHere = *this;
    consoles_ = std::make_unique<peer::Consoles>(diagnosticsHere, [] {});
    peer_ = std::make_unique<peer::Peer>(
        peer::Peer::Parts{*this, clock, world_.random, accounts, sink, diagnosticsHere}, settings);
    consoles_->usePeer(*peer_);
    peer_->resume();
}

void SimulatedBoard::die(Death death)
{
    dying_ = true;
    world_.network.stop(host_, death);
    accounts.unmount();
    console_ = nullptr;
    peer_.reset();
    consoles_.reset();
    dying_ = false;
}

void SimulatedBoard::openConsole()
{
    console_ = &consoles_->open(view);
}

void SimulatedBoard::closeConsole()
{
    consoles_->close(console_->id());
    console_ = nullptr;
}

std::optional<Milliseconds> SimulatedBoard::next() const
{
    if (!peer_) return std::nullopt;
    auto next = peer_->schedule().next();
    if (!next) return std::nullopt;
    return *next + clock.bootedAt();
}

void SimulatedBoard::runDue()
{
    if (peer_) peer_->schedule().runDue();
}

LinkId SimulatedBoard::dial(const Endpoint& to, wire::Role role, const std::optional<Key>& expectedKey)
{
    return world_.network.dial(host_, to, role, expectedKey);
}

void SimulatedBoard::sendDatagram(const Endpoint& numeric, ByteView datagram)
{
    if (!dying_) world_.network.sendDatagram(host_, numeric, datagram);
}

void SimulatedBoard::emit(const peer::Event& event)
{
    if (dying_) return;
    consoles_->emit(event);
    events.push_back(event);
    if (onEvent) onEvent(event);
}

void SimulatedBoard::log(Level, std::string_view line)
{
    if (!dying_) diagnostics.emplace_back(line);
}

std::size_t SimulatedBoard::count(peer::EventKind kind, const std::string& name) const
{
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(), [&](const peer::Event& event) {
            return event.kind == kind && (name.empty() || event.name == name);
        }));
}

std::vector<std::string> SimulatedBoard::texts(const std::string& account, const std::string& with,
                                               bool outgoing) const
{
    std::vector<std::string> found;
    auto disk = accounts.disks.find(account);
    if (disk == accounts.disks.end()) return found;
    const StoredAccount& stored = disk->second.durable;
    for (auto& [id, contact] : stored.contacts) {
        auto conversation = stored.conversations.find(id);
        if (contact.name != with || conversation == stored.conversations.end()) continue;
        for (const StoredMessage& message : conversation->second.messages)
            if (message.outgoing == outgoing) found.push_back(message.text);
    }
    return found;
}

} // namespace linnet::test
