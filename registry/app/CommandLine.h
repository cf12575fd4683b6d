// The options of linnet-registry: one table, from which the command line, the environment, the configuration
// file and
// --help derive.
#pragma once

#include "program/Log.h"
#include "program/Options.h"
#include "registry/app/RegistryOptions.h"

#include <string>
#include <vector>

namespace linnet::registry {

extern const program::OptionTable kRegistryOptionTable;

// Exit codes of the program.
enum ExitCode { kExitOk = 0, kExitUsage = 1, kExitCannotStart = 2, kExitConfiguration = 3 };

struct CommandLine
{
    bool help = false;
    bool version = false;
    bool configTest = false;
    RegistryOptions registry;
    program::LogLevel logLevel = program::LogLevel::Info;
    std::string logFile;            // empty: standard error
    std::vector<std::string> words; // "admin" and what follows
    // What is wrong, and with what to exit then.
    std::string problem;
    ExitCode exitCode = kExitOk;
};

// Reads the command line, then the environment, then the configuration file: --config's, or
// /etc/linnet/registry.conf if that is there.
CommandLine readCommandLine(int argc, char** argv);

std::string helpText();

} // namespace linnet::registry
