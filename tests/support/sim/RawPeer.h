// The other end of a link, packet by packet: says what a test tells it to, right or wrong.
#pragma once

#include "secure/Identity.h"
#include "support/sim/SimulatedNetwork.h"
#include "wire/PacketCodec.h"
#include "wire/PeerPackets.h"

namespace linnet::test {

class RawPeer final : private Attached
{
public:
    RawPeer(SimulatedNetwork& network, secure::Random& random, const std::string& ip, std::string theName)
        : name(std::move(theName)),
          identity(secure::Identity::make(random)),
          network_(network),
          host_(network.addHost(ip, wire::kFirstPeerPort, 40000, wire::Role::PeerPeer))
    {
        network_.start(host_, *this);
        network_.useKey(host_, identity.publicHalf().key);
    }

    HostId host() const { return host_; }
    void dial(const Endpoint& to) { network_.dial(host_, to, wire::Role::PeerPeer, std::nullopt); }
    void send(ByteView packets) { network_.send(link, packets); }
    template <class Packet>
    void say(const Packet& packet)
    {
        send(wire::encode(packet));
    }
    wire::Hello hello() const
    {
        wire::Hello hello;
        hello.name = name;
        hello.signingKey = identity.publicHalf().signingKey;
        hello.binding = identity.publicHalf().binding;
        hello.registryKey = registryKey;
        hello.listenPort = wire::kFirstPeerPort;
        return hello;
    }
    // The newest packet of that type that has come; nothing when there was none.
    template <class Packet>
    std::optional<Packet> heard() const
    {
        for (auto packet = packets_.rbegin(); packet != packets_.rend(); ++packet)
            if (packet->first == Packet::kType) return wire::decodeBody<Packet>(packet->second);
        return std::nullopt;
    }
    template <class Packet>
    std::size_t count() const
    {
        std::size_t found = 0;
        for (auto& [type, body] : packets_)
            if (type == Packet::kType) ++found;
        return found;
    }
    void forget() { packets_.clear(); }

    std::string name;
    Key registryKey{};
    secure::Identity identity;
    LinkId link = 0; // the newest; 0: closed
    unsigned opened = 0;

private:
    void onOpened(const OpenedLink& newest) override
    {
        link = newest.id;
        ++opened;
    }
    void onRecord(LinkId, ByteView plaintext) override
    {
        wire::PacketReader reader(plaintext);
        wire::RawPacket packet;
        while (reader.next(packet))
            packets_.emplace_back(packet.type, packet.body.copy());
    }
    void onClosed(const ClosedLink& closed) override
    {
        if (closed.id == link) link = 0;
    }
    void onDrained(LinkId) override {}
    void onDatagram(ByteView, const Endpoint&) override {}

    SimulatedNetwork& network_;
    HostId host_;
    std::vector<std::pair<wire::PacketType, wire::Bytes>> packets_;
};

} // namespace linnet::test
