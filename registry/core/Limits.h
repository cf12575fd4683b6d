// Every limit of the registry in one table. Those of the protocol itself are in wire/Limits.h.
#pragma once

#include "registry/core/Throttle.h"
#include "wire/Limits.h"

namespace linnet::registry {

// Connections. Loopback has its own, since many peers of one machine share that address.
constexpr unsigned kWaitingPerPrefix = 5; // connections not logged in
constexpr unsigned kWaitingPerPrefixLoopback = 30;
constexpr unsigned kWaitingInAll = 30;
constexpr unsigned kConnectionsPerPrefix = 16;
constexpr unsigned kConnectionsPerPrefixLoopback = 256;
constexpr unsigned kLoginSeconds = 30; // from accepted to logged in
constexpr unsigned kIdleSeconds = 60;  // without a packet

// Requests
constexpr Rate kRequestRate{50, 40};             // 20 a second for each connection
constexpr Rate kRegistrationRate{720 * 1000, 5}; // 5 an hour for each prefix; loopback is exempt
constexpr Rate kCallMeRate{1000, 1};             // 1 a second for each session
constexpr unsigned kPasswordTries = 3;           // for each connection
constexpr unsigned kMaxGuessDelay = 300;         // seconds; 1, 2, 4, ... up to this

// Datagrams whose session is not known: all of them together may cost this much work.
constexpr Rate kUnknownSessionRate{5, 1000}; // 200 a second

// Presence
constexpr unsigned kSilentSeconds = wire::kHeartbeatPeriod * wire::kMissedHeartbeats + 5; // 5: jitter
constexpr unsigned kSweepMilliseconds = 5000; // every session is looked at once in this time
constexpr unsigned kSeenFlushSeconds = 60;    // "last seen" times wait this long for a common write

// Waiting and notices
constexpr unsigned kWaitsPerSession = 300;
constexpr unsigned kNoticesPerSecond = 20; // for each name that comes online
constexpr unsigned kNoticeTries = 5;
constexpr unsigned kNoticePeriod = 2000; // milliseconds between two tries
constexpr std::size_t kNoticesPending = 8192;

} // namespace linnet::registry
