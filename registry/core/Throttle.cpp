// The arithmetic of the rate limits.
#include "registry/core/Throttle.h"

#include "registry/core/Limits.h"

#include <algorithm>

namespace linnet::registry {

std::uint64_t TokenBucket::wait(const Rate& rate, std::uint32_t cost, std::uint64_t now) const
{
    std::uint64_t fullAfter = std::max(fullAt_, now) + std::uint64_t{cost} * rate.interval;
    std::uint64_t latest = now + std::uint64_t{rate.burst} * rate.interval;
    return fullAfter > latest ? fullAfter - latest : 0;
}

void TokenBucket::take(const Rate& rate, std::uint32_t cost, std::uint64_t now)
{
    fullAt_ = std::max(fullAt_, now) + std::uint64_t{cost} * rate.interval;
}

bool TokenBucket::tryTake(const Rate& rate, std::uint32_t cost, std::uint64_t now)
{
    if (wait(rate, cost, now) > 0) return false;
    take(rate, cost, now);
    return true;
}

std::uint64_t GuessingDelay::wait(std::uint64_t key, std::uint64_t now)
{
    const Guesses* guesses = table_.find(key);
    return guesses && guesses->allowedAt > now ? guesses->allowedAt - now : 0;
}

void GuessingDelay::failed(std::uint64_t key, std::uint64_t now)
{
    Guesses& guesses = table_.obtain(key, now);
    std::uint64_t delay = std::min<std::uint64_t>(1ull << std::min(guesses.failures, 16u), kMaxGuessDelay);
    ++guesses.failures;
    guesses.allowedAt = now + delay * 1000;
}

} // namespace linnet::registry
