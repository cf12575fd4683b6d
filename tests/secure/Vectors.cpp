// Reading of vector files.
#include "Vectors.h"

#include <fstream>

namespace linnet::test {

Vectors::Vectors(const std::string& file)
{
    std::ifstream input(LINNET_SOURCE_DIR "/tests/vectors/" + file);
    CHECK_TEXT(input.is_open(), file.c_str());
    for (std::string line; std::getline(input, line);) {
        std::size_t space = line.find(' ');
        if (line[0] != '#' && space != std::string::npos)
            values_[line.substr(0, space)] = line.substr(space + 1);
    }
}

const std::string& Vectors::text(const std::string& name) const
{
    auto found = values_.find(name);
    CHECK_TEXT(found != values_.end(), name.c_str());
    return found->second;
}

} // namespace linnet::test
