// Accepts TCP connections on one port. Pauses when descriptors run out and goes on when there are some again.
#pragma once

#include "link/EventLoop.h"
#include "wire/Endpoint.h"

#include <functional>
#include <memory>

namespace linnet::link {

class Listener
{
public:
    // Takes the descriptor: non-blocking, close-on-exec, TCP_NODELAY. `remote` is numeric.
    using Accepted = std::function<void(int fd, const wire::Endpoint& remote)>;

    // Listens on `at` (host numeric, or empty for every address, IPv6 and IPv4; port 0: any free one).
    // Throws std::runtime_error with a sentence that names the address and the reason.
    Listener(EventLoop& loop, const wire::Endpoint& at, Accepted accepted);
    ~Listener();

    std::uint16_t port() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace linnet::link
