// Randomness that repeats: splitmix64 from a seed. For tests and simulations only.
#pragma once

#include "secure/Random.h"

namespace linnet::test {

class SeededRandom final : public secure::Random
{
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    void fill(wire::Byte* to, std::size_t size) override
    {
        for (std::size_t i = 0; i < size; ++i)
            to[i] = static_cast<wire::Byte>(next());
    }

private:
    std::uint64_t next()
    {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    std::uint64_t state_;
};

} // namespace linnet::test
