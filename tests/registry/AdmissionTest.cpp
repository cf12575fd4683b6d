// Which connections there is room for, and who gives way.
#include "registry/core/Admission.h"
#include "RegistryFixture.h"

using namespace linnet;
using namespace linnet::test;

TEST_GROUP(Admission)
{
    Admission admission;
    Now now{1000000, 0};
    ConnectionId last = 0;

    Admission::Verdict arrive(const Address& from)
    {
        now.milliseconds += 10;
        return admission.arrived(++last, from, now);
    }
    void logIn(ConnectionId id)
    {
        admission.heard(id, true, now);
    }
};

TEST(Admission, LetsTheOldestOfFiveFromOneAddressThatHaveNotLoggedInGiveWay)
{
    for (unsigned i = 0; i < 5; ++i)
        CHECK_FALSE(arrive(addressOf(192, 0, 2, 1)).givesWay.has_value());
    Admission::Verdict verdict = arrive(addressOf(192, 0, 2, 1));
    CHECK_TRUE(verdict.admitted);
    LONGS_EQUAL(1, *verdict.givesWay);
    LONGS_EQUAL(5, admission.size());
    CHECK_FALSE(arrive(addressOf(192, 0, 2, 2)).givesWay.has_value());
}

TEST(Admission, CountsAnIPv6CustomerByTheFirst64Bits)
{
    Address v6;
    v6.ip = {0x20, 0x01, 0x0d, 0xb8};
    for (unsigned i = 0; i < 5; ++i) {
        v6.ip[15] = static_cast<wire::Byte>(i);
        CHECK_FALSE(arrive(v6).givesWay.has_value());
    }
    v6.ip[15] = 99;
    LONGS_EQUAL(1, *arrive(v6).givesWay);
}

TEST(Admission, LetsTheBusiestPrefixGiveWayWhenThirtyWaitInAll)
{
    for (unsigned host = 1; host <= 26; ++host)
        arrive(addressOf(192, 0, 2, host));
    for (unsigned i = 0; i < 4; ++i)
        CHECK_FALSE(arrive(addressOf(198, 51, 100, 1)).givesWay.has_value());
    Admission::Verdict verdict = arrive(addressOf(203, 0, 113, 1));
    CHECK_TRUE(verdict.admitted);
    LONGS_EQUAL(27, *verdict.givesWay);
}

TEST(Admission, RefusesASeventeenthLoggedInConnectionFromOneAddress)
{
    for (unsigned i = 0; i < 16; ++i) {
        CHECK_TRUE(arrive(addressOf(192, 0, 2, 1)).admitted);
        logIn(last);
    }
    CHECK_FALSE(arrive(addressOf(192, 0, 2, 1)).admitted);
    LONGS_EQUAL(16, admission.size());
    admission.left(1);
    CHECK_TRUE(arrive(addressOf(192, 0, 2, 1)).admitted);
}

TEST(Admission, HasMoreRoomForLoopback)
{
    for (unsigned i = 0; i < 256; ++i) {
        CHECK_TRUE(arrive(kLoopback).admitted);
        logIn(last);
    }
    CHECK_FALSE(arrive(kLoopback).admitted);
}

TEST(Admission, EndsWhatHasNotLoggedInAfterThirtySeconds)
{
    arrive(addressOf(192, 0, 2, 1));
    now.milliseconds += 29999;
    admission.heard(1, false, now);
    CHECK_TRUE(admission.takeOverdue(now).empty());
    now.milliseconds += 1;
    auto overdue = admission.takeOverdue(now);
    LONGS_EQUAL(1, overdue.size());
    CHECK_TRUE(overdue[0].reason == wire::Goodbye::Reason::TooSlow);
    LONGS_EQUAL(0, admission.size());
}

TEST(Admission, EndsWhatIsIdleForAMinuteUnlessItGoesOnTalking)
{
    arrive(addressOf(192, 0, 2, 1));
    logIn(1);
    for (unsigned heartbeat = 0; heartbeat < 10; ++heartbeat) {
        now.milliseconds += 20000;
        logIn(1);
        CHECK_TRUE(admission.takeOverdue(now).empty());
    }
    now.milliseconds += 60000;
    auto overdue = admission.takeOverdue(now);
    LONGS_EQUAL(1, overdue.size());
    CHECK_TRUE(overdue[0].reason == wire::Goodbye::Reason::Idle);
}
