// Reaches one endpoint: looks its host up, then tries address after address, each with its share of the time
// left.
#pragma once

#include "link/EventLoop.h"
#include "link/Resolver.h"
#include "link/SocketIo.h"

#include <functional>
#include <string>
#include <vector>

namespace linnet::link {

class Dialer final : private DescriptorHandler
{
public:
    // Called once, never from inside the constructor: a connected socket and its numeric address, or no
    // socket and why.
    using Done =
        std::function<void(Descriptor socket, const wire::Endpoint& remote, const std::string& failure)>;

    Dialer(EventLoop& loop, Resolver& resolver, const wire::Endpoint& to, Milliseconds deadline, Done done);
    ~Dialer();
    Dialer(const Dialer&) = delete;
    Dialer& operator=(const Dialer&) = delete;

private:
    void onWritable() override;
    void onDescriptorError(int errorNumber) override { attemptFailed(errorNumber); }

    void tryNext();
    int startAttempt(const wire::Endpoint& to);
    void attemptFailed(int errorNumber);
    void finish(const std::string& failure);

    EventLoop& loop_;
    Resolver& resolver_;
    Resolver::Ticket ticket_;
    Milliseconds deadline_; // in the loop's time
    Done done_;
    wire::Endpoint at_;              // what was asked for, then what is being tried
    std::vector<std::string> hosts_; // left to try, the next one last
    std::string failure_ = "timed out";
    Descriptor socket_;
    TimerId timer_ = 0;
};

} // namespace linnet::link
