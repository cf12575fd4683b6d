// Links are found by id in a map and never by pointer across a call of the owner, who may close any of them.
#include "core/Links.h"

#include "wire/Text.h"

namespace linnet::peer {

namespace {
constexpr Milliseconds kIdentifyDeadline{30000};
constexpr Milliseconds kOverlap{10000};     // two links made within this time crossed each other
constexpr std::size_t kMaxHeld = 16 * 1024; // bytes a peer may send before it is identified
constexpr std::size_t kMaxLinks = 64;
} // namespace

Links::Links(Network& network, Schedule& schedule, Diagnostics& diagnostics, Owner& owner, Self self)
    : network_(network), schedule_(schedule), diagnostics_(diagnostics), owner_(owner), self_(std::move(self))
{
}

Links::~Links()
{
    for (auto& [id, link] : links_) {
        schedule_.cancel(link.deadline);
        network_.send(id, wire::encode(wire::Goodbye{wire::Goodbye::Reason::ShuttingDown}));
        network_.close(id);
    }
}

void Links::opened(const OpenedLink& opened)
{
    if (links_.size() >= kMaxLinks || opened.remoteKey == self_.identity.key) {
        network_.send(opened.id, wire::encode(wire::Goodbye{wire::Goodbye::Reason::Crowded}));
        network_.close(opened.id);
        return owner_.cameToNothing(opened.id);
    }
    Link& link = links_[opened.id];
    link.peer.link = opened.id;
    link.peer.dialled = opened.dialled;
    link.peer.identity.key = opened.remoteKey;
    link.peer.host = opened.remote.host;
    link.openedAt = schedule_.now();
    link.deadline = schedule_.after(kIdentifyDeadline,
                                    [this, id = opened.id] { close(id, wire::Goodbye::Reason::TooSlow); });
    wire::Hello hello;
    hello.name = self_.name;
    hello.signingKey = self_.identity.signingKey;
    hello.binding = self_.identity.binding;
    hello.registryKey = self_.registryKey;
    hello.listenPort = network_.listenPort();
    network_.send(opened.id, wire::encode(hello));
}

bool Links::record(LinkId id, ByteView plaintext)
{
    if (!links_.count(id)) return false;
    if (!takePackets(id, plaintext)) breach(id);
    return true;
}

bool Links::takePackets(LinkId id, ByteView packets)
{
    wire::PacketReader reader(packets);
    wire::RawPacket packet;
    while (reader.next(packet)) {
        auto found = links_.find(id);
        if (found == links_.end()) return true;
        Link& link = found->second;
        if (packet.type == wire::PacketType::Goodbye) {
            diagnostics_.log(Diagnostics::Level::Info, link.peer.name + " said goodbye");
            continue; // the close that follows ends it
        }
        bool good = true;
        if (link.phase == Phase::Greeted)
            good = onHello(link, packet);
        else if (link.phase == Phase::Identifying) {
            link.held.push_back(static_cast<wire::Byte>(packet.type));
            wire::ByteWriter(link.held).varint(packet.body.size());
            wire::append(link.held, packet.body);
            good = link.held.size() <= kMaxHeld;
        }
        else
            good = deliver(id, packet);
        if (!good) return false;
    }
    return !reader.malformed();
}

bool Links::deliver(LinkId id, const wire::RawPacket& packet)
{
    Link& link = links_.at(id);
    if (link.phase == Phase::Left) return true; // what counts is sent again on the other link
    link.heard = true;
    if (link.phase == Phase::Spare) use(id); // the other side has chosen it
    auto found = links_.find(id);
    return found == links_.end() || owner_.packet(RemotePeer(found->second.peer), packet);
}

bool Links::onHello(Link& link, const wire::RawPacket& packet)
{
    if (packet.type != wire::PacketType::Hello) return false;
    auto hello = wire::decodeBody<wire::Hello>(packet.body);
    if (!hello || !wire::isName(hello->name)) return false;
    link.peer.name = hello->name;
    link.peer.identity.signingKey = hello->signingKey;
    link.peer.identity.binding = hello->binding;
    link.peer.registryKey = hello->registryKey;
    link.peer.listenPort = hello->listenPort;
    if (!secure::bindingHolds(link.peer.identity)) return false;
    link.phase = Phase::Identifying;
    // A copy: the owner may decide at once, or when the link is long gone.
    owner_.identify(RemotePeer(link.peer),
                    [this, id = link.peer.link](Owner::Verdict verdict) { identified(id, verdict); });
    return true;
}

void Links::identified(LinkId id, Owner::Verdict verdict)
{
    auto found = links_.find(id);
    if (found == links_.end() || found->second.phase != Phase::Identifying) return;
    Link& link = found->second;
    schedule_.cancel(link.deadline);
    if (verdict == Owner::Verdict::Refuse) {
        // Without a reason: who is refused isn't told why.
        network_.close(id);
        return drop(id, false);
    }
    link.phase = Phase::Spare;
    link.peer.confirmed = verdict == Owner::Verdict::Confirmed;
    wire::Bytes held = std::move(link.held);
    settle(id);
    if (!takePackets(id, held)) breach(id);
}

Links::Link* Links::newest(const Key& key, Phase phase)
{
    Link* newest = nullptr;
    for (auto& [id, link] : links_) {
        if (link.phase != phase || link.peer.identity.key != key) continue;
        if (!newest || link.openedAt >= newest->openedAt) newest = &link;
    }
    return newest;
}

// Of two links to the same peer the holder of the smaller key chooses, so that both sides use the same one. If
// they crossed (dialled by both at nearly the same time) its own dial stays; otherwise the newer one, since
// the other side may have rebooted. The holder of the larger key stays on the link it has until that one ends
// or something is said on the other; when neither happens, the newer one it is.
void Links::settle(LinkId id)
{
    Link& link = links_.at(id);
    Link* current = newest(link.peer.identity.key, Phase::InUse);
    if (!current) return use(id);
    if (self_.identity.key < link.peer.identity.key)
        return close(loser(*current, link), wire::Goodbye::Reason::Replaced);
    link.deadline = schedule_.after(kOverlap, [this, id] { use(id); });
}

void Links::use(LinkId id)
{
    Link& link = links_.at(id);
    schedule_.cancel(link.deadline);
    if (Link* before = newest(link.peer.identity.key, Phase::InUse)) {
        // Where nothing was said yet, it may still be the one that is chosen.
        before->phase = before->heard ? Phase::Left : Phase::Spare;
        before->deadline = schedule_.after(
            kOverlap, [this, left = before->peer.link] { close(left, wire::Goodbye::Reason::Replaced); });
    }
    link.phase = Phase::InUse;
    owner_.linked(RemotePeer(link.peer));
}

LinkId Links::loser(const Link& a, const Link& b) const
{
    const Link& newer =
        a.openedAt > b.openedAt || (a.openedAt == b.openedAt && a.peer.link > b.peer.link) ? a : b;
    const Link& older = &newer == &a ? b : a;
    bool crossed = newer.peer.dialled != older.peer.dialled && newer.openedAt - older.openedAt < kOverlap;
    if (!crossed) return older.peer.link;
    return newer.peer.dialled ? older.peer.link : newer.peer.link;
}

const RemotePeer* Links::find(const Key& key) const
{
    const Link* used = const_cast<Links*>(this)->newest(key, Phase::InUse);
    return used ? &used->peer : nullptr;
}

void Links::close(LinkId id, wire::Goodbye::Reason reason)
{
    if (!links_.count(id)) return;
    network_.send(id, wire::encode(wire::Goodbye{reason}));
    drop(id, true);
}

void Links::breach(LinkId id)
{
    auto found = links_.find(id);
    if (found == links_.end()) return;
    diagnostics_.log(Diagnostics::Level::Warning, "closed the link from " + found->second.peer.host +
                                                      ": it does not keep to the protocol");
    close(id, wire::Goodbye::Reason::BadPacket);
}

bool Links::closed(LinkId id)
{
    if (!links_.count(id)) return false;
    drop(id, false);
    return true;
}

void Links::drop(LinkId id, bool closeIt)
{
    auto found = links_.find(id);
    if (found == links_.end()) return;
    schedule_.cancel(found->second.deadline);
    bool used = found->second.phase == Phase::InUse;
    RemotePeer peer = std::move(found->second.peer);
    links_.erase(found);
    if (closeIt) network_.close(id);
    if (!used) return owner_.cameToNothing(id);
    if (Link* spare = newest(peer.identity.key, Phase::Spare)) return use(spare->peer.link);
    // On one that was left both sides would take each other for being elsewhere.
    while (Link* left = newest(peer.identity.key, Phase::Left))
        close(left->peer.link, wire::Goodbye::Reason::Replaced);
    owner_.unlinked(peer);
}

} // namespace linnet::peer
