// The network of two boards at its simplest: in order, without loss while both are on, gone at once when one
// loses its power. What happens to the network itself is tested elsewhere.
#pragma once

#include "core/Ports.h"
#include "secure/Random.h"

#include <array>
#include <deque>
#include <map>
#include <optional>

namespace linnet::test {

class Cable
{
public:
    // One of the two boards: where its events go.
    class End
    {
    public:
        virtual bool isOn() const = 0;
        virtual void opened(const peer::OpenedLink& link) = 0;
        virtual void record(peer::LinkId link, wire::ByteView packets) = 0;
        virtual void closed(const peer::ClosedLink& link) = 0;
        virtual void drained(peer::LinkId link) = 0;
        virtual wire::Key key() const = 0;

    protected:
        ~End() = default;
    };

    void connect(End& a, End& b) { ends_ = {&a, &b}; }

    // From the core of end 0 or 1.
    peer::LinkId dial(int from);
    void send(int from, peer::LinkId link, wire::ByteView packets);
    void close(int from, peer::LinkId link);
    bool full(int from, peer::LinkId link) const;

    // Its end of all links is gone; the other one still gets a random part of what was under way.
    void powerLost(int end, secure::Random& random);

    // Hands one random thing that is under way to its end; false when there is none.
    bool deliver(secure::Random& random);

private:
    struct Arrival
    {
        wire::Bytes packets;
        bool closed = false; // the last of a link
    };
    struct Link
    {
        int dialler = 0;
        bool opened = false;
        std::array<bool, 2> up{true, true};          // as each end sees it
        std::array<std::deque<Arrival>, 2> arriving; // at each end
    };

    void open(peer::LinkId id, Link& link);
    void arrive(peer::LinkId id, int at);

    std::array<End*, 2> ends_{};
    std::map<peer::LinkId, Link> links_;
    peer::LinkId last_ = 0;
};

} // namespace linnet::test
