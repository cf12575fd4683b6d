// The commit budget is a token bucket. After a failure nothing is tried by itself: whoever writes next tries
// again.
#include "core/Commits.h"

#include <algorithm>
#include <utility>

namespace linnet::peer {

namespace {
constexpr Milliseconds kLazy{60000};
} // namespace

Commits::Commits(Store& store, Schedule& schedule, EventSink& events, CommitBudget budget)
    : store_(store),
      schedule_(schedule),
      events_(events),
      budget_(budget),
      tokens_(budget.burst),
      refilled_(schedule.now())
{
}

Commits::~Commits()
{
    schedule_.cancel(timer_);
}

void Commits::whenDurable(Effect effect)
{
    effects_.push_back(std::move(effect));
    bool full = store_.uncommittedBytes() >= budget_.maxBytes;
    schedule(full ? Milliseconds(0) : waitForBudget());
}

void Commits::changed()
{
    if (!timer_) schedule(kLazy);
}

void Commits::writeFailed()
{
    writeFailed_ = true;
    schedule(Milliseconds(0));
}

void Commits::flush()
{
    schedule_.cancel(timer_);
    commit();
}

void Commits::schedule(Milliseconds delay)
{
    Milliseconds due = schedule_.now() + delay;
    if (timer_ && due_ <= due) return;
    schedule_.cancel(timer_);
    due_ = due;
    timer_ = schedule_.after(delay, [this] {
        timer_ = 0;
        commit();
    });
}

Milliseconds Commits::waitForBudget()
{
    if (budget_.perSecond == 0) return Milliseconds(0);
    Milliseconds now = schedule_.now();
    double refill = static_cast<double>((now - refilled_).count()) * budget_.perSecond / 1000.0;
    tokens_ = std::min<double>(budget_.burst, tokens_ + refill);
    refilled_ = now;
    if (tokens_ >= 1) return Milliseconds(0);
    return Milliseconds(static_cast<std::int64_t>((1 - tokens_) * 1000.0 / budget_.perSecond) + 1);
}

void Commits::commit()
{
    if (budget_.perSecond > 0) tokens_ = std::max(0.0, tokens_ - 1);
    bool wrote = store_.uncommittedBytes() > 0;
    bool durable = store_.commit();
    bool failed = std::exchange(writeFailed_, false) || !durable;
    tellTrouble(failed, wrote);
    if (failed && takenBack_) takenBack_();
    std::vector<Effect> effects = std::move(effects_);
    effects_.clear();
    for (Effect& effect : effects)
        effect(durable);
}

// Well again is only what has been seen to take something.
void Commits::tellTrouble(bool trouble, bool wrote)
{
    if (trouble == inTrouble_ || (!trouble && !wrote)) return;
    inTrouble_ = trouble;
    if (trouble)
        events_.emit(
            {EventKind::StoreTrouble, {}, "nothing can be stored now: " + store_.trouble(), 0, 0, 0});
    else
        events_.emit({EventKind::StoreWell, {}, "the disk takes messages again", 0, 0, 0});
}

} // namespace linnet::peer
