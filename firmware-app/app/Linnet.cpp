// Order matters twice: parts are made from the disk up to the console, and leave from the console down.
#include "app/Linnet.h"

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <stdexcept>

namespace linnet::peer {

namespace {

constexpr Milliseconds kLeaveDeadline{3000};

// Whether there is anything at all to read from: a service's input is closed or /dev/null.
bool hasInput()
{
    struct stat input, null;
    if (::fstat(STDIN_FILENO, &input) != 0) return false;
    return ::stat("/dev/null", &null) != 0 || input.st_rdev != null.st_rdev || !S_ISCHR(input.st_mode);
}

} // namespace

Linnet::Linnet(const PeerOptions& options, Reread reread)
    : options_(options),
      reread_(std::move(reread)),
      signals_(loop_, {SIGTERM, SIGINT, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT},
               [this](int signal) { signalled(signal); }),
      consoles_(static_cast<Diagnostics&>(*this), [this] { leave(); })
{
    std::string wrong = openLog(options_);
    if (!wrong.empty()) throw std::runtime_error(wrong);
    accounts_ = std::make_unique<AccountFiles>(options_.stateDirectory, options_.durability);
    std::string warning = accounts_->words();
    if (options_.hostRegistry) hostRegistry();
    // The registry at which the account of last time was made.
    if (!options_.registry && !options_.noRegistry)
        if (auto known = accounts_->registryOf(accounts_->lastAccount()))
            options_.registry = RegistrySettings{*known, {}};
    if (options_.registry) accounts_->useRegistry(options_.registry->at);
    Diagnostics& diagnostics = *this;
    BoardNetwork::Settings network;
    network.listen = options_.listen;
    network_ = std::make_unique<BoardNetwork>(loop_, random_, diagnostics, network);
    peer_ = std::make_unique<Peer>(
        Peer::Parts{*network_, clock_, random_, *accounts_, consoles_, diagnostics}, peerSettings());
    network_->usePeer(*peer_);
    consoles_.usePeer(*peer_);
    timer_ = std::make_unique<ScheduleTimer>(loop_, peer_->schedule());
    if (!warning.empty()) consoles_.emit({EventKind::StoreTrouble, {}, warning, 0, 0, 0});
    peer_->resume();
    openConsole();
}

Linnet::~Linnet() = default;

void Linnet::hostRegistry()
{
    registry::RegistryOptions hosted;
    hosted.stateDirectory = options_.stateDirectory + "/registry";
    hosted.listen = *options_.hostRegistry;
    // Peers are told the datagram port when they log in: only with the usual TCP port must it be the usual
    // one.
    hosted.udpPort = hosted.listen.port == wire::kRegistryTcpPort ? wire::kRegistryUdpPort : 0;
    hosted_ = std::make_unique<registry::RegistryServer>(loop_, hosted);
    bool everywhere = options_.hostRegistry->host.empty();
    options_.registry =
        RegistrySettings{{everywhere ? "127.0.0.1" : options_.hostRegistry->host, hosted_->tcpPort()},
                         secure::fingerprint(hosted_->publicKey())};
}

PeerSettings Linnet::peerSettings() const
{
    PeerSettings settings;
    settings.registry = options_.registry;
    settings.advertise = options_.advertise;
    return settings;
}

void Linnet::openConsole()
{
    if (!hasInput()) return;
    console_ = std::make_unique<StdioView>(loop_, consoles_, *peer_, [this] { inputEnded(); });
}

void Linnet::inputEnded()
{
    if (!options_.stay) return leave();
    loop_.post([this] { console_.reset(); });
}

int Linnet::run()
{
    loop_.run();
    return kExitOk;
}

void Linnet::leave()
{
    if (leaving_) return loop_.stop(); // asked a second time: at once
    leaving_ = true;
    loop_.callAfter(kLeaveDeadline, [this] { loop_.stop(); });
    peer_->leave([this] { loop_.stop(); });
}

void Linnet::signalled(int signal)
{
    switch (signal) {
    case SIGHUP:
        reload();
        break;
    case SIGWINCH:
        if (console_) console_->stdio().resized();
        break;
    case SIGTSTP:
        if (console_) console_->stdio().suspend();
        ::raise(SIGSTOP);
        break;
    case SIGCONT:
        if (console_) console_->stdio().resume();
        break;
    default:
        leave();
    }
}

// Nothing but chat on the console: where standard error is a terminal, too, there is no log without a file.
std::string Linnet::openLog(const PeerOptions& options)
{
    bool onConsole = options.logFile.empty() && hasInput() && ::isatty(STDERR_FILENO) == 1;
    return log_.open(onConsole ? "/dev/null" : options.logFile, options.logLevel);
}

// What can change while it runs is the log: where, and how much.
void Linnet::reload()
{
    std::optional<PeerOptions> options = reread_();
    if (!options) {
        log(Level::Error,
            "the configuration is at fault (linnet --config-test says where): nothing is changed");
        return log_.reopen();
    }
    std::string wrong = openLog(*options);
    if (!wrong.empty()) log(Level::Error, wrong);
}

void Linnet::log(Level level, std::string_view line)
{
    log_.write(static_cast<program::LogLevel>(level), line);
}

} // namespace linnet::peer
