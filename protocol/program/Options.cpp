// getopt_long over the table; a configuration file is read by our own lines, since a fault in it is told with
// its number (Poco::Util's reader knows none).
#include "program/Options.h"

#include <getopt.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace linnet::program {

namespace {

std::string_view trimmed(std::string_view text)
{
    std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string environmentName(const OptionTable& table, std::string_view option)
{
    std::string name = table.environmentPrefix;
    for (char c : option)
        name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return name;
}

} // namespace

bool fileExists(const std::string& path)
{
    return ::access(path.c_str(), F_OK) == 0;
}

const Option* Options::find(std::string_view name) const
{
    for (std::size_t i = 0; i < table_.count; ++i)
        if (table_.options[i].name == name) return &table_.options[i];
    return nullptr;
}

std::string Options::value(std::string_view name) const
{
    auto found = settings_.find(std::string(name));
    return found == settings_.end() ? std::string() : found->second.value;
}

std::string Options::at(std::string_view name) const
{
    auto found = settings_.find(std::string(name));
    return found == settings_.end() ? std::string() : found->second.origin + ": ";
}

std::string Options::set(const Option& option, const std::string& value, const std::string& origin)
{
    if (option.takes == Option::Takes::Nothing && value != "yes" && value != "no")
        return "`" + std::string(option.name) + "` takes yes or no";
    if (option.takes == Option::Takes::Value && value.empty())
        return "`" + std::string(option.name) + "` needs a value";
    settings_.emplace(option.name, Setting{value, origin});
    return {};
}

std::string Options::readCommandLine(int argc, char** argv)
{
    std::vector<::option> longOptions;
    for (std::size_t i = 0; i < table_.count; ++i) {
        const Option& option = table_.options[i];
        int has = option.takes == Option::Takes::Nothing ? no_argument
                  : option.takes == Option::Takes::Value ? required_argument
                                                         : optional_argument;
        longOptions.push_back({option.name, has, nullptr, static_cast<int>(i)});
    }
    longOptions.push_back({nullptr, 0, nullptr, 0});
    ::optind = 1;
    ::opterr = 0;
    for (int found; (found = ::getopt_long(argc, argv, "+:", longOptions.data(), nullptr)) != -1;) {
        std::string given = argv[::optind - 1];
        if (found == ':') return given + " needs a value";
        if (found == '?') return "unknown option " + given + "; --help lists them";
        const Option& option = table_.options[found];
        bool flag = option.takes == Option::Takes::Nothing;
        std::string wrong = set(option,
                                flag       ? "yes"
                                : ::optarg ? ::optarg
                                           : "",
                                "--" + std::string(option.name));
        if (!wrong.empty()) return wrong;
    }
    for (int i = ::optind; i < argc; ++i)
        words_.emplace_back(argv[i]);
    return {};
}

std::string Options::readEnvironment()
{
    for (std::size_t i = 0; i < table_.count; ++i) {
        const Option& option = table_.options[i];
        std::string name = environmentName(table_, option.name);
        const char* value = option.inFile ? std::getenv(name.c_str()) : nullptr;
        if (!value) continue;
        std::string wrong = set(option, value, name);
        if (!wrong.empty()) return name + ": " + wrong;
    }
    return {};
}

std::string Options::readFile(const std::string& path)
{
    std::ifstream file(path);
    if (!file) return path + " can't be read";
    std::string line;
    for (unsigned number = 1; std::getline(file, line); ++number) {
        std::string origin = path + ", line " + std::to_string(number);
        std::string wrong = readLine(trimmed(line), origin);
        if (!wrong.empty()) return origin + ": " + wrong;
    }
    return {};
}

std::string Options::readLine(std::string_view line, const std::string& origin)
{
    if (line.empty() || line[0] == '#' || line[0] == ';') return {};
    if (line[0] == '[') return line.back() == ']' ? "" : "a section is not closed"; // sections only group
    std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return "`name = value` is expected";
    std::string_view name = trimmed(line.substr(0, equals));
    const Option* option = find(name);
    if (!option || !option->inFile) return "there is no setting `" + std::string(name) + "`";
    return set(*option, std::string(trimmed(line.substr(equals + 1))), origin);
}

std::string Options::help() const
{
    std::string text;
    for (std::size_t i = 0; i < table_.count; ++i) {
        const Option& option = table_.options[i];
        std::string left = "  --" + std::string(option.name);
        if (option.takes == Option::Takes::Value) left += " " + std::string(option.argument);
        if (option.takes == Option::Takes::Maybe) left += "[=" + std::string(option.argument) + "]";
        if (left.size() < 34)
            left.resize(34, ' ');
        else
            left += "\n" + std::string(34, ' ');
        text += left + option.help + "\n";
    }
    return text;
}

} // namespace linnet::program
