// What the store drops, and what never.
#include "peer/StoreFixture.h"
#include "wire/Limits.h"

using namespace linnet;
using namespace linnet::peer;

TEST_GROUP_BASE(SqliteStoreBounds, test::StoreFixture){void setup() override{open();
}
void teardown() override
{
    store.reset();
}
}
;

TEST(SqliteStoreBounds, DropsTheOldestBeyondTheBoundInSlices)
{
    ContactId bob = makeContact("bob");
    CHECK(store->putSetting(kSettingHistoryMessages, "2000"));
    for (int i = 0; i < 3000; ++i)
        receive(bob, std::to_string(i));
    commit();
    store->trim();
    LONGS_EQUAL(3000 - 256, store->unreadCount(bob, 0));
    for (int i = 0; i < 20; ++i)
        store->trim();
    commit();
    std::uint64_t left = store->unreadCount(bob, 0);
    CHECK(left >= 2000 && left < 2000 + 256);
    TEXT_EQUAL(std::to_string(3000 - left), store->unread(bob, 0, 1).front().text);
}

TEST(SqliteStoreBounds, NeverDropsWhatWaitsNorTheLastThousandReceived)
{
    ContactId bob = makeContact("bob");
    CHECK(store->putSetting(kSettingHistoryMessages, "10"));
    for (int i = 1; i <= 2000; ++i) {
        queue(bob, std::to_string(i));
        receive(bob, std::to_string(i));
    }
    acknowledge(bob, 500);
    commit();
    for (int i = 0; i < 100; ++i) {
        store->trim();
        commit();
    }
    CHECK(store->unreadCount(bob, 0) >= wire::kKeptDigests);
    CHECK(store->digest(bob, false, 2000 - wire::kKeptDigests + 1).has_value());
    CHECK(!store->digest(bob, false, 500));
    LONGS_EQUAL(1500, store->outbox(bob).messages);
    CHECK(store->lowestSendable(bob) <= 501);
    TEXT_EQUAL("501", store->sendable(bob, 501, 1).front().text);
    CHECK(!store->digest(bob, true, 100));
}

TEST(SqliteStoreBounds, DropsByAgeOnlyWhatHasAnAge)
{
    constexpr std::uint64_t kDay = 24 * 3600;
    ContactId bob = makeContact("bob");
    CHECK(store->putSetting(kSettingHistoryDays, "7"));
    queue(bob, "undated", 0);
    queue(bob, "old", 1 * kDay);
    queue(bob, "old but waiting", 2 * kDay);
    acknowledge(bob, 2);
    queue(bob, "new", 10 * kDay);
    store->trim();
    store->trim();
    TEXT_EQUAL("undated old but waiting new", history(bob));
}

TEST(SqliteStoreBounds, KeepsTheDeliveredHistoryOfOtherContactsWhenOneOverflows)
{
    ContactId bob = makeContact("bob");
    ContactId carol = makeContact("carol");
    CHECK(store->putSetting(kSettingHistoryMessages, "100"));
    for (int i = 1; i <= 90; ++i)
        queue(bob, "b");
    acknowledge(bob, 90);
    for (int i = 1; i <= 2000; ++i)
        queue(carol, "c");
    acknowledge(carol, 2000);
    for (int i = 0; i < 20; ++i)
        store->trim();
    commit();
    LONGS_EQUAL(90, store->history(bob, 0, 1000).size());
    std::size_t left = store->history(carol, 0, 5000).size();
    CHECK(left >= 100 && left < 100 + 256);
}

TEST(SqliteStoreBounds, GivesPagesBackAfterMuchWasRemoved)
{
    ContactId bob = makeContact("bob");
    makeContact("carol");
    for (int i = 0; i < 400; ++i)
        queue(bob, std::string(4096, 'x'));
    commit();
    CHECK(store->remove(bob));
    commit();
    for (int i = 0; i < 40; ++i) {
        makeContact("dave" + std::to_string(i));
        store->trim();
        commit();
    }
    store.reset();
    CHECK(std::filesystem::file_size(path) < 1300 * 1024);
}
