// The behaviour of the registry: packets and datagrams in, packets and datagrams out. It knows no socket,
// clock, file or database; they are behind the ports it is handed. PROTOCOL.md section 5 is its
// specification.
//
// Who asks is known by the connection's key and log-in alone; a name in a packet is only ever about someone
// else.
#pragma once

#include "registry/core/AccountStore.h"
#include "registry/core/Limits.h"
#include "registry/core/NoticeQueue.h"
#include "registry/core/Ports.h"
#include "registry/core/PresenceTable.h"
#include "registry/core/Throttle.h"
#include "registry/core/WaitLists.h"
#include "secure/DatagramSeal.h"
#include "secure/Scram.h"
#include "wire/Datagram.h"
#include "wire/PacketCodec.h"

#include <memory>
#include <optional>
#include <unordered_map>

namespace linnet::registry {

class RegistryService
{
public:
    struct Ports
    {
        AccountStore& accounts;
        Outbound& outbound;
        Diagnostics& diagnostics;
        secure::Random& random;
    };

    // `secret` lasts longer than any session: from it come session keys, challenges and the salts of unknown
    // names. `udpPort` is told to peers.
    RegistryService(const Ports& ports, const wire::Key& secret, std::uint16_t udpPort);

    // An encrypted connection stands. Its key and handshake hash are those of the Noise session.
    void connectionOpened(ConnectionId id, const Address& remote, const wire::Key& key,
                          const wire::Key& handshakeHash, const Now& now);
    // One record's plaintext from it. Ignored when the connection is not known (any more).
    void record(ConnectionId id, wire::ByteView plaintext, const Now& now);
    void connectionClosed(ConnectionId id) { connections_.erase(id); }
    bool isLoggedIn(ConnectionId id) const;

    // Opened in place.
    void datagram(wire::Byte* data, std::size_t size, const Address& from, const Now& now);

    // To be called every tickPeriod() milliseconds; 0: not needed. Ask again after each input.
    void tick(const Now& now);
    unsigned tickPeriod() const;

    // Before the end: writes down when everyone was last seen.
    void stop(const Now& now);

    const PresenceTable& presence() const { return presence_; }

private:
    // What a peer said of itself when it logged in.
    struct Arrival
    {
        std::uint16_t listenPort = 0;
        std::string advertised;
        wire::Status status = wire::Status::Online;
    };
    // A log-in by password, between PasswordNeeded and its end.
    struct PasswordLogin
    {
        std::string name;
        Arrival arrival;
        std::optional<Account> account; // none: a name nobody has
        std::optional<secure::ScramServer> scram;
    };
    struct Caller
    {
        ConnectionId id = 0;
        Address remote;
        wire::Key key{};
        wire::Key handshakeHash{};
        TokenBucket requests;
        unsigned passwordTries = 0;
        std::unique_ptr<PasswordLogin> login;
        std::optional<wire::SessionId> session;
    };
    struct Rule;

    // Dispatch (RegistryService.cpp)
    static const Rule* findRule(wire::PacketType type);
    // False: malformed. Only a packet that is well-formed is worth a polite refusal.
    template <class Packet, void (RegistryService::*handle)(Caller&, const Packet&)>
    static bool decodeAndHandle(RegistryService& service, Caller& caller, const Rule& rule,
                                wire::ByteView body)
    {
        std::optional<Packet> packet = wire::decodeBody<Packet>(body);
        if (!packet) return false;
        if (service.admit(caller, rule)) (service.*handle)(caller, *packet);
        return true;
    }
    bool admit(Caller& caller, const Rule& rule);
    bool handlePacket(Caller& caller, const wire::RawPacket& packet);
    void dropForBadPacket(Caller& caller, const wire::RawPacket& packet);
    void goodbye(Caller&, const wire::Goodbye&) {}
    template <class Packet>
    void reply(const Caller& caller, const Packet& packet)
    {
        scratch_.clear();
        wire::encode(packet, scratch_);
        ports_.outbound.sendPackets(caller.id, scratch_);
    }
    void refuse(const Caller& caller, wire::Refusal why, std::string_view words);
    void refuseFailed(const Caller& caller);
    void refuseForNow(const Caller& caller, std::uint64_t waitMilliseconds);
    void log(Diagnostics::Level level, const std::string& line) { ports_.diagnostics.event(level, line); }
    Slot slotOf(const Caller& caller) const;

