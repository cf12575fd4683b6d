// The start of a link: both state where they stand; if that does not fit, what was numbered twice is found by its
// digests, and the stream goes on in a new epoch after the last message that both know.
#include "core/Stream.h"

#include <algorithm>

namespace linnet::peer {

std::uint64_t Stream::freshEpoch()
{
    std::uint64_t epoch = shared_.random.number();
    return epoch == 0 ? 1 : epoch;
}

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
        position_.sendEpoch = freshEpoch();
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

bool Stream::onState(const wire::StreamState& state)
{
    if (phase_ != Phase::Stating) return false;
    if (position_.receiveEpoch == 0 || position_.receiveEpoch == state.sendingEpoch)
        adoptIncoming(state.sendingEpoch, state.lowest);
    bool agreed = agrees(state);
    std::uint64_t received = state.receivedEpoch == 0 ? 0 : state.received;
    // The last message alike does not yet mean that those before it are: two may both say "ok".
    bool between = received > position_.acked + 1 && received >= shared_.store.lowestSendable(contact_);
    if (agreed && !between) {
        resumeAfter(received);
        return true;
    }
    phase_ = Phase::Probing;
    claimed_ = agreed ? received : 0;
    probe(std::min(state.received, position_.next - 1));
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
    bool allAlike = claimed_ > 0 && common == probeTo_ && skipped.empty();
    if (!allAlike) claimed_ = 0;
    bool lowerPageMatters =
        allAlike && probeFrom_ > position_.acked + 1 && probeFrom_ > shared_.store.lowestSendable(contact_);
    if (common < probeFrom_ || lowerPageMatters) {
        probe(probeFrom_ - 1);
        return true;
    }
    if (allAlike) {
        resumeAfter(claimed_);
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
    position_.sendEpoch = freshEpoch();
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

} // namespace linnet::peer
