// Signals as events of the loop (signalfd). Make it before anything else, so that the signals are blocked
// everywhere.
#pragma once

#include "link/EventLoop.h"

#include <functional>
#include <initializer_list>
#include <memory>

namespace linnet::link {

class Signals
{
public:
    Signals(EventLoop& loop, std::initializer_list<int> signals, std::function<void(int signal)> received);
    ~Signals();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace linnet::link
