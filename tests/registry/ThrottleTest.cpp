// Rate limits and the delay after wrong guesses.
#include "registry/core/Throttle.h"
#include "registry/core/Limits.h"

#include "support/TestHarness.h"

using namespace linnet::registry;

TEST_GROUP(TokenBucket){};

TEST(TokenBucket, GivesItsBurstAndThenOneTokenAnInterval)
{
    TokenBucket bucket;
    constexpr Rate kRate{50, 40};
    for (unsigned i = 0; i < 40; ++i)
        CHECK_TRUE(bucket.tryTake(kRate, 1, 1000));
    CHECK_FALSE(bucket.tryTake(kRate, 1, 1000));
    LONGS_EQUAL(50, bucket.wait(kRate, 1, 1000));
    CHECK_FALSE(bucket.tryTake(kRate, 1, 1049));
    CHECK_TRUE(bucket.tryTake(kRate, 1, 1050));
    CHECK_FALSE(bucket.tryTake(kRate, 1, 1050));
}

TEST(TokenBucket, DoesNotSaveUpMoreThanItsBurst)
{
    TokenBucket bucket;
    constexpr Rate kRate{1000, 2};
    CHECK_TRUE(bucket.tryTake(kRate, 2, 1000));
    CHECK_TRUE(bucket.tryTake(kRate, 2, 1000000));
    CHECK_FALSE(bucket.tryTake(kRate, 1, 1000000));
}

TEST_GROUP(FixedTable){};

TEST(FixedTable, ForgetsTheLongestUnusedOfAFullSet)
{
    FixedTable<int> table(8);
    for (std::uint64_t key = 1; key <= 8; ++key)
        table.obtain(key, 100 + key) = static_cast<int>(key);
    table.obtain(1, 200);
    table.obtain(9, 201) = 9;
    CHECK_TRUE(table.find(2) == nullptr);
    LONGS_EQUAL(1, *table.find(1));
    LONGS_EQUAL(9, *table.find(9));
}

TEST(FixedTable, FindsNothingUnderAKeyNeverUsed)
{
    FixedTable<int> table(16);
    CHECK_TRUE(table.find(0) == nullptr);
    table.obtain(0, 1) = 7;
    LONGS_EQUAL(7, *table.find(0));
    table.forget(0);
    CHECK_TRUE(table.find(0) == nullptr);
}

TEST_GROUP(GuessingDelay){};

TEST(GuessingDelay, DoublesFromOneSecondToFiveMinutes)
{
    GuessingDelay delay;
    std::uint64_t now = 1000;
    for (unsigned expected : {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
        LONGS_EQUAL(0, delay.wait(42, now));
        delay.failed(42, now);
        LONGS_EQUAL(expected * 1000, delay.wait(42, now));
        now += expected * 1000;
    }
}

TEST(GuessingDelay, EndsWithARightPassword)
{
    GuessingDelay delay;
    delay.failed(42, 1000);
    delay.failed(42, 1000);
    delay.succeeded(42);
    LONGS_EQUAL(0, delay.wait(42, 1000));
    delay.failed(42, 1000);
    LONGS_EQUAL(1000, delay.wait(42, 1000));
}

TEST(GuessingDelay, ConcernsNoOtherKey)
{
    GuessingDelay delay;
    delay.failed(42, 1000);
    LONGS_EQUAL(0, delay.wait(43, 1000));
}
