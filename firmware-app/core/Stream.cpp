// Numbers go up by one; whatever does not fit is either an accident, settled at the start of a link
// (StreamStart.cpp), or a breach of the protocol.
#include "core/Stream.h"

#include <algorithm>

namespace linnet::peer {

namespace {

constexpr std::size_t kPumpSlice = 64;        // messages read from the store at a time
constexpr std::size_t kPumpBytes = 16 * 1024; // after so many it looks again whether the link is full
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
    if (position_.sendEpoch == 0) position_.sendEpoch = freshEpoch();
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
