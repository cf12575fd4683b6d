// The table, and texts to values.
#include "registry/app/CommandLine.h"

#include "registry/app/AdminCommands.h"
#include "registry/store/AccountRows.h"

#include <charconv>

namespace linnet::registry {

namespace {

constexpr const char* kSystemFile = "/etc/linnet/registry.conf";

using Takes = program::Option::Takes;
constexpr program::Option kOptions[] = {
    {"state-dir", Takes::Value, "DIR", "where accounts and keys are kept (/var/lib/linnet-registry)", true},
    {"listen", Takes::Value, "[HOST][:PORT]", "TCP address to listen on (every address, port 3131)", true},
    {"udp-port", Takes::Value, "PORT", "UDP port for heartbeats, on the same host (5151)", true},
    {"sign-up", Takes::Value, "MODE", "open, closed or invitation (as last set; at first open)", true},
    {"log-level", Takes::Value, "LEVEL", "debug, info, warning or error (info)", true},
    {"log-file", Takes::Value, "FILE", "log there instead of to standard error", true},
    {"config", Takes::Value, "FILE", "read this instead of /etc/linnet/registry.conf", false},
    {"config-test", Takes::Nothing, "", "check the configuration and end: 0 if it is good", false},
    {"help", Takes::Nothing, "", "show this text", false},
    {"version", Takes::Nothing, "", "show the version", false},
};

bool parsePort(std::string_view text, std::uint16_t& port)
{
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size();
}

// What is wrong with a value, or nothing.
std::string takeValues(const program::Options& options, CommandLine& line)
{
    if (options.has("state-dir")) line.registry.stateDirectory = options.value("state-dir");
    if (options.has("listen")) {
        auto listen = wire::parseListen(options.value("listen"), wire::kRegistryTcpPort);
        if (!listen)
            return options.at("listen") + "`listen` is [HOST:]PORT, not `" + options.value("listen") + "`";
        line.registry.listen = *listen;
    }
    if (options.has("udp-port") && !parsePort(options.value("udp-port"), line.registry.udpPort))
        return options.at("udp-port") + "`udp-port` is a number from 0 to 65535, not `" +
               options.value("udp-port") + "`";
    if (options.has("sign-up")) {
        line.registry.signUp = parseSignUp(options.value("sign-up"));
        if (!line.registry.signUp)
            return options.at("sign-up") + "`sign-up` is open, closed or invitation, not `" +
                   options.value("sign-up") + "`";
    }
    if (options.has("log-level") && !program::parseLogLevel(options.value("log-level"), line.logLevel))
        return options.at("log-level") + "`log-level` is debug, info, warning or error, not `" +
               options.value("log-level") + "`";
    line.logFile = options.value("log-file");
    return {};
}

CommandLine failure(std::string problem, ExitCode code)
{
    CommandLine line;
    line.problem = std::move(problem);
    line.exitCode = code;
    return line;
}

} // namespace

const program::OptionTable kRegistryOptionTable{kOptions, std::size(kOptions), "LINNET_REGISTRY_"};

CommandLine readCommandLine(int argc, char** argv)
{
    program::Options options(kRegistryOptionTable);
    CommandLine line;
    std::string problem = options.readCommandLine(argc, argv);
    if (problem.empty()) problem = takeValues(options, line);
    if (!problem.empty()) return failure(problem, kExitUsage);
    line.help = options.flag("help");
    line.version = options.flag("version");
    line.configTest = options.flag("config-test");
    line.words = options.words();
    if (line.help || line.version) return line;

    std::string file = options.has("config") ? options.value("config") : kSystemFile;
    bool there = options.has("config") || program::fileExists(file);
    problem = options.readEnvironment();
    if (problem.empty() && there) problem = options.readFile(file);
    if (problem.empty()) problem = takeValues(options, line);
    if (!problem.empty()) return failure(problem, kExitConfiguration);
    return line;
}

std::string helpText()
{
    return "linnet-registry: the meeting point of Linnet's peers\n\n"
           "usage: linnet-registry [OPTION...]\n"
           "       linnet-registry [OPTION...] admin COMMAND\n\n" +
           program::Options(kRegistryOptionTable).help() +
           "\nEach option but the last four may also stand in the configuration file (`listen = :3131`) and "
           "in the\n"
           "environment (LINNET_REGISTRY_LISTEN=:3131). The command line comes first, then the environment, "
           "then\n"
           "the file.\n\n"
           "Commands for the operator, while the registry runs or not:\n" +
           adminHelp() + "\nExit codes: 0 good, 1 usage, 2 cannot start, 3 configuration.\n";
}

} // namespace linnet::registry
