// Presence: a small sealed datagram to the registry every period, its answers, and the registry's notices.
// Where no datagram comes back, the heartbeats go over TCP, and UDP is tried again from time to time.
#pragma once

#include "core/RegistryLogin.h"

#include <deque>

namespace linnet::peer {

class Heartbeats
{
public:
    class Listener
    {
    public:
        virtual void sessionUnknown() = 0;                       // the registry has forgotten the session
        virtual void registrySilent(const Problem& problem) = 0; // neither UDP nor TCP gets an answer
        virtual void noticed(const wire::Notice& notice) = 0;    // each once

    protected:
        ~Listener() = default;
    };

    Heartbeats(Network& network, Schedule& schedule, secure::Random& random, RegistryLink& link,
               Listener& listener);
    ~Heartbeats();

    void start(const SessionGrant& grant, wire::Status status);
    void stop();
    // Sent at once and with each heartbeat from now on.
    void setStatus(wire::Status status);
    void datagram(ByteView datagram);
    void noticeByTcp(const wire::Notice& notice);
    bool overTcp() const { return overTcp_; }
    // When the registry last answered, by the schedule's clock.
    Milliseconds lastHeard() const { return lastHeard_; }

private:
    void beat();
    void sendHeartbeat(std::uint64_t echo);
    void send(wire::DatagramType type, ByteView body);
    void sendByTcp();
    void onAnswer(ByteView body);
    bool firstTime(const wire::Notice& notice);
    Milliseconds nextWait();

    Network& network_;
    Schedule& schedule_;
    secure::Random& random_;
    RegistryLink& link_;
    Listener& listener_;
    SessionGrant grant_;
    wire::Status status_ = wire::Status::Online;
    bool running_ = false;
    bool heardOnce_ = false; // a datagram has come back in this session
    bool overTcp_ = false;
    unsigned unanswered_ = 0;
    unsigned beatsByTcp_ = 0;
    std::uint64_t counter_ = 0;
    std::uint64_t lastHeartbeat_ = 0;       // its counter
    std::deque<std::uint32_t> seenNotices_; // the last ids
    Milliseconds lastHeard_{};
    Schedule::Timer timer_ = 0;
};

} // namespace linnet::peer
