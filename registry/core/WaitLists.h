// Who waits for whom to come online: 20 bytes a wait, found from either side. A wait is used up when it is
// taken and ends with the session that left it.
#pragma once

#include "registry/core/PresenceTable.h"

namespace linnet::registry {

class WaitLists
{
public:
    // The lists of a session hang on its record in `presence`.
    explicit WaitLists(PresenceTable& presence) : presence_(presence) {}

    // `session` waits for `target`; false when it has as many waits as it may. Asking twice is asking once.
    [[nodiscard]] bool add(Slot session, AccountId target);
    // One of those who wait for `target`, whose wait ends; kNoSlot when there is none.
    Slot takeWaiter(AccountId target);
    bool anyoneWaitsFor(AccountId target) const { return findFirst(target) != kNoSlot; }
    // The session has ended.
    void removeAll(Slot session);

    std::size_t size() const { return waits_.size(); }

private:
    struct Wait
    {
        AccountId target = 0;
        Slot session = kNoSlot;
        Slot nextOfTarget = kNoSlot;
        Slot previousOfTarget = kNoSlot;
        Slot nextOfSession = kNoSlot;
    };

    Slot findFirst(AccountId target) const;
    void unlinkFromTarget(Slot wait);
    void unlinkFromSession(Slot wait);
    std::uint64_t hashOf(Slot wait) const { return spread(waits_[wait].target); }

    PresenceTable& presence_;
    SlotPool<Wait> waits_;
    SlotIndex firsts_; // the first wait for each target
};

} // namespace linnet::registry
