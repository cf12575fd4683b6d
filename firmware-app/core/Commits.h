// Decides when the store commits, and lets waiting effects (acknowledgements, "queued") go once it has.
//
// A lone change commits at once. Under steady traffic commits share a budget that spares the flash:
// `perSecond` of them on average with a burst of `burst`, or whenever `maxBytes` wait.
#pragma once

#include "core/Event.h"
#include "core/Schedule.h"

#include <functional>
#include <vector>

namespace linnet::peer {

struct CommitBudget
{
    unsigned perSecond = 2; // 0: no budget, every change commits at the end of its round
    unsigned burst = 20;
    std::size_t maxBytes = 64 * 1024;
};

class Commits
{
public:
    // `durable` is false when the changes were taken back.
    using Effect = std::function<void(bool durable)>;

    Commits(Store& store, Schedule& schedule, EventSink& events, CommitBudget budget);
    ~Commits();

    // Call after each change of the store that someone waits for; the effect runs after the commit, never
    // from inside this call. Effects run in the order of the calls.
    void whenDurable(Effect effect);
    // A change nobody waits for: committed with the next one, within a minute.
    void changed();
    // A write has failed: the user is told at the end of this round, and so are those that were taken back
    // with it.
    void writeFailed();
    // Now, whatever the budget: before leaving.
    void flush();
    // `takenBack` is called when uncommitted changes were taken back, before the effects are told.
    void whenTakenBack(std::function<void()> takenBack) { takenBack_ = std::move(takenBack); }

private:
    void schedule(Milliseconds delay);
    Milliseconds waitForBudget();
    void commit();
    void tellTrouble(bool trouble, bool wrote);

    Store& store_;
    Schedule& schedule_;
    EventSink& events_;
    CommitBudget budget_;
    double tokens_;
    Milliseconds refilled_;
    std::vector<Effect> effects_;
    std::function<void()> takenBack_;
    Schedule::Timer timer_ = 0;
    Milliseconds due_{};
    bool writeFailed_ = false;
    bool inTrouble_ = false;
};

} // namespace linnet::peer
