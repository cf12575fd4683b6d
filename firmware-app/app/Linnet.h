// The program: makes the parts, joins them, runs the loop, and leaves in order.
#pragma once

#include "adapters/AccountFiles.h"
#include "adapters/BoardClock.h"
#include "adapters/BoardNetwork.h"
#include "adapters/ScheduleTimer.h"
#include "adapters/StdioView.h"
#include "app/PeerOptions.h"
#include "link/Signals.h"
#include "registry/app/RegistryServer.h"

#include <memory>

namespace linnet::peer {

class Linnet final : private Diagnostics
{
public:
    // Throws std::runtime_error with a sentence when something can't be had.
    // `reread` reads the options once more, for SIGHUP; nothing when they are at fault.
    using Reread = std::function<std::optional<PeerOptions>()>;
    Linnet(const PeerOptions& options, Reread reread);
    ~Linnet();

    // Until the user or a signal ends it.
    int run();

private:
    void log(Level level, std::string_view line) override;
    void hostRegistry();
    PeerSettings peerSettings() const;
    void openConsole();
    void inputEnded();
    void leave();
    void signalled(int signal);
    std::string openLog(const PeerOptions& options);
    void reload();

    PeerOptions options_;
    Reread reread_;
    program::Log log_;
    link::EventLoop loop_;
    link::Signals signals_;
    secure::SystemRandom random_;
    BoardClock clock_{loop_};
    Consoles consoles_;
    std::unique_ptr<registry::RegistryServer> hosted_;
    std::unique_ptr<AccountFiles> accounts_;
    std::unique_ptr<BoardNetwork> network_;
    std::unique_ptr<Peer> peer_;
    std::unique_ptr<ScheduleTimer> timer_;
    std::unique_ptr<StdioView> console_;
    bool leaving_ = false;
};

} // namespace linnet::peer
