// The account that is logged in on this board: its identity, database, clock of age, and conversations. Made
// at log-in, destroyed at log-out; what is not durable then is committed first.
#pragma once

#include "core/Chats.h"
#include "core/DisplayClock.h"

namespace linnet::peer {

class Account
{
public:
    struct Parts
    {
        Network& network;
        Schedule& schedule;
        secure::Random& random;
        DisplayClock& clock;
        EventSink& events;
        Diagnostics& diagnostics;
        RegistrySession* registry; // null: none
        CommitBudget budget;
        OutboxLimits limits;
    };

    Account(const Parts& parts, const std::string& name, const secure::Identity& identity,
            std::unique_ptr<Store> store);
    ~Account();

    const std::string& name() const { return name_; }
    Chats& chats() { return *chats_; }
    Store& store() { return *store_; }
    // At each log-in: what the registry's clock tells about the time that has passed.
    void registryTime(std::uint64_t time);

private:
    void saveAge();

    Parts parts_;
    std::string name_;
    std::unique_ptr<Store> store_;
    AgeClock age_;
    Commits commits_;
    std::unique_ptr<Chats> chats_;
    Schedule::Timer saving_ = 0;
};

} // namespace linnet::peer
