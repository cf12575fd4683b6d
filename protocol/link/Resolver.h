// Host names to numeric addresses without blocking, by c-ares on the event loop. Numeric hosts answer at
// once.
#pragma once

#include "link/EventLoop.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace linnet::link {

class Resolver
{
public:
    explicit Resolver(EventLoop& loop);
    ~Resolver();

    // Numeric addresses, best first; empty when there are none. Never called from inside resolve().
    using Resolved = std::function<void(const std::vector<std::string>& hosts)>;
    using Ticket = std::uint64_t;
    Ticket resolve(const std::string& host, Resolved resolved);
    // No call follows.
    void cancel(Ticket ticket);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace linnet::link
