// The open links to other peers: who is at the other end, and which one of two is kept.
//
// A link begins with a Hello each way. It is then identified: by the pinned key, else by what the registry
// says of the name, else it stays unconfirmed. What follows the Hello waits until that is settled.
#pragma once

#include "core/Contact.h"
#include "core/Schedule.h"
#include "wire/PacketCodec.h"
#include "wire/PeerPackets.h"

#include <functional>
#include <map>
#include <string>

namespace linnet::peer {

// One identified end of a link.
struct RemotePeer
{
    LinkId link = 0;
    bool dialled = false;
    std::string name;        // as its Hello says
    Key registryKey{};       // the registry it names; zeros: none
    PublicIdentity identity; // the key proven, the rest vouched for by its signing key
    std::uint16_t listenPort = 0;
    std::string host;       // numeric
    bool confirmed = false; // a pin or the registry says that name and key belong together
};

class Links
{
public:
    // Decides about the people; the links only know keys.
    class Owner
    {
    public:
        // Whether `peer` may stay, and whether its name is confirmed: call `decided` once, now or later.
        enum class Verdict { Confirmed, Unconfirmed, Refuse };
        virtual void identify(const RemotePeer& peer, std::function<void(Verdict)> decided) = 0;
        // This link is the one in use with that peer now, in place of any other.
        virtual void linked(const RemotePeer& peer) = 0;
        // False when the other side broke the protocol.
        virtual bool packet(const RemotePeer& peer, const wire::RawPacket& packet) = 0;
        // The one in use has ended, and there is no other.
        virtual void unlinked(const RemotePeer& peer) = 0;
        // A link has ended that was not in use: refused, before or after it was identified.
        virtual void cameToNothing(LinkId link) = 0;

    protected:
        ~Owner() = default;
    };

    struct Self
    {
        std::string name;
        PublicIdentity identity;
        Key registryKey{};
    };

    Links(Network& network, Schedule& schedule, Diagnostics& diagnostics, Owner& owner, Self self);
    // Says goodbye on all of them.
    ~Links();

    void opened(const OpenedLink& link);
    // False when the link is not one of these.
    bool record(LinkId link, ByteView plaintext);
    bool closed(LinkId link);

    // The link in use to the holder of `key`; null: none.
    const RemotePeer* find(const Key& key) const;
    std::size_t count() const { return links_.size(); }
    void close(LinkId link, wire::Goodbye::Reason reason);
    // The registry's key has become known, or none is used.
    void setRegistryKey(const Key& key) { self_.registryKey = key; }

private:
    enum class Phase {
        Greeted,     // our Hello is sent
        Identifying, // theirs has come
        Spare,       // identified, while another link to that peer is in use
        InUse,
        Left, // in use until the other side moved to another one; never again
    };
    struct Link
    {
        RemotePeer peer;
        Phase phase = Phase::Greeted;
        Milliseconds openedAt{};
        wire::Bytes held;   // packets that came while identifying
        bool heard = false; // the other side speaks on it
        Schedule::Timer deadline = 0;
    };

    bool takePackets(LinkId id, ByteView packets);
    bool onHello(Link& link, const wire::RawPacket& packet);
    void identified(LinkId id, Owner::Verdict verdict);
    bool deliver(LinkId id, const wire::RawPacket& packet);
    void settle(LinkId id);
    void use(LinkId id);
    Link* newest(const Key& key, Phase phase);
    LinkId loser(const Link& a, const Link& b) const;
    void breach(LinkId id);
    void drop(LinkId id, bool closeIt);

    Network& network_;
    Schedule& schedule_;
    Diagnostics& diagnostics_;
    Owner& owner_;
    Self self_;
    std::map<LinkId, Link> links_;
};

} // namespace linnet::peer
