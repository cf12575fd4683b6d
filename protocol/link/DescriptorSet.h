// Which descriptor is watched for what, and who is told: one epoll set of our own. It is readable itself when
// any of its members is ready, so that it takes a single place in a reactor.
#pragma once

#include "link/EventLoop.h"
#include "link/SocketIo.h"

#include <cstdint>
#include <vector>

namespace linnet::link {

class DescriptorSet
{
public:
    DescriptorSet(); // throws std::system_error when the kernel gives no descriptor

    int fd() const { return epoll_.get(); }

    bool watch(int fd, unsigned interest, DescriptorHandler& handler); // all three: as EventLoop
    void unwatch(int fd);
    void atRoundEnd(int fd);

    // Calls the handlers of what is ready now, a bounded number of them.
    void dispatch();
    // Calls onRoundEnd() of those who asked; those who ask meanwhile are called the next time.
    void endRound();
    bool roundEndAsked() const { return !ending_.empty(); }

private:
    struct Watch
    {
        DescriptorHandler* handler = nullptr;
        std::uint32_t generation = 0;  // rises with each handler: events and wishes of earlier ones are void
        std::uint8_t interest = kNone; // what epoll knows
        bool ending = false;           // is in ending_
    };
    using Token = std::uint64_t; // generation and descriptor

    static Token tokenOf(int fd, const Watch& watch);
    Watch* find(Token token);
    bool arm(int fd, Watch& watch, unsigned interest);
    void tell(Token token, std::uint32_t events);

    Descriptor epoll_;
    std::vector<Watch> watches_; // by descriptor: they are small numbers
    std::vector<Token> ending_;
    std::vector<Token> endingNow_;
};

} // namespace linnet::link
