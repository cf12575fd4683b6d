// Reading the page line by line.
#include "support/ProtocolPage.h"

#include "support/TestHarness.h"

#include <fstream>
#include <regex>

namespace linnet::test {

namespace {

bool isBytes(const std::string& line)
{
    static const char* const kPairs = "([0-9a-f]{2} )*[0-9a-f]{2}";
    return std::regex_match(line, std::regex(kPairs));
}

bool beginsWith(const std::string& line, const std::string& begin)
{
    return line.compare(0, begin.size(), begin) == 0;
}

// `name=value` or `name="value"`, a comment in parentheses behind it left out.
std::vector<std::string> valuesIn(const std::string& text)
{
    static const char* const kValue = "[a-zA-Z]+=(?:\"([^\"]*)\"|([0-9a-f]+))";
    std::vector<std::string> values;
    std::regex value(kValue);
    std::size_t at = 0;
    for (std::smatch match;
         std::regex_search(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), match, value);
         at += static_cast<std::size_t>(match.position() + match.length()))
        values.push_back(match[1].matched ? match[1].str() : match[2].str());
    return values;
}

} // namespace

std::vector<std::string> sourceLines(const std::string& path)
{
    std::ifstream input(LINNET_SOURCE_DIR "/" + path);
    CHECK_TEXT(input.is_open(), path.c_str());
    std::vector<std::string> lines;
    for (std::string line; std::getline(input, line);)
        lines.push_back(line);
    return lines;
}

ProtocolPage::ProtocolPage() : lines_(sourceLines("protocol/PROTOCOL.md")) {}

std::vector<std::string> ProtocolPage::block(const std::string& begin) const
{
    auto first = std::find(lines_.begin(), lines_.end(), "```" + begin);
    CHECK_TEXT(first != lines_.end(), begin.c_str());
    return {first + 1, std::find(first + 1, lines_.end(), "```")};
}

std::vector<ProtocolPage::Example> ProtocolPage::examples(const std::string& name) const
{
    std::vector<Example> examples;
    std::string text;
    for (const std::string& line : block("golden " + name)) {
        if (!isBytes(line)) {
            text += text.empty() ? line : ' ' + line;
            continue;
        }
        if (!text.empty()) examples.push_back({text.substr(0, text.find(' ')), valuesIn(text), {}});
        text.clear();
        CHECK_FALSE(examples.empty());
        wire::append(examples.back().bytes, fromHex(line));
    }
    CHECK_TEXT(text.empty(), text.c_str());
    return examples;
}

std::map<std::string, std::string> ProtocolPage::values(const std::string& name) const
{
    std::map<std::string, std::string> values;
    for (const std::string& line : block("values " + name))
        values[line.substr(0, line.find(' '))] = line.substr(line.find(' ') + 1);
    return values;
}

std::vector<ProtocolPage::Row> ProtocolPage::table(const std::string& heading) const
{
    auto isHeading = [&](const std::string& line) { return beginsWith(line, heading); };
    auto line = std::find_if(lines_.begin(), lines_.end(), isHeading);
    CHECK_TEXT(line != lines_.end(), heading.c_str());
    line = std::find_if(line, lines_.end(), [](const std::string& text) { return beginsWith(text, "|---"); });
    std::vector<Row> rows;
    for (++line; line != lines_.end() && beginsWith(*line, "|"); ++line) {
        Row row;
        for (std::size_t at = 1; at < line->size();) {
            std::size_t end = line->find('|', at);
            std::string cell = line->substr(at, end - at);
            cell.erase(0, cell.find_first_not_of(' '));
            row.push_back(cell.substr(0, cell.find_last_not_of(' ') + 1));
            at = end + 1;
        }
        rows.push_back(row);
    }
    return rows;
}

} // namespace linnet::test
