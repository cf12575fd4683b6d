// Where random bytes come from. A port: programs use the system's, tests and simulations a seeded one.
#pragma once

#include "wire/Bytes.h"

namespace linnet::secure {

class Random
{
public:
    virtual ~Random() = default;
    virtual void fill(wire::Byte* to, std::size_t size) = 0;

    std::uint64_t number()
    {
        std::array<wire::Byte, 8> bytes;
        fill(bytes.data(), bytes.size());
        std::uint64_t value = 0;
        for (wire::Byte byte : bytes)
            value = value << 8 | byte;
        return value;
    }
    // Evenly distributed enough for jitter: in [0, bound). REQUIRES: bound > 0.
    std::uint64_t below(std::uint64_t bound) { return number() % bound; }
};

// OpenSSL's generator, seeded by the kernel. The only kind for keys outside of tests.
class SystemRandom final : public Random
{
public:
    void fill(wire::Byte* to, std::size_t size) override;
};

} // namespace linnet::secure
