// How a registry is to run. What the command line and the configuration file say ends up here; a peer that
// hosts a registry fills it itself.
#pragma once

#include "registry/core/AccountStore.h"
#include "wire/Endpoint.h"

#include <optional>
#include <string>

namespace linnet::registry {

struct RegistryOptions
{
    std::string stateDirectory = "/var/lib/linnet-registry";
    wire::Endpoint listen{
        "", wire::kRegistryTcpPort}; // TCP; host numeric, or empty for every address; port 0: any
    std::uint16_t udpPort = wire::kRegistryUdpPort; // on the same host; 0: any
    std::optional<SignUp> signUp;                   // empty: as the database has it, at first open
};

} // namespace linnet::registry
