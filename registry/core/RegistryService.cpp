// Connections, the one table of requests, and what happens as time passes.
#include "registry/core/RegistryService.h"

#include "wire/Text.h"

namespace linnet::registry {

using wire::PacketType;
using wire::Refusal;

namespace {

// States of a connection, as a set.
constexpr unsigned kStranger = 1;
constexpr unsigned kAsked = 2; // told that a password is needed
constexpr unsigned kLoggedIn = 4;
constexpr unsigned kAny = kStranger | kAsked | kLoggedIn;

} // namespace

struct RegistryService::Rule
{
    PacketType type;
    unsigned states;    // in which it is allowed
    Refusal otherwise;  // what is said in the others
    std::uint32_t cost; // tokens of the connection's bucket
    bool replied;
    bool (*handle)(RegistryService&, Caller&, const Rule&, wire::ByteView);
};

const RegistryService::Rule* RegistryService::findRule(PacketType type)
{
    using S = RegistryService;
    constexpr Refusal kNot = Refusal::NotLoggedIn;
    // clang-format off
    static const Rule kRules[] = {
        {PacketType::Register, kStranger | kAsked, Refusal::Malformed, 4, true,
         &S::decodeAndHandle<wire::Register, &S::registerAccount>},
        {PacketType::Login, kAny, kNot, 1, true, &S::decodeAndHandle<wire::Login, &S::login>},
        {PacketType::ScramFirst, kAsked, Refusal::LoginExpired, 1, true,
         &S::decodeAndHandle<wire::ScramFirst, &S::scramFirst>},
        {PacketType::ScramFinal, kAsked, Refusal::LoginExpired, 4, true,
         &S::decodeAndHandle<wire::ScramFinal, &S::scramFinal>},
        {PacketType::Resume, kAny, kNot, 1, true, &S::decodeAndHandle<wire::Resume, &S::resume>},
        {PacketType::Logout, kLoggedIn, kNot, 1, true, &S::decodeAndHandle<wire::Logout, &S::logout>},
        {PacketType::Search, kLoggedIn, kNot, 1, true, &S::decodeAndHandle<wire::Search, &S::search>},
        {PacketType::ListOnline, kLoggedIn, kNot, 1, true, &S::decodeAndHandle<wire::ListOnline, &S::listOnline>},
        {PacketType::Heartbeat, kLoggedIn, kNot, 1, true, &S::decodeAndHandle<wire::Heartbeat, &S::heartbeat>},
        {PacketType::ChangePassword, kLoggedIn, kNot, 1, true,
         &S::decodeAndHandle<wire::ChangePassword, &S::changePassword>},
        {PacketType::WaitFor, kLoggedIn, kNot, 1, true, &S::decodeAndHandle<wire::WaitFor, &S::waitFor>},
        {PacketType::CallMe, kLoggedIn, kNot, 1, true, &S::decodeAndHandle<wire::CallMe, &S::callMe>},
        {PacketType::NoticeSeen, kLoggedIn, kNot, 1, false,
         &S::decodeAndHandle<wire::NoticeSeen, &S::noticeSeen>},
        {PacketType::Goodbye, kAny, kNot, 1, false, &S::decodeAndHandle<wire::Goodbye, &S::goodbye>},
    };
    // clang-format on
    for (const Rule& rule : kRules)
        if (rule.type == type) return &rule;
    return nullptr;
}

RegistryService::RegistryService(const Ports& ports, const wire::Key& secret, std::uint16_t udpPort)
    : ports_(ports),
      secret_(secret),
      udpPort_(udpPort),
      notices_(static_cast<std::uint32_t>(ports.random.number())),
      answerCounter_(ports.random.number() >> 1) // far from the end
{
}

void RegistryService::connectionOpened(ConnectionId id, const Address& remote, const wire::Key& key,
                                       const wire::Key& handshakeHash, const Now& now)
{
    now_ = now;
    Caller& caller = connections_[id];
    caller.id = id;
    caller.remote = remote;
    caller.key = key;
    caller.handshakeHash = handshakeHash;
}

void RegistryService::record(ConnectionId id, wire::ByteView plaintext, const Now& now)
{
    now_ = now;
    wire::PacketReader reader(plaintext);
    wire::RawPacket packet;
    while (true) {
        auto found = connections_.find(id);
        if (found == connections_.end()) return;
        bool there = reader.next(packet);
        bool bad = there ? !handlePacket(found->second, packet) : reader.malformed();
        if (bad) return dropForBadPacket(found->second, packet);
        if (!there) return;
    }
}

bool RegistryService::handlePacket(Caller& caller, const wire::RawPacket& packet)
{
    const Rule* rule = findRule(packet.type);
    return rule && rule->handle(*this, caller, *rule, packet.body);
}

// Whether the request may be carried out now; if not, it has been refused.
bool RegistryService::admit(Caller& caller, const Rule& rule)
{
    std::uint64_t wait = caller.requests.wait(kRequestRate, rule.cost, now_.milliseconds);
    if (wait > 0) {
        if (rule.replied) refuseForNow(caller, wait);
        return false;
    }
    caller.requests.take(kRequestRate, rule.cost, now_.milliseconds);

    bool expired = caller.session && slotOf(caller) == kNoSlot;
    if (expired) caller.session.reset();
    unsigned state = caller.session ? kLoggedIn : caller.login ? kAsked : kStranger;
    if (rule.states & state) return true;
    if (!rule.replied) return false;
    if (expired)
        refuse(caller, Refusal::UnknownSession, "The session is over: log in again.");
    else if (rule.otherwise == Refusal::NotLoggedIn)
        refuse(caller, Refusal::NotLoggedIn, "Log in first.");
    else
        refuse(caller, rule.otherwise, "This request does not fit here.");
    return false;
}

void RegistryService::dropForBadPacket(Caller& caller, const wire::RawPacket& packet)
{
    std::string_view name = wire::packetName(packet.type);
    log(Diagnostics::Level::Warning, "closed a connection from " + hostText(caller.remote.ip) +
                                         ": bad packet (" + std::string(name.empty() ? "unknown" : name) +
                                         ")");
    ConnectionId id = caller.id;
    connections_.erase(id);
    ports_.outbound.closeConnection(id, wire::Goodbye::Reason::BadPacket);
}

bool RegistryService::isLoggedIn(ConnectionId id) const
{
    auto found = connections_.find(id);
    return found != connections_.end() && slotOf(found->second) != kNoSlot;
}

Slot RegistryService::slotOf(const Caller& caller) const
{
    return caller.session ? presence_.findSession(*caller.session) : kNoSlot;
}

void RegistryService::refuse(const Caller& caller, Refusal why, std::string_view words)
{
    reply(caller, wire::Refused{why, words});
}

void RegistryService::refuseFailed(const Caller& caller)
{
    refuse(caller, Refusal::Failed, "The registry cannot use its database now. Try again later.");
}

void RegistryService::refuseForNow(const Caller& caller, std::uint64_t waitMilliseconds)
{
    std::uint64_t seconds = (waitMilliseconds + 999) / 1000;
    refuse(caller, Refusal::SlowDown,
           "Too fast: wait " + std::to_string(seconds) + (seconds == 1 ? " second." : " seconds."));
}

void RegistryService::tick(const Now& now)
{
    now_ = now;
    for (AccountId account : ports_.accounts.takeRevoked())
        revoke(account);
    sweepSilent();
    drainWaiters();
    sendNotices();
    if (unflushed_ && now.milliseconds - lastFlush_ >= kSeenFlushSeconds * 1000ull) {
        ports_.accounts.flush();
        unflushed_ = false;
        lastFlush_ = now.milliseconds;
    }
    lastTick_ = now.milliseconds;
}

unsigned RegistryService::tickPeriod() const
{
    constexpr std::size_t kSweptAtOnce = 8192;
    if (!notices_.empty() || !draining_.empty() || presence_.slots() > kSweptAtOnce) return 1000;
    return presence_.size() > 0 || unflushed_ ? kSweepMilliseconds : 0;
}

void RegistryService::stop(const Now& now)
{
    now_ = now;
    presence_.sweep(presence_.slots(), [this](Slot slot) {
        if (presence_.at(slot).visible()) ports_.accounts.noteSeen(presence_.at(slot).account, now_.wall);
    });
    ports_.accounts.flush();
}

wire::Status knownStatus(wire::Status status, wire::Status otherwise)
{
    bool known = status >= wire::Status::Online && status <= wire::Status::Invisible;
    return known ? status : otherwise;
}

} // namespace linnet::registry
