// Sessions from log-in to the last heartbeat.
#include "registry/core/RegistryService.h"

namespace linnet::registry {

using wire::AnswerBody;
using wire::Goodbye;

void RegistryService::beginSession(Caller& caller, const Account& account, const Arrival& arrival,
                                   std::string_view scram)
{
    if (Slot old = presence_.findAccount(account.id); old != kNoSlot) {
        wire::SessionId id = presence_.at(old).id;
        endSession(old, now_.wall);
        closeConnectionsOf(id, &caller);
    }
    if (Slot other = slotOf(caller); other != kNoSlot) endSession(other, now_.wall);

    Session session;
    do
        ports_.random.fill(session.id.data(), session.id.size());
    while (presence_.findSession(session.id) != kNoSlot);
    session.account = account.id;
    session.ip = caller.remote.ip; // its UDP port is to be proven by a heartbeat
    session.listenPort = arrival.listenPort;
    session.heard = now_.seconds();
    session.status = arrival.status;
    Slot slot = presence_.add(session, account.name, arrival.advertised);
    caller.session = session.id;

    secure::SessionKeys keys = secure::sessionKeys(secret_, session.id);
    std::string observed = hostText(caller.remote.ip);
    wire::LoggedIn loggedIn;
    loggedIn.session = session.id;
    loggedIn.upKey = keys.up;
    loggedIn.downKey = keys.down;
    loggedIn.udpPort = udpPort_;
    loggedIn.time = now_.wall;
    loggedIn.observedHost = observed;
    loggedIn.scram = scram;
    reply(caller, loggedIn);
    log(Diagnostics::Level::Info, account.name + " logged in from " + observed);
    if (session.visible()) announce(slot);
}

void RegistryService::endSession(Slot slot, std::uint64_t lastSeen)
{
    const Session& session = presence_.at(slot);
    // For others an invisible user left when it became invisible.
    if (session.visible()) {
        ports_.accounts.noteSeen(session.account, lastSeen);
        unflushed_ = true;
    }
    waits_.removeAll(slot);
    presence_.remove(slot);
}

void RegistryService::closeConnectionsOf(const wire::SessionId& session, const Caller* except)
{
    for (auto next = connections_.begin(); next != connections_.end();) {
        auto current = next++;
        if (&current->second == except || current->second.session != session) continue;
        ConnectionId id = current->first;
        connections_.erase(current);
        ports_.outbound.closeConnection(id, Goodbye::Reason::Replaced);
    }
}

void RegistryService::revoke(AccountId account)
{
    Slot slot = presence_.findAccount(account);
    if (slot == kNoSlot) return;
    log(Diagnostics::Level::Info,
        std::string(presence_.name(slot)) + " was banned or deleted: its session is over");
    wire::SessionId id = presence_.at(slot).id;
    endSession(slot, now_.wall);
    closeConnectionsOf(id, nullptr);
}

void RegistryService::setStatus(Slot slot, wire::Status status)
{
    status = knownStatus(status, presence_.at(slot).status);
    bool before = presence_.at(slot).visible();
    presence_.setStatus(slot, status);
    bool after = presence_.at(slot).visible();
    if (before && !after) {
        ports_.accounts.noteSeen(presence_.at(slot).account, now_.wall);
        unflushed_ = true;
    }
    if (!before && after) announce(slot);
}

void RegistryService::heartbeat(Caller& caller, const wire::Heartbeat& request)
{
    Slot slot = slotOf(caller);
    Session& session = presence_.at(slot);
    session.heard = now_.seconds();
    if (session.ip != caller.remote.ip) {
        session.ip = caller.remote.ip;
        session.udpPort = 0;
    }
    session.overTcp = true;
    setStatus(slot, request.status);
    reply(caller, wire::Done{});
}

void RegistryService::datagram(wire::Byte* data, std::size_t size, const Address& from, const Now& now)
{
    now_ = now;
    std::optional<wire::DatagramHeader> header = secure::peekDatagram({data, size});
    if (!header) return;
    bool heartbeats = header->type == wire::DatagramType::Heartbeat;
    if (!heartbeats && header->type != wire::DatagramType::NoticeSeen) return;
    Slot slot = presence_.findSession(header->session);
    bool known = slot != kNoSlot;
    if (known && header->counter <= presence_.at(slot).counter) return;
    if (!known && !unknownSessions_.tryTake(kUnknownSessionRate, 1, now.milliseconds)) return;

    secure::SessionKeys keys = secure::sessionKeys(secret_, header->session);
    std::optional<wire::ByteView> body = secure::openDatagram(keys.up, data, size);
    if (!body) return;
    if (known) {
        presence_.at(slot).counter = header->counter;
        presence_.at(slot).heard = now.seconds();
    }
    if (!heartbeats) {
        std::optional<wire::NoticeSeen> seen = wire::decodeBody<wire::NoticeSeen>(*body);
        if (seen) notices_.seen(seen->id, header->session);
    }
    else if (known)
        heartbeat(slot, *header, *body, from, keys);
    else
        answerUnknown(*header, *body, from, keys);
}

void RegistryService::heartbeat(Slot slot, const wire::DatagramHeader& header, wire::ByteView body,
                                const Address& from, const secure::SessionKeys& keys)
{
    std::optional<wire::HeartbeatBody> heartbeat = wire::decodeBody<wire::HeartbeatBody>(body);
    if (!heartbeat) return;
    Session& session = presence_.at(slot);
    if (from != session.address()) {
        std::uint64_t challenge = challengeFor(session.id, from);
        if (heartbeat->echo != challenge)
            return answer(header, AnswerBody::Kind::Challenge, challenge, from, keys.down);
        session.ip = from.ip;
        session.udpPort = from.port;
    }
    session.overTcp = false;
    answer(header, AnswerBody::Kind::Heard, header.counter, from, keys.down);
    setStatus(slot, heartbeat->status);
}

void RegistryService::answerUnknown(const wire::DatagramHeader& header, wire::ByteView body,
                                    const Address& from, const secure::SessionKeys& keys)
{
    if (!wire::decodeBody<wire::HeartbeatBody>(body)) return;
    answer(header, AnswerBody::Kind::UnknownSession, header.counter, from, keys.down);
}

// Of a heartbeat's size, so never longer than what it answers.
void RegistryService::answer(const wire::DatagramHeader& header, AnswerBody::Kind kind, std::uint64_t value,
                             const Address& to, const wire::Key& key)
{
    scratch_.clear();
    wire::ByteWriter writer(scratch_);
    AnswerBody::fields(writer, static_cast<const AnswerBody&>(AnswerBody{kind, value}));
    datagramScratch_.clear();
    secure::sealDatagram({wire::DatagramType::HeartbeatAnswer, header.session, ++answerCounter_}, key,
                         scratch_, datagramScratch_);
    ports_.outbound.sendDatagram(datagramScratch_, to);
}

// Never 0, which means "no echo".
std::uint64_t RegistryService::challengeFor(const wire::SessionId& session, const Address& address) const
{
    wire::Bytes text = wire::ByteView(std::string_view("linnet address")).copy();
    wire::append(text, session);
    wire::append(text, address.ip);
    wire::ByteWriter(text).u16(address.port);
    wire::Key mac = secure::hmacSha256(secret_, text);
    std::uint64_t challenge = 0;
    wire::ByteReader(mac).u64(challenge);
    return challenge | 1;
}

void RegistryService::sweepSilent()
{
    std::uint64_t elapsed = std::min<std::uint64_t>(now_.milliseconds - lastTick_, kSweepMilliseconds);
    std::size_t part = presence_.slots() * elapsed / kSweepMilliseconds + 1;
    presence_.sweep(part, [this](Slot slot) {
        const Session& session = presence_.at(slot);
        std::uint32_t silent = now_.seconds() - session.heard;
        if (silent <= kSilentSeconds) return;
        log(Diagnostics::Level::Info, std::string(presence_.name(slot)) + " fell silent: offline");
        endSession(slot, now_.wall > silent ? now_.wall - silent : 0);
    });
}

} // namespace linnet::registry
