// What a user can set about `linnet`, read once into one validated struct.
#pragma once

#include "adapters/Durability.h"
#include "core/Peer.h"
#include "program/Log.h"
#include "program/Options.h"

#include <optional>
#include <string>

namespace linnet::peer {

// Documented; scripts depend on them.
enum ExitCode { kExitOk = 0, kExitUsage = 1, kExitCannotStart = 2, kExitConfiguration = 3 };

struct PeerOptions
{
    std::string stateDirectory;
    std::optional<Endpoint> listen;
    std::string advertise;
    std::optional<RegistrySettings> registry; // nothing: the hosted one, or that of the last account
    bool noRegistry = false;
    std::optional<Endpoint> hostRegistry; // host a registry here
    bool stay = false;                    // go on when standard input ends
    Durability durability = Durability::Full;
    program::LogLevel logLevel = program::LogLevel::Info;
    std::string logFile;
};

const program::OptionTable& peerOptionTable();

// What is wrong, in a sentence, and with what to exit then.
struct OptionsFault
{
    std::string words;
    ExitCode code = kExitUsage;
};

// Reads everything in the order of precedence and checks it.
std::optional<OptionsFault> readPeerOptions(int argc, char** argv, program::Options& raw,
                                            PeerOptions& options);

} // namespace linnet::peer
