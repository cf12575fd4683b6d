// Numbers go up by one; whatever does not fit is either an accident, settled by digests at the start of a
// link, or a breach of the protocol.
#include "core/Stream.h"

#include <algorithm>

namespace linnet::peer {

namespace {

constexpr std::size_t kPumpSlice = 64;        // messages read from the store at a time
constexpr std::size_t kPumpBytes = 16 * 1024; // after so many it looks again whether the link is full

std::uint64_t freshEpoch(secure::Random& random)
{
    std::uint64_t epoch = random.number();
    return epoch == 0 ? 1 : epoch;
}

} // namespace

Stream::Stream(ContactId contact, Shared& shared, Listener& listener)
    : contact_(contact),
      shared_(shared),
      listener_(listener),
      position_(shared.store.position(contact)),
      durableNext_(position_.next),
      durableReceived_(position_.received)
{
}

void Stream::save()
{
    shared_.store.put(contact_, position_);
    shared_.commits.changed();
}

// ---- What the user writes ----

Stream::Taken Stream::queue(const std::string& text, std::function<void(bool)> queued)
{
    OutboxSize outbox = shared_.store.outbox(contact_);
    if (outbox.messages >= shared_.limits.messages)
        return {0, Problem{ProblemCode::OutboxFull, "too many messages wait for this user: the limit is " +
                                                        std::to_string(shared_.limits.messages)}};
    if (outbox.bytes + text.size() > shared_.limits.bytes)
        return {0, Problem{ProblemCode::OutboxFull, "too much text waits for this user: the limit is " +
                                                        std::to_string(shared_.limits.bytes / 1024) + " kB"}};
    StoredMessage message;
    message.outgoing = true;
    message.number = position_.next;
    message.written = shared_.age.now();
    message.wall = shared_.clock.wall();
    message.text = text;
    StreamPosition before = position_;
    ++position_.next;
    if (position_.sendEpoch == 0) position_.sendEpoch = freshEpoch(shared_.random);
    if (!shared_.store.add(contact_, message) || !shared_.store.put(contact_, position_)) {
        position_ = before;
        shared_.commits.writeFailed();
        return {0, Problem{ProblemCode::NotStored, "the message was not taken: " + shared_.store.trouble()}};
    }
    shared_.commits.whenDurable([this, queued = std::move(queued), number = message.number](bool durable) {
        if (durable) durableNext_ = std::max(durableNext_, number + 1);
        queued(durable);
        if (durable) pump();
    });
    return {message.number, std::nullopt};
}

void Stream::expire()
{
    std::uint64_t now = shared_.age.now();
    if (waiting() == 0 || now < shared_.limits.lifetime) return;
    std::uint64_t last = shared_.store.newestWrittenBefore(contact_, now - shared_.limits.lifetime);
    if (last <= position_.acked) return;
    std::uint64_t first = position_.acked + 1;
    shared_.store.setFate(contact_, first, last, Fate::Expired);
    position_.acked = last;
    save();
    if (link_ && phase_ == Phase::Flowing) {
        send(wire::Skip{last + 1});
        sentUpTo_ = std::max(sentUpTo_, last);
    }
    listener_.expired(contact_, first, last);
}

void Stream::markShown(MessageId upTo)
{
    if (upTo <= position_.shown) return;
    position_.shown = upTo;
    save();
}

void Stream::refuseAll()
{
    if (waiting() == 0) return;
    shared_.store.setFate(contact_, position_.acked + 1, position_.next - 1, Fate::Refused);
    position_.acked = position_.next - 1;
    save();
}

bool Stream::rebind()
{
    if (!shared_.store.rebind(contact_)) {
        shared_.commits.writeFailed();
        return false;
    }
    position_ = shared_.store.position(contact_);
    durableNext_ = position_.next;
    durableReceived_ = 0;
    shared_.commits.whenDurable([](bool) {});
    return true;
}

// ---- The start of a link ----

void Stream::attach(LinkId link)
{
    if (durableReceived_ != position_.received) {
        // What is stated must be both what would survive and what is expected next.
        shared_.commits.flush();
        durableReceived_ = position_.received;
    }
    link_ = link;
    phase_ = Phase::Stating;
    incomingAgreed_ = false;
    heardUpTo_ = 0;
    sentUpTo_ = position_.acked;
    if (position_.sendEpoch == 0) {
        position_.sendEpoch = freshEpoch(shared_.random);
        save();
    }
    wire::StreamState state;
    state.receivedEpoch = position_.receiveEpoch;
    state.received = durableReceived_;
    if (durableReceived_ > 0)
        state.receivedDigest =
            shared_.store.digest(contact_, false, durableReceived_).value_or(wire::Digest8{});
    state.sendingEpoch = position_.sendEpoch;
    state.lowest = shared_.store.lowestSendable(contact_);
    send(state);
}

bool Stream::packet(const wire::RawPacket& packet)
{
    auto decoded = [&](auto member) -> bool {
        using Packet = std::decay_t<decltype(member.second)>;
        auto body = wire::decodeBody<Packet>(packet.body);
        return body && (this->*member.first)(*body);
    };
    switch (packet.type) {
    case wire::PacketType::StreamState:
        return decoded(std::pair(&Stream::onState, wire::StreamState{}));
    case wire::PacketType::Message:
        return decoded(std::pair(&Stream::onMessage, wire::Message{}));
    case wire::PacketType::Ack:
        return decoded(std::pair(&Stream::onAck, wire::Ack{}));
    case wire::PacketType::Skip:
        return decoded(std::pair(&Stream::onSkip, wire::Skip{}));
    case wire::PacketType::DigestQuery:
        return decoded(std::pair(&Stream::onDigestQuery, wire::DigestQuery{}));
    case wire::PacketType::Digests:
        return decoded(std::pair(&Stream::onDigests, wire::Digests{}));
    case wire::PacketType::StreamRestart:
        return decoded(std::pair(&Stream::onRestart, wire::StreamRestart{}));
    default:
        return false;
    }
}

bool Stream::onState(const wire::StreamState& state)
{
    if (phase_ != Phase::Stating) return false;
    if (position_.receiveEpoch == 0 || position_.receiveEpoch == state.sendingEpoch)
        adoptIncoming(state.sendingEpoch, state.lowest);
    if (agrees(state))
        resumeAfter(state.receivedEpoch == 0 ? 0 : state.received);
    else {
        phase_ = Phase::Probing;
        probe(std::min(state.received, position_.next - 1));
    }
    return true;
}

// Whether the other side's view of our stream is a stretch of our own: nothing, or a number of this epoch
// that we have given out, with the digest that we would give it. A digest that one side no longer knows is
// taken on trust, unless we could send that message: then it may be another one that the other side skipped.
bool Stream::agrees(const wire::StreamState& state)
{
    if (state.receivedEpoch == 0 && state.received == 0) return true;
    if (state.receivedEpoch != position_.sendEpoch || state.received >= position_.next) return false;
    if (state.received == 0) return true;
    if (wire::isZero(state.receivedDigest)) return state.received < shared_.store.lowestSendable(contact_);
    auto ours = shared_.store.digest(contact_, true, state.received);
    return !ours || *ours == state.receivedDigest;
}

void Stream::resumeAfter(std::uint64_t received)
{
    phase_ = Phase::Flowing;
    std::uint64_t lowest = shared_.store.lowestSendable(contact_);
    std::uint64_t from = std::max(received, lowest - 1);
    if (received > position_.acked) acknowledged(received);
    if (from != position_.acked) {
        // Lower: the recipient's card was restored from an older image, and what we still hold goes there once
        // more. Higher: what lies between is gone, and nobody will acknowledge it.
        position_.acked = from;
        save();
    }
    if (from > received) send(wire::Skip{from + 1}); // expired, or gone from a bounded history
    sentUpTo_ = from;
    pump();
}

// ---- Finding the last message both know ----

void Stream::probe(std::uint64_t upTo)
{
    std::uint64_t lowest = shared_.store.lowestSendable(contact_);
    if (upTo < lowest) return restartAfter(std::min(upTo, lowest - 1));
    probeTo_ = upTo;
    probeFrom_ = std::max(lowest, upTo >= wire::kDigestPage ? upTo - wire::kDigestPage + 1 : 1);
    send(wire::DigestQuery{probeFrom_, static_cast<std::uint16_t>(probeTo_ - probeFrom_ + 1)});
}

bool Stream::onDigestQuery(const wire::DigestQuery& query)
{
    if (query.count == 0 || query.count > wire::kDigestPage || query.from == 0) return false;
    wire::Digests answer;
    answer.from = query.from;
    for (std::uint64_t number = query.from; number < query.from + query.count; ++number) {
        std::optional<wire::Digest8> digest;
        if (number <= durableReceived_) digest = shared_.store.digest(contact_, false, number);
        answer.digests.push_back(digest.value_or(wire::Digest8{}));
    }
    send(answer);
    return true;
}

bool Stream::onDigests(const wire::Digests& digests)
{
    if (phase_ != Phase::Probing || digests.from != probeFrom_ ||
        digests.digests.size() != probeTo_ - probeFrom_ + 1)
        return false;
    std::uint64_t common = probeFrom_ - 1; // the newest that both know alike, below the first that differs
    std::vector<std::uint64_t> unknown;
    std::vector<std::uint64_t> skipped; // not known to them, but newer ones are
    for (std::uint64_t number = probeFrom_; number <= probeTo_; ++number) {
        const wire::Digest8& theirs = digests.digests[number - probeFrom_];
        if (wire::isZero(theirs)) {
            unknown.push_back(number);
            continue;
        }
        auto ours = shared_.store.digest(contact_, true, number);
        if (!ours || *ours != theirs) break;
        common = number;
        skipped.insert(skipped.end(), unknown.begin(), unknown.end());
        unknown.clear();
    }
    if (common < probeFrom_) {
        probe(probeFrom_ - 1);
        return true;
    }
    for (std::uint64_t number : skipped)
        giveUp(number);
    restartAfter(common);
    return true;
}

// The other side was told once that this message would not come, and has newer ones.
void Stream::giveUp(std::uint64_t number)
{
    if (number <= position_.acked) return;
    if (number > position_.acked + 1) listener_.delivered(contact_, position_.acked + 1, number - 1);
    shared_.store.setFate(contact_, number, number, Fate::Expired);
    position_.acked = number;
    listener_.expired(contact_, number, number);
}

void Stream::restartAfter(std::uint64_t base)
{
    position_.sendEpoch = freshEpoch(shared_.random);
    if (base > position_.acked) listener_.delivered(contact_, position_.acked + 1, base);
    position_.acked = base;
    position_.next = std::max(position_.next, base + 1);
    shared_.store.put(contact_, position_);
    shared_.commits.whenDurable([this, link = link_, base](bool durable) {
        if (!link_ || link != link_) return;
        if (!durable) return; // takenBack() has ended the link
        send(wire::StreamRestart{position_.sendEpoch, base});
        resumeAfter(base);
    });
}

bool Stream::onRestart(const wire::StreamRestart& restart)
{
    if (phase_ == Phase::Stating || restart.epoch == 0) return false;
    position_.receiveEpoch = restart.epoch;
    position_.received = restart.base;
    durableReceived_ = std::min(durableReceived_, restart.base);
    heardUpTo_ = 0;
    save();
    incomingAgreed_ = true;
    return true;
}

// ---- What the other side sends ----

void Stream::adoptIncoming(std::uint64_t epoch, std::uint64_t lowest)
{
    incomingAgreed_ = true;
    if (position_.receiveEpoch != epoch) {
        position_.receiveEpoch = epoch;
        save();
    }
    skipIncomingTo(lowest);
}

void Stream::skipIncomingTo(std::uint64_t lowest)
{
    if (lowest <= position_.received + 1) return;
    std::uint64_t first = position_.received + 1;
    position_.received = lowest - 1;
    save();
    listener_.missing(contact_, first, lowest - 1);
}

bool Stream::onSkip(const wire::Skip& skip)
{
    if (!incomingAgreed_) return false;
    skipIncomingTo(skip.lowest);
    return true;
}

bool Stream::onMessage(const wire::Message& message)
{
    if (!incomingAgreed_ || message.number > position_.received + 1) return false;
    heardUpTo_ = message.number;
    if (message.number <= position_.received) {
        if (!effectPending_) sendAck(); // sent again because our acknowledgement was lost
        return true;
    }
    StoredMessage stored;
    stored.number = message.number;
    stored.written = shared_.age.now();
    std::int64_t wall = shared_.clock.wall();
    stored.wall =
        wall == 0 ? 0 : wall - static_cast<std::int64_t>(std::min<std::uint64_t>(message.age, 1u << 30));
    stored.text = message.text;
    StreamPosition before = position_;
    position_.received = message.number;
    bool stays = shared_.store.add(contact_, stored);
    // It is shown once it is committed; that it was is committed with it, which costs the flash nothing.
    if (shared_.audience.hasAudience()) position_.shown = stored.id;
    if (!stays || !shared_.store.put(contact_, position_)) {
        position_ = before;
        shared_.commits.writeFailed();
        listener_.streamStuck(contact_);
        return true;
    }
    arrived_.push_back(std::move(stored));
    if (effectPending_) return true;
    effectPending_ = true;
    shared_.commits.whenDurable([this](bool durable) {
        effectPending_ = false;
        if (durable) becameDurable();
    });
    return true;
}

void Stream::becameDurable()
{
    std::vector<StoredMessage> arrived = std::move(arrived_);
    arrived_.clear();
    durableReceived_ = position_.received;
    sendAck();
    for (const StoredMessage& message : arrived)
        listener_.messageStored(contact_, message);
}

void Stream::takenBack()
{
    StreamPosition stored = shared_.store.position(contact_);
    // What the recipient has acknowledged stays true, and is saved along with something else.
    stored.acked =
        position_.sendEpoch == stored.sendEpoch ? std::max(position_.acked, stored.acked) : stored.acked;
    bool changed = stored.sendEpoch != position_.sendEpoch || stored.next != position_.next ||
                   stored.receiveEpoch != position_.receiveEpoch || stored.received != position_.received;
    position_ = stored;
    durableReceived_ = stored.received;
    arrived_.clear();
    // Both sides have to find out anew where they stand.
    if (changed && link_) listener_.streamStuck(contact_);
}

void Stream::sendAck()
{
    // What came over an earlier link only, in an epoch that may be over, is not spoken of.
    std::uint64_t number = std::min(durableReceived_, heardUpTo_);
    if (link_ && incomingAgreed_ && number > 0) send(wire::Ack{number});
}

// ---- What goes out ----

void Stream::pump()
{
    while (link_ && phase_ == Phase::Flowing && sentUpTo_ + 1 < durableNext_ && !shared_.network.full(link_))
    {
        std::vector<StoredMessage> slice = shared_.store.sendable(contact_, sentUpTo_ + 1, kPumpSlice);
        if (slice.empty()) return;
        wire::Bytes packets;
        for (const StoredMessage& message : slice) {
            if (message.number >= durableNext_) break;
            if (message.number > sentUpTo_ + 1) wire::encode(wire::Skip{message.number}, packets);
            std::uint64_t now = shared_.age.now();
            std::uint64_t age = now > message.written ? now - message.written : 0;
            wire::encode(wire::Message{message.number, age, message.text}, packets);
            sentUpTo_ = message.number;
            if (packets.size() >= kPumpBytes) break;
        }
        if (packets.empty()) return;
        shared_.network.send(link_, packets);
    }
}

bool Stream::onAck(const wire::Ack& ack)
{
    if (phase_ == Phase::Stating || ack.number > sentUpTo_) return false;
    if (ack.number > position_.acked) acknowledged(ack.number);
    return true;
}

void Stream::acknowledged(std::uint64_t number)
{
    std::uint64_t first = position_.acked + 1;
    position_.acked = number;
    save();
    listener_.delivered(contact_, first, number);
}

} // namespace linnet::peer