    // Accounts (Accounts.cpp)
    void registerAccount(Caller& caller, const wire::Register& request);
    bool mayRegister(Caller& caller, const wire::Register& request);
    void changePassword(Caller& caller, const wire::ChangePassword& request);
    std::uint64_t prefixKey(std::string_view purpose, const Address& remote) const;

    // Logging in (Login.cpp)
    void login(Caller& caller, const wire::Login& request);
    void scramFirst(Caller& caller, const wire::ScramFirst& request);
    void scramFinal(Caller& caller, const wire::ScramFinal& request);
    void passwordProven(Caller& caller, const wire::ScramFinal& request, std::string_view serverFinal);
    bool moveHere(Caller& caller, Account& account, const wire::PublicIdentity& identity);
    void resume(Caller& caller, const wire::Resume& request);
    void logout(Caller& caller, const wire::Logout& request);

    // Presence (Presence.cpp)
    void beginSession(Caller& caller, const Account& account, const Arrival& arrival, std::string_view scram);
    void endSession(Slot slot, std::uint64_t lastSeen);
    void closeConnectionsOf(const wire::SessionId& session, const Caller* except);
    void revoke(AccountId account);
    void setStatus(Slot slot, wire::Status status);
    void heartbeat(Caller& caller, const wire::Heartbeat& request);
    void heartbeat(Slot slot, const wire::DatagramHeader& header, wire::ByteView body, const Address& from,
                   const secure::SessionKeys& keys);
    void answerUnknown(const wire::DatagramHeader& header, wire::ByteView body, const Address& from,
                       const secure::SessionKeys& keys);
    void answer(const wire::DatagramHeader& header, wire::AnswerBody::Kind kind, std::uint64_t value,
                const Address& to, const wire::Key& key);
    std::uint64_t challengeFor(const wire::SessionId& session, const Address& address) const;
    void sweepSilent();

    // Waiting and notices (Notices.cpp)
    void waitFor(Caller& caller, const wire::WaitFor& request);
    void callMe(Caller& caller, const wire::CallMe& request);
    void noticeSeen(Caller& caller, const wire::NoticeSeen& request);
    void announce(Slot slot);
    void drainWaiters();
    void notifyWaiter(Slot waiter, Slot target);
    void sendNotices();
    bool sendNotice(const PendingNotice& notice);

    // Look-ups (LookUps.cpp)
    void search(Caller& caller, const wire::Search& request);
    void searchExact(Caller& caller, const wire::Search& request);
    void searchPrefix(Caller& caller, const wire::Search& request);
    void listOnline(Caller& caller, const wire::ListOnline& request);
    wire::FoundUser describe(const Account& account, const IpBytes& asker) const;
    std::vector<wire::Endpoint> endpointsOf(Slot slot, const IpBytes& asker) const;

    struct Draining
    {
        AccountId account;
        std::uint64_t nextAt; // milliseconds
    };

    Ports ports_;
    wire::Key secret_;
    std::uint16_t udpPort_;
    Now now_; // of the input being handled
    std::unordered_map<ConnectionId, Caller> connections_;
    PresenceTable presence_;
    WaitLists waits_{presence_};
    NoticeQueue notices_;
    std::vector<Draining> draining_; // names that came online and still have waiters to tell, or just had
    FixedTable<TokenBucket> registrations_{1024};
    FixedTable<TokenBucket> calls_{256};
    GuessingDelay guessing_;
    TokenBucket unknownSessions_;
    std::uint64_t answerCounter_; // of every datagram sent, so that no nonce is used twice
    std::uint64_t lastTick_ = 0;
    std::uint64_t lastFlush_ = 0;
    bool unflushed_ = false;
    wire::Bytes scratch_;
    wire::Bytes datagramScratch_;
};

// Statuses that later versions may add count as Online.
wire::Status knownStatus(wire::Status status, wire::Status otherwise = wire::Status::Online);

} // namespace linnet::registry
