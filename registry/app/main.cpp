// linnet-registry: reads its options, then serves until it is told to stop.
#include "link/Signals.h"
#include "program/Process.h"
#include "registry/app/AdminCommands.h"
#include "registry/app/CommandLine.h"
#include "registry/app/RegistryServer.h"
#include "secure/Identity.h"

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>

#include <csignal>
#include <cstdio>
#include <stdexcept>

#include <sys/stat.h>

using namespace linnet;
using namespace linnet::registry;

namespace {

class LogDiagnostics final : public Diagnostics
{
public:
    explicit LogDiagnostics(program::Log& log) : log_(log) {}
    void event(Level level, std::string_view line) override
    {
        log_.write(static_cast<program::LogLevel>(level), line);
    }

private:
    program::Log& log_;
};

static_assert(static_cast<int>(Diagnostics::Level::Error) == static_cast<int>(program::LogLevel::Error));

// Receives what a handler on the event loop threw.
class LogErrors final : public Poco::ErrorHandler
{
public:
    explicit LogErrors(program::Log& log) : log_(log) {}
    void exception(const Poco::Exception& error) override { write(error.displayText()); }
    void exception(const std::exception& error) override { write(error.what()); }
    void exception() override { write("unknown"); }

private:
    void write(const std::string& what)
    {
        log_.write(program::LogLevel::Error, "unexpected exception: " + what);
    }

    program::Log& log_;
};

int complain(const std::string& problem, int code)
{
    std::fprintf(stderr, "linnet-registry: %s\n", problem.c_str());
    return code;
}

void reload(int argc, char** argv, const CommandLine& running, program::Log& log, RegistryServer& server)
{
    CommandLine line = readCommandLine(argc, argv);
    if (!line.problem.empty()) return log.write(program::LogLevel::Error, "not reloaded: " + line.problem);
    std::string problem = log.open(line.logFile, line.logLevel);
    if (!problem.empty()) log.write(program::LogLevel::Error, problem);
    server.reload(line.registry);
    bool needsRestart = line.registry.listen != running.registry.listen ||
                        line.registry.udpPort != running.registry.udpPort ||
                        line.registry.stateDirectory != running.registry.stateDirectory;
    log.write(program::LogLevel::Info,
              needsRestart ? "reloaded; state-dir, listen and udp-port need a restart" : "reloaded");
}

int serve(int argc, char** argv, const CommandLine& line)
{
    program::Log log;
    std::string problem = log.open(line.logFile, line.logLevel);
    if (!problem.empty()) return complain(problem, kExitCannotStart);
    LogDiagnostics diagnostics(log);
    LogErrors errors(log);
    Poco::ErrorHandler::set(&errors);
    link::EventLoop loop;
    std::unique_ptr<RegistryServer> server;
    link::Signals signals(loop, {SIGTERM, SIGINT, SIGHUP}, [&](int signal) {
        if (signal != SIGHUP) return loop.stop();
        reload(argc, argv, line, log, *server);
    });
    try {
        server = std::make_unique<RegistryServer>(loop, line.registry, &diagnostics);
    }
    catch (const std::runtime_error& error) {
        return complain(error.what(), kExitCannotStart);
    }
    log.write(program::LogLevel::Info, "listening on " + std::to_string(server->tcpPort()) + "/tcp and " +
                                           std::to_string(server->udpPort()) + "/udp, key " +
                                           secure::fingerprint(server->publicKey()));
    loop.run();
    server->stop();
    log.write(program::LogLevel::Info, "stopped");
    return kExitOk;
}

} // namespace

int main(int argc, char** argv)
{
    linnet::program::ensureStandardDescriptors();
    ::umask(077);
    CommandLine line = readCommandLine(argc, argv);
    if (!line.problem.empty()) return complain(line.problem, line.exitCode);
    if (line.help) return std::fputs(helpText().c_str(), stdout) < 0 ? kExitUsage : kExitOk;
    if (line.version) return std::puts("linnet-registry " LINNET_VERSION) < 0 ? kExitUsage : kExitOk;
    if (line.configTest) return kExitOk;
    if (line.words.empty()) return serve(argc, argv, line);
    if (line.words[0] == "admin")
        return runAdmin(line.registry.stateDirectory, {line.words.begin() + 1, line.words.end()});
    return complain("there is no command `" + line.words[0] + "`; --help lists them", kExitUsage);
}
