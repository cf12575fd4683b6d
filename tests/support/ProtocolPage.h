// protocol/PROTOCOL.md as its tests read it: its golden examples, its blocks of values, its tables.
#pragma once

#include "wire/Bytes.h"

#include <map>
#include <string>
#include <vector>

namespace linnet::test {

class ProtocolPage
{
public:
    struct Example
    {
        std::string name;
        std::vector<std::string> values; // without their names, quotes and comments
        wire::Bytes bytes;
    };
    using Row = std::vector<std::string>; // its cells

    // Each fails the test when there is no such file, block or section.
    ProtocolPage();
    // Of the block that begins with "```golden BLOCK".
    std::vector<Example> examples(const std::string& block) const;
    // Of the block that begins with "```values BLOCK": a name, a space and a value in each line.
    std::map<std::string, std::string> values(const std::string& block) const;
    // Of the first table behind the heading that begins with `heading`, without its first two lines.
    std::vector<Row> table(const std::string& heading) const;

private:
    std::vector<std::string> block(const std::string& begin) const;

    std::vector<std::string> lines_;
};

// A file of the source tree, by its path from the root. Fails the test when it is not there.
std::vector<std::string> sourceLines(const std::string& path);

} // namespace linnet::test
