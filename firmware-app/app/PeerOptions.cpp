// The table of options, and from text to values.
#include "app/PeerOptions.h"

#include "wire/Text.h"

#include <cstdlib>
#include <iterator>

namespace linnet::peer {

namespace {

using Takes = program::Option::Takes;

constexpr program::Option kOptions[] = {
    {"help", Takes::Nothing, "", "show this and end", false},
    {"version", Takes::Nothing, "", "show the version and end", false},
    {"config", Takes::Value, "FILE", "read this configuration file", false},
    {"config-test", Takes::Nothing, "", "check the configuration and end", false},
    {"state-dir", Takes::Value, "DIR", "where identity and messages are kept (~/.local/state/linnet)", true},
    {"registry", Takes::Value, "HOST[:PORT][#FINGERPRINT]", "the registry to use (port 3131)", true},
    {"host-registry", Takes::Maybe, "[HOST:]PORT", "host a registry in this program, and use it", true},
    {"no-registry", Takes::Nothing, "", "live without a registry", true},
    {"listen", Takes::Value, "[HOST:]PORT", "where other peers connect (first free from 5858)", true},
    {"advertise", Takes::Value, "HOST", "a name or address others reach this board by", true},
    {"durability", Takes::Value, "full|normal|ram", "how messages are kept: ram never writes to flash", true},
    {"stay", Takes::Nothing, "", "go on when standard input ends", true},
    {"log-level", Takes::Value, "LEVEL", "debug, info, warning or error (warning)", true},
    {"log-file", Takes::Value, "FILE", "log there; else to standard error, if that is no terminal", true},
};

constexpr program::OptionTable kTable = {kOptions, std::size(kOptions), "LINNET_"};

std::string environment(const char* name, const std::string& otherwise)
{
    const char* value = std::getenv(name);
    return value && *value ? value : otherwise;
}

std::string home(const char* xdgName, const char* otherwise)
{
    return environment(xdgName, environment("HOME", "") + otherwise) + "/linnet";
}

std::string parseRegistry(const std::string& text, PeerOptions& options)
{
    std::size_t hash = text.find('#');
    auto at = wire::parseEndpoint(std::string_view(text).substr(0, hash), wire::kRegistryTcpPort);
    if (!at) return "`" + text + "` is not HOST[:PORT][#FINGERPRINT]";
    std::string fingerprint = hash == std::string::npos ? "" : text.substr(hash + 1);
    if (!fingerprint.empty() && fingerprint.rfind("SHA256:", 0) != 0) fingerprint = "SHA256:" + fingerprint;
    options.registry = RegistrySettings{*at, fingerprint};
    return {};
}

std::string parseHosted(const std::string& text, PeerOptions& options)
{
    std::string where = text.empty() || text == "yes" ? std::to_string(wire::kRegistryTcpPort) : text;
    if (where == "no") return {};
    options.hostRegistry = wire::parseListen(where, wire::kRegistryTcpPort);
    return options.hostRegistry ? "" : "`" + text + "` is not [HOST:]PORT";
}

std::string parseDurability(const std::string& text, PeerOptions& options)
{
    if (text == "full")
        options.durability = Durability::Full;
    else if (text == "normal")
        options.durability = Durability::Normal;
    else if (text == "ram")
        options.durability = Durability::Ram;
    else
        return "`" + text + "` is not full, normal or ram";
    return {};
}

std::string validate(const program::Options& raw, PeerOptions& options)
{
    options.stateDirectory =
        raw.has("state-dir") ? raw.value("state-dir") : home("XDG_STATE_HOME", "/.local/state");
    if (raw.has("listen")) {
        options.listen = wire::parseListen(raw.value("listen"), wire::kFirstPeerPort);
        if (!options.listen) return raw.at("listen") + "`" + raw.value("listen") + "` is not [HOST:]PORT";
    }
    options.advertise = raw.value("advertise");
    if (!options.advertise.empty() && !wire::isHost(options.advertise))
        return raw.at("advertise") + "`" + options.advertise + "` is not a host name or address";
    using Parse = std::string (*)(const std::string&, PeerOptions&);
    static constexpr std::pair<const char*, Parse> kParsed[] = {
        {"registry", parseRegistry}, {"host-registry", parseHosted}, {"durability", parseDurability}};
    for (auto& [name, parse] : kParsed) {
        std::string wrong = raw.has(name) ? parse(raw.value(name), options) : "";
        if (!wrong.empty()) return raw.at(name) + wrong;
    }
    options.noRegistry = raw.flag("no-registry");
    if (options.noRegistry && (options.registry || options.hostRegistry))
        return "no-registry contradicts registry and host-registry";
    options.stay = raw.flag("stay");
    options.logFile = raw.value("log-file");
    options.logLevel = program::LogLevel::Warning;
    if (raw.has("log-level") && !program::parseLogLevel(raw.value("log-level"), options.logLevel))
        return raw.at("log-level") + "`" + raw.value("log-level") + "` is not debug, info, warning or error";
    return {};
}

} // namespace

const program::OptionTable& peerOptionTable()
{
    return kTable;
}

std::optional<OptionsFault> readPeerOptions(int argc, char** argv, program::Options& raw,
                                            PeerOptions& options)
{
    std::string wrong = raw.readCommandLine(argc, argv);
    if (wrong.empty() && (raw.has("help") || raw.has("version"))) return std::nullopt;
    if (wrong.empty() && !raw.words().empty())
        wrong = "`" + raw.words().front() + "` is not understood; --help lists the options";
    if (wrong.empty()) wrong = validate(raw, options);
    if (!wrong.empty()) return OptionsFault{wrong, kExitUsage};

    std::string userFile =
        raw.has("config") ? raw.value("config") : home("XDG_CONFIG_HOME", "/.config") + "/linnet.conf";
    wrong = raw.readEnvironment();
    for (const std::string& file : {userFile, std::string("/etc/linnet/linnet.conf")})
        if (wrong.empty() && (raw.value("config") == file || program::fileExists(file)))
            wrong = raw.readFile(file);
    if (wrong.empty()) wrong = validate(raw, options);
    if (!wrong.empty()) return OptionsFault{wrong, kExitConfiguration};
    return std::nullopt;
}

} // namespace linnet::peer
