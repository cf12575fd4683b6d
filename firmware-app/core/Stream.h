// The two streams between this account and one contact: numbering, sending, acknowledging, and finding out
// after any accident what the other side holds. DESIGN: exactly once into the history, in the sender's order.
//
// Outlives links; at most one link is attached at a time. PROTOCOL.md section 8 is its text.
#pragma once

#include "core/AgeClock.h"
#include "core/Commits.h"
#include "core/Problem.h"
#include "secure/Random.h"
#include "wire/PacketCodec.h"
#include "wire/PeerPackets.h"

#include <functional>
#include <optional>

namespace linnet::peer {

struct OutboxLimits
{
    std::uint64_t messages = 1000;
    std::uint64_t bytes = 512 * 1024;
    std::uint64_t lifetime = 30 * 24 * 3600; // seconds until an undelivered message expires
};

class Stream
{
public:
    // What all streams of an account share.
    struct Shared
    {
        Store& store;
        Commits& commits;
        Network& network;
        secure::Random& random;
        Clock& clock;
        AgeClock& age;
        const EventSink& audience;
        OutboxLimits limits;
    };

    class Listener
    {
    public:
        virtual void messageStored(ContactId contact, const StoredMessage& message) = 0; // durable
        virtual void delivered(ContactId contact, std::uint64_t from, std::uint64_t upTo) = 0;
        virtual void expired(ContactId contact, std::uint64_t from, std::uint64_t upTo) = 0;
        virtual void missing(ContactId contact, std::uint64_t from, std::uint64_t upTo) = 0;
        // What came over the link could not be stored: the link is to be closed, the other side will send it
        // again.
        virtual void streamStuck(ContactId contact) = 0;

    protected:
        ~Listener() = default;
    };

    Stream(ContactId contact, Shared& shared, Listener& listener);

    // Takes a message for delivery; `queued` runs once it is durable, or with false when it was taken back.
    // The number it got, or why it was not taken.
    struct Taken
    {
        std::uint64_t number = 0;
        std::optional<Problem> problem;
    };
    Taken queue(const std::string& text, std::function<void(bool)> queued);

    // Both sides have agreed to talk over this link: states the position, and messages flow once the other
    // has.
    void attach(LinkId link);
    void detach() { link_ = 0; }
    LinkId link() const { return link_; }
    // A packet of the stream; false when the other side broke the protocol.
    [[nodiscard]] bool packet(const wire::RawPacket& packet);
    void drained() { pump(); }
    // Uncommitted changes of the store were taken back, perhaps some of this stream.
    void takenBack();

    // Gives up what is too old.
    void expire();
    // Gives up all that waits.
    void refuseAll();
    // The contact has a new key, which the user trusts: what waits goes to that one. REQUIRES: no link is attached.
    [[nodiscard]] bool rebind();

    // A console has shown the conversation up to there.
    void markShown(MessageId upTo);
    MessageId shownUpTo() const { return position_.shown; }

    std::uint64_t acked() const { return position_.acked; }
    std::uint64_t waiting() const { return position_.next - 1 - position_.acked; }
    // The last number handed to a link of now: between acked() and it a message is "sent".
    std::uint64_t sentUpTo() const { return link_ ? sentUpTo_ : position_.acked; }

private:
    // How far the exchange at the start of a link has come.
    enum class Phase { Stating, Probing, Flowing };

    bool onState(const wire::StreamState& state);
    bool onMessage(const wire::Message& message);
    bool onAck(const wire::Ack& ack);
    bool onSkip(const wire::Skip& skip);
    bool onDigestQuery(const wire::DigestQuery& query);
    bool onDigests(const wire::Digests& digests);
    bool onRestart(const wire::StreamRestart& restart);

    std::uint64_t freshEpoch();
    void adoptIncoming(std::uint64_t epoch, std::uint64_t lowest);
    void skipIncomingTo(std::uint64_t lowest);
    bool agrees(const wire::StreamState& state);
    void resumeAfter(std::uint64_t received);
    void probe(std::uint64_t upTo);
    void giveUp(std::uint64_t number);
    void restartAfter(std::uint64_t base);
    void acknowledged(std::uint64_t number);
    void pump();
    void sendAck();
    void becameDurable();
    void save();
    template <class Packet>
    void send(const Packet& packet)
    {
        shared_.network.send(link_, wire::encode(packet));
    }

    ContactId contact_;
    Shared& shared_;
    Listener& listener_;
    StreamPosition position_;            // as the store has it, uncommitted changes included
    std::uint64_t durableNext_;          // messages below are committed
    std::uint64_t durableReceived_;      // committed, so they may be acknowledged
    std::vector<StoredMessage> arrived_; // stored and not yet committed
    bool effectPending_ = false;
    LinkId link_ = 0;
    Phase phase_ = Phase::Stating;
    bool incomingAgreed_ = false; // the other side's epoch is the one held
    std::uint64_t heardUpTo_ = 0; // the last number that came over this link
    std::uint64_t sentUpTo_ = 0;
    std::uint64_t claimed_ =
        0; // what the other side holds in our epoch, if all of it proves alike; 0: it can't
    std::uint64_t probeFrom_ = 0;
    std::uint64_t probeTo_ = 0;
};

} // namespace linnet::peer
