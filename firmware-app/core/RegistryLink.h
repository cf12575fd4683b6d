// The connection to the registry: opened when there is something to ask, closed when there has been nothing
// for a while. Requests go out in order and each gets its one reply. It checks the registry's key against its
// pin and, once there is a session, says first to which one the connection belongs.
#pragma once

#include "core/Ports.h"
#include "core/Problem.h"
#include "core/Schedule.h"
#include "wire/PacketCodec.h"

#include <deque>
#include <functional>
#include <optional>

namespace linnet::peer {

struct RegistrySettings
{
    Endpoint at;
    std::string fingerprint; // the configured one; empty: trust on first use
};

// A reply, or why there is none.
class Reply
{
public:
    explicit Reply(const wire::RawPacket& packet) : packet_(packet) {}
    explicit Reply(Problem problem) : problem_(std::move(problem)) {}

    // The reply as `Packet`; nothing when it is another or there is none.
    template <class Packet>
    std::optional<Packet> as() const
    {
        if (!packet_ || packet_->type != Packet::kType) return std::nullopt;
        return wire::decodeBody<Packet>(packet_->body);
    }
    // What went wrong, for the user: no connection, the registry's refusal, or a reply that makes no sense.
    Problem problem() const;
    // Whether the registry could not be reached at all.
    bool unreachable() const { return !packet_; }
    std::optional<wire::Refusal> refusal() const;

private:
    std::optional<wire::RawPacket> packet_; // borrowed from the record
    Problem problem_;
};

class RegistryLink
{
public:
    using Replied = std::function<void(const Reply& reply)>;
    using Noticed = std::function<void(const wire::Notice& notice)>;

    RegistryLink(Network& network, Schedule& schedule, Accounts& accounts, Diagnostics& diagnostics,
                 RegistrySettings settings);
    ~RegistryLink();

    // Packets that come unasked.
    void onNotice(Noticed noticed) { noticed_ = std::move(noticed); }

    // Sends `packet`, opening the connection if there is none; `replied` is called once, never from inside
    // this call.
    template <class Packet>
    void request(const Packet& packet, Replied replied)
    {
        ask(wire::encode(packet), std::move(replied));
    }
    // The same for a packet that is encoded already.
    void ask(wire::Bytes packet, Replied replied);
    // A packet that has no reply; dropped when there is no connection.
    template <class Packet>
    void tell(const Packet& packet)
    {
        if (open_) network_.send(link_, wire::encode(packet));
    }

    // Later connections belong to this session; nothing: to none.
    void useSession(std::optional<wire::SessionId> session) { session_ = session; }
    // Whether it stays open without requests: where UDP does not get through.
    void keepOpen(bool keep);
    // Closes it; requests without a reply fail with `words`.
    void reset(const std::string& words);

    // Tells everyone who waits for a reply `problem`; replies that still come are nobody's.
    void failCallers(const Problem& problem);

    // Of the open connection; the key is the pinned one before the first. Zeros: none yet.
    const Key& handshakeHash() const { return handshakeHash_; }
    const Key& registryKey() const { return registryKey_; }
    const Endpoint& remote() const { return remote_; }
    const RegistrySettings& settings() const { return settings_; }

    // Events of the network; false when the link is not this one's.
    bool opened(const OpenedLink& link);
    bool record(LinkId link, ByteView plaintext);
    bool closed(const ClosedLink& link);

private:
    struct Request
    {
        wire::Bytes packet;
        Replied replied;
    };

    void connect();
    std::optional<Key> expectedKey();
    Problem wrongKey() const;
    bool checkKey(const Key& key);
    void sendAll();
    void answer(const Reply& reply);
    void failAll(const Problem& problem);
    void restartIdleTimer();

    Network& network_;
    Schedule& schedule_;
    Accounts& accounts_;
    Diagnostics& diagnostics_;
    RegistrySettings settings_;
    Noticed noticed_;
    std::deque<Request> requests_; // the first `sent_` of them are under way
    std::size_t sent_ = 0;
    LinkId link_ = 0;
    bool open_ = false;
    bool keepOpen_ = false;
    std::optional<wire::SessionId> session_;
    Key handshakeHash_{};
    Key registryKey_{};
    Endpoint remote_;
    Schedule::Timer idle_ = 0;
    Schedule::Timer connecting_ = 0;
};

} // namespace linnet::peer
