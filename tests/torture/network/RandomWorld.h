// One world from one seed: peers that write to each other through everything that can go wrong, then peace, then the
// judgement.
#pragma once

#include "support/sim/SimulatedWorld.h"
#include "torture/network/Ledger.h"

namespace linnet::torture {

struct Counts
{
    std::uint64_t worlds = 0;
    std::uint64_t messages = 0;  // queued
    std::uint64_t delivered = 0; // as their senders were told
    std::uint64_t expired = 0;
    std::uint64_t crashes = 0;
    std::uint64_t restores = 0;
    std::uint64_t partitions = 0;
    std::uint64_t brokenLinks = 0;
    std::uint64_t registryRestarts = 0;
    std::uint64_t storeFailures = 0;
    std::uint64_t hours = 0; // simulated
};

class RandomWorld
{
public:
    RandomWorld(std::uint64_t seed, Counts& counts, bool trace);

    // The first invariant that broke; empty: none.
    std::string run();

private:
    // A board, its user and the image of its card.
    struct User
    {
        std::string name;
        test::SimulatedBoard* board = nullptr;
        std::optional<test::FakeDisk> image;
        std::map<std::string, Ledger> sent; // by recipient
        std::uint64_t life = 0;             // boots
        bool rolledBack = false;            // its store, ever
    };

    void addUsers();
    void listen(User& user);
    void accept(User& user, const std::string& name, std::uint64_t life, test::Milliseconds after);
    void happen();
    void trouble(std::uint64_t which, User& user, User& other);
    void write(User& from, User& to, std::uint64_t count);
    void crash(User& user, bool restore);
    void boot(User& user);
    void partition(test::HostId a, test::HostId b);
    void restartRegistry();
    void failDisk(User& user);
    void toldDelivered(User& sender, const peer::Event& event);

    void heal();
    bool allOnline();
    bool settled();
    void judgeAll();
    void judgeLinks();
    std::vector<std::string> givenUp(const User& from, const User& to) const;
    void broken(const std::string& why);
    void describe(const User& user) const;
    void say(const std::string& line) const;
    void show(test::HostId from, test::HostId to, wire::ByteView record) const;

    bool chance(unsigned percent) { return dice_.below(100) < percent; }
    User& anyone() { return users_[dice_.below(users_.size())]; }
    test::Milliseconds upTo(test::Milliseconds most)
    {
        return test::Milliseconds(dice_.below(static_cast<std::uint64_t>(most.count())) + 1);
    }

    Counts& counts_;
    bool trace_;
    test::SimulatedWorld world_;
    test::SeededRandom dice_; // what happens; the world's own decides how it goes
    std::vector<User> users_;
    bool peace_ = false;
    std::string broken_;
};

} // namespace linnet::torture
