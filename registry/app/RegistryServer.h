// A registry on an event loop: the one header a program needs to host it. It opens the state directory,
// listens on TCP and UDP, and owns the connections.
#pragma once

#include "link/EventLoop.h"
#include "registry/app/RegistryOptions.h"
#include "registry/core/Ports.h"

#include <memory>

namespace linnet::registry {

class RegistryServer
{
public:
    // Serves from now on, as `loop` runs. `diagnostics` may be null; it, `loop` and nothing else must live
    // longer. Throws std::runtime_error with a sentence that names what is wrong and the option: a port in
    // use, a directory that is not writable or that another registry runs on.
    RegistryServer(link::EventLoop& loop, const RegistryOptions& options, Diagnostics* diagnostics = nullptr);
    // Stops.
    ~RegistryServer();

    // Says goodbye to every connection, closes it, and writes what is not yet written. Idempotent.
    void stop();
    // Takes over what can change while running: the sign-up mode.
    void reload(const RegistryOptions& options);

    std::uint16_t tcpPort() const;
    std::uint16_t udpPort() const;
    // By which peers know this registry.
    const wire::Key& publicKey() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace linnet::registry
