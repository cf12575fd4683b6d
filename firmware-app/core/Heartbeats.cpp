// One timer: the next heartbeat. The first ones of a session follow each other quickly until one is answered.
#include "core/Heartbeats.h"

#include <algorithm>

namespace linnet::peer {

namespace {
constexpr Milliseconds kFirstWaits{1500};
constexpr unsigned kUdpRetryBeats = 15; // every so many heartbeats over TCP, UDP is tried again
constexpr std::size_t kSeenNotices = 64;
} // namespace

Heartbeats::Heartbeats(Network& network, Schedule& schedule, secure::Random& random, RegistryLink& link,
                       Listener& listener)
    : network_(network), schedule_(schedule), random_(random), link_(link), listener_(listener)
{
}

Heartbeats::~Heartbeats()
{
    schedule_.cancel(timer_);
}

void Heartbeats::start(const SessionGrant& grant, wire::Status status)
{
    stop();
    grant_ = grant;
    status_ = status;
    running_ = true;
    lastHeard_ = schedule_.now();
    beat();
}

void Heartbeats::stop()
{
    schedule_.cancel(timer_);
    running_ = heardOnce_ = overTcp_ = false;
    seenNotices_.clear();
    unanswered_ = beatsByTcp_ = 0;
    counter_ = 0;
    link_.keepOpen(false);
}

void Heartbeats::setStatus(wire::Status status)
{
    status_ = status;
    if (!running_) return;
    schedule_.cancel(timer_);
    beat();
}

Milliseconds Heartbeats::nextWait()
{
    if (!heardOnce_ && !overTcp_) return kFirstWaits;
    auto tenth = static_cast<std::uint64_t>(grant_.period.count() / 10);
    return grant_.period - Milliseconds(tenth) + Milliseconds(random_.below(2 * tenth + 1));
}

void Heartbeats::beat()
{
    bool udpFails = unanswered_ >= wire::kMissedHeartbeats;
    if (udpFails && !overTcp_) {
        overTcp_ = true;
        beatsByTcp_ = 0;
        link_.keepOpen(true);
    }
    if (overTcp_) sendByTcp();
    if (!overTcp_ || beatsByTcp_ % kUdpRetryBeats == 0) sendHeartbeat(0);
    schedule_.cancel(timer_);
    timer_ = schedule_.after(nextWait(), [this] {
        timer_ = 0;
        beat();
    });
}

void Heartbeats::sendHeartbeat(std::uint64_t echo)
{
    if (!overTcp_) ++unanswered_;
    send(wire::DatagramType::Heartbeat, wire::encodeBody(wire::HeartbeatBody{status_, echo}));
    lastHeartbeat_ = counter_;
}

void Heartbeats::send(wire::DatagramType type, ByteView body)
{
    wire::Bytes datagram;
    secure::sealDatagram({type, grant_.id, ++counter_}, grant_.keys.up, body, datagram);
    network_.sendDatagram(grant_.datagrams, datagram);
}

void Heartbeats::sendByTcp()
{
    ++beatsByTcp_;
    link_.request(wire::Heartbeat{status_}, [this, session = grant_.id](const Reply& reply) {
        if (!running_ || session != grant_.id) return;
        if (reply.as<wire::Done>())
            lastHeard_ = schedule_.now();
        else if (reply.unreachable())
            listener_.registrySilent(reply.problem());
        else
            listener_.sessionUnknown();
    });
}

void Heartbeats::datagram(ByteView datagram)
{
    auto header = secure::peekDatagram(datagram);
    if (!running_ || !header || header->session != grant_.id) return;
    wire::Bytes copy = datagram.copy();
    auto body = secure::openDatagram(grant_.keys.down, copy.data(), copy.size());
    if (!body) return;
    if (header->type == wire::DatagramType::HeartbeatAnswer) return onAnswer(*body);
    if (header->type != wire::DatagramType::Notice) return;
    auto notice = wire::decodeBody<wire::Notice>(*body);
    if (!notice) return;
    send(wire::DatagramType::NoticeSeen, wire::encodeBody(wire::NoticeSeen{notice->id}));
    if (firstTime(*notice)) listener_.noticed(*notice);
}

void Heartbeats::onAnswer(ByteView body)
{
    auto answer = wire::decodeBody<wire::AnswerBody>(body);
    if (!answer) return;
    switch (answer->kind) {
    case wire::AnswerBody::Kind::Challenge:
        // Counted as unanswered: what matters is the answer to the echo.
        sendHeartbeat(answer->value);
        unanswered_ = std::min(unanswered_, 1u);
        break;
    case wire::AnswerBody::Kind::Heard: {
        if (answer->value != lastHeartbeat_) break; // a late answer to an older one
        bool first = !heardOnce_;
        heardOnce_ = true;
        unanswered_ = 0;
        lastHeard_ = schedule_.now();
        if (overTcp_) {
            overTcp_ = false;
            link_.keepOpen(false);
        }
        if (first) {
            schedule_.cancel(timer_);
            timer_ = schedule_.after(nextWait(), [this] {
                timer_ = 0;
                beat();
            });
        }
        break;
    }
    case wire::AnswerBody::Kind::UnknownSession:
        listener_.sessionUnknown();
        break;
    }
}

void Heartbeats::noticeByTcp(const wire::Notice& notice)
{
    if (!running_) return;
    link_.tell(wire::NoticeSeen{notice.id});
    if (firstTime(notice)) listener_.noticed(notice);
}

bool Heartbeats::firstTime(const wire::Notice& notice)
{
    // Notices can overtake each other, so the highest id would not do.
    if (std::find(seenNotices_.begin(), seenNotices_.end(), notice.id) != seenNotices_.end()) return false;
    seenNotices_.push_back(notice.id);
    if (seenNotices_.size() > kSeenNotices) seenNotices_.pop_front();
    return true;
}

} // namespace linnet::peer
