// Presence in compact records, and who waits for whom.
#include "registry/core/PresenceTable.h"
#include "registry/core/WaitLists.h"
#include "support/SeededRandom.h"

#include <cstdio>
#include <set>

#include "support/TestHarness.h"

using namespace linnet;
using namespace linnet::registry;

namespace {

Session sessionOf(AccountId account)
{
    Session session;
    session.account = account;
    session.status = wire::Status::Online;
    test::SeededRandom(account).fill(session.id.data(), session.id.size());
    return session;
}

std::string nameOf(AccountId account)
{
    return "user" + std::to_string(account);
}

std::vector<std::string> namesAfter(const PresenceTable& table, std::string_view after,
                                    std::size_t limit = 100)
{
    std::vector<std::string> names;
    table.inOrder(after, [&](Slot slot) {
        names.emplace_back(table.name(slot));
        return names.size() < limit;
    });
    return names;
}

} // namespace

TEST_GROUP(PresenceTable)
{
    PresenceTable table;
};

TEST(PresenceTable, FindsASessionByItsIdAndItsAccount)
{
    Session session = sessionOf(7);
    Slot slot = table.add(session, "Ada", "");
    LONGS_EQUAL(slot, table.findSession(session.id));
    LONGS_EQUAL(slot, table.findAccount(7));
    LONGS_EQUAL(kNoSlot, table.findAccount(8));
    LONGS_EQUAL(kNoSlot, table.findSession({1, 2, 3, 4, 5, 6, 7, 8}));
    TEXT_EQUAL("Ada", table.name(slot));
    TEXT_EQUAL("", table.advertised(slot));
}

TEST(PresenceTable, KeepsLongNamesAndDeclaredHostsApart)
{
    std::string longName(32, 'x');
    Slot slot = table.add(sessionOf(1), longName, "board.example.org");
    TEXT_EQUAL(longName, table.name(slot));
    TEXT_EQUAL("board.example.org", table.advertised(slot));
    table.remove(slot);
    slot = table.add(sessionOf(2), "short", "");
    TEXT_EQUAL("short", table.name(slot));
    TEXT_EQUAL("", table.advertised(slot));
}

TEST(PresenceTable, ListsInAlphabeticalOrderWithoutRegardToCase)
{
    AccountId account = 0;
    for (const char* name : {"delta", "Bravo", "alpha", "Charlie"})
        table.add(sessionOf(++account), name, "");
    CHECK_TRUE(namesAfter(table, "") == (std::vector<std::string>{"alpha", "Bravo", "Charlie", "delta"}));
    CHECK_TRUE(namesAfter(table, "bravo") == (std::vector<std::string>{"Charlie", "delta"}));
    CHECK_TRUE(namesAfter(table, "BZ", 1) == (std::vector<std::string>{"Charlie"}));
}

TEST(PresenceTable, CountsThoseWhoAreNotInvisible)
{
    Slot slot = table.add(sessionOf(1), "one", "");
    table.add(sessionOf(2), "two", "");
    LONGS_EQUAL(2, table.visible());
    table.setStatus(slot, wire::Status::Invisible);
    LONGS_EQUAL(1, table.visible());
    table.remove(slot);
    LONGS_EQUAL(1, table.visible());
    LONGS_EQUAL(1, table.size());
}

TEST(PresenceTable, SweepsEverySessionInPartsAndMayRemoveThem)
{
    for (AccountId account = 1; account <= 1000; ++account)
        table.add(sessionOf(account), nameOf(account), "");
    std::set<AccountId> visited;
    for (unsigned part = 0; part < 10; ++part)
        table.sweep(100, [&](Slot slot) {
            visited.insert(table.at(slot).account);
            if (table.at(slot).account % 2) table.remove(slot);
        });
    LONGS_EQUAL(1000, visited.size());
    LONGS_EQUAL(500, table.size());
}

TEST(PresenceTable, StaysTrueThroughComingsAndGoings)
{
    std::set<AccountId> online;
    test::SeededRandom random(5);
    for (unsigned step = 0; step < 20000; ++step) {
        auto account = static_cast<AccountId>(random.below(700) + 1);
        if (online.insert(account).second)
            table.add(sessionOf(account), nameOf(account), "");
        else {
            table.remove(table.findAccount(account));
            online.erase(account);
        }
    }
    LONGS_EQUAL(online.size(), table.size());
    for (AccountId account = 1; account <= 700; ++account) {
        Slot slot = table.findAccount(account);
        LONGS_EQUAL(online.count(account), slot != kNoSlot);
        LONGS_EQUAL(slot, table.findSession(sessionOf(account).id));
        if (slot != kNoSlot) TEXT_EQUAL(nameOf(account), table.name(slot));
    }
    LONGS_EQUAL(online.size(), namesAfter(table, "", 1000).size());
}

TEST(PresenceTable, NeedsAtMostAHundredBytesAUserAtAHundredThousand)
{
    constexpr AccountId kUsers = 100000;
    for (AccountId account = 1; account <= kUsers; ++account)
        table.add(sessionOf(account), nameOf(account), "");
    std::size_t bytes = table.memory() / kUsers;
    std::printf("\n%zu bytes a user, all indexes included, at %u users\n", bytes, kUsers);
    CHECK_TRUE(bytes <= 100);
    LONGS_EQUAL(kUsers, table.size());
    CHECK_TRUE(table.findAccount(kUsers) != kNoSlot);
}

TEST_GROUP(WaitLists)
{
    PresenceTable table;
    WaitLists waits{table};
    Slot ada = table.add(sessionOf(1), "ada", "");
    Slot bob = table.add(sessionOf(2), "bob", "");
};

TEST(WaitLists, GiveEachWaiterOnce)
{
    CHECK_TRUE(waits.add(ada, 50));
    CHECK_TRUE(waits.add(bob, 50));
    CHECK_TRUE(waits.add(bob, 50));
    LONGS_EQUAL(2, waits.size());
    std::set<Slot> told{waits.takeWaiter(50), waits.takeWaiter(50)};
    CHECK_TRUE(told == (std::set<Slot>{ada, bob}));
    LONGS_EQUAL(kNoSlot, waits.takeWaiter(50));
    CHECK_FALSE(waits.anyoneWaitsFor(50));
}

TEST(WaitLists, AreBoundedForEachSession)
{
    for (AccountId target = 100; target < 400; ++target)
        CHECK_TRUE(waits.add(ada, target));
    CHECK_FALSE(waits.add(ada, 400));
    CHECK_TRUE(waits.add(ada, 100));
    CHECK_TRUE(waits.add(bob, 400));
    waits.takeWaiter(100);
    CHECK_TRUE(waits.add(ada, 400));
}

TEST(WaitLists, EndWithTheirSession)
{
    CHECK_TRUE(waits.add(ada, 50));
    CHECK_TRUE(waits.add(bob, 50));
    CHECK_TRUE(waits.add(ada, 51));
    waits.removeAll(ada);
    LONGS_EQUAL(bob, waits.takeWaiter(50));
    LONGS_EQUAL(kNoSlot, waits.takeWaiter(50));
    LONGS_EQUAL(kNoSlot, waits.takeWaiter(51));
    LONGS_EQUAL(0, waits.size());
}
