// How long to wait before the next try: doubling from `first` to `most`, each wait drawn evenly from its
// upper half, so that many boards that failed together do not come back together.
#pragma once

#include "core/Ports.h"
#include "secure/Random.h"

#include <algorithm>

namespace linnet::peer {

class Backoff
{
public:
    Backoff(secure::Random& random, Milliseconds first, Milliseconds most)
        : random_(random), first_(first), most_(most), next_(first)
    {
    }

    Milliseconds next()
    {
        auto half = static_cast<std::uint64_t>(next_.count() / 2);
        Milliseconds wait(half + random_.below(half + 1));
        next_ = std::min(next_ * 2, most_);
        return wait;
    }
    void reset() { next_ = first_; }

private:
    secure::Random& random_;
    Milliseconds first_;
    Milliseconds most_;
    Milliseconds next_;
};

} // namespace linnet::peer
