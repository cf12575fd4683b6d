// Two linked lists through the same waits: those for one target, and those of one session.
#include "registry/core/WaitLists.h"

#include "registry/core/Limits.h"

namespace linnet::registry {

Slot WaitLists::findFirst(AccountId target) const
{
    return firsts_.find(spread(target), [&](Slot wait) { return waits_[wait].target == target; });
}

bool WaitLists::add(Slot session, AccountId target)
{
    unsigned count = 0;
    for (Slot wait = presence_.at(session).waits; wait != kNoSlot; wait = waits_[wait].nextOfSession) {
        if (waits_[wait].target == target) return true;
        ++count;
    }
    if (count >= kWaitsPerSession) return false;

    Slot first = findFirst(target);
    Slot added = waits_.take();
    waits_[added] = Wait{target, session, first, kNoSlot, presence_.at(session).waits};
    presence_.at(session).waits = added;
    if (first == kNoSlot)
        firsts_.insert(added, [this](Slot wait) { return hashOf(wait); });
    else {
        firsts_.replace(first, added, spread(target));
        waits_[first].previousOfTarget = added;
    }
    return true;
}

Slot WaitLists::takeWaiter(AccountId target)
{
    Slot wait = findFirst(target);
    if (wait == kNoSlot) return kNoSlot;
    Slot session = waits_[wait].session;
    unlinkFromSession(wait);
    unlinkFromTarget(wait);
    waits_.giveBack(wait);
    return session;
}

void WaitLists::removeAll(Slot session)
{
    Slot wait = presence_.at(session).waits;
    while (wait != kNoSlot) {
        Slot next = waits_[wait].nextOfSession;
        unlinkFromTarget(wait);
        waits_.giveBack(wait);
        wait = next;
    }
    presence_.at(session).waits = kNoSlot;
}

void WaitLists::unlinkFromTarget(Slot wait)
{
    Wait& gone = waits_[wait];
    if (gone.previousOfTarget != kNoSlot)
        waits_[gone.previousOfTarget].nextOfTarget = gone.nextOfTarget;
    else if (gone.nextOfTarget != kNoSlot)
        firsts_.replace(wait, gone.nextOfTarget, spread(gone.target));
    else
        firsts_.erase(wait, [this](Slot other) { return hashOf(other); });
    if (gone.nextOfTarget != kNoSlot) waits_[gone.nextOfTarget].previousOfTarget = gone.previousOfTarget;
}

void WaitLists::unlinkFromSession(Slot wait)
{
    Slot* link = &presence_.at(waits_[wait].session).waits;
    while (*link != wait)
        link = &waits_[*link].nextOfSession;
    *link = waits_[wait].nextOfSession;
}

} // namespace linnet::registry
