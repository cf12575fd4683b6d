// Options of a program, from one table: the command line, the environment and configuration files all know
// the same names, and --help is the table. The first of these that names an option decides:
//
//   --state-dir DIR     LINNET_STATE_DIR     state-dir = DIR in the user's file     the same in the system's
//   file
//
// A file has one `name = value` a line; `#` begins a comment; a flag takes yes or no.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::program {

struct Option
{
    enum class Takes { Nothing, Value, Maybe };
    const char* name; // long, without dashes
    Takes takes;
    const char* argument; // as --help names it; "" for a flag
    const char* help;
    bool inFile; // may stand in a file and in the environment
};

struct OptionTable
{
    const Option* options;
    std::size_t count;
    const char* environmentPrefix; // "LINNET_"
};

class Options
{
public:
    explicit Options(const OptionTable& table) : table_(table) {}

    // Each returns an empty string, or what is wrong in a sentence ("linnet.conf, line 3: ..."). Call them in
    // the order of their precedence: a value that is there already stays.
    std::string readCommandLine(int argc, char** argv); // stops at the first word that is no option
    std::string readEnvironment();
    std::string readFile(const std::string& path);

    bool has(std::string_view name) const { return settings_.count(std::string(name)) > 0; }
    // The value, "yes" for a flag that is set; "" when there is none.
    std::string value(std::string_view name) const;
    bool flag(std::string_view name) const { return value(name) == "yes"; }
    // How to begin a complaint about its value: "linnet.conf, line 3: listen: ", "LINNET_LISTEN: ",
    // "--listen: ".
    std::string at(std::string_view name) const;
    // What followed the options on the command line.
    const std::vector<std::string>& words() const { return words_; }

    // The table as text, two columns.
    std::string help() const;

private:
    const Option* find(std::string_view name) const;
    std::string set(const Option& option, const std::string& value, const std::string& origin);
    std::string readLine(std::string_view line, const std::string& origin);

    OptionTable table_;
    struct Setting
    {
        std::string value;
        std::string origin;
    };
    std::map<std::string, Setting> settings_;
    std::vector<std::string> words_;
};

// Whether a configuration file is there to be read.
bool fileExists(const std::string& path);

} // namespace linnet::program
