// Published test vectors from tests/vectors/*.txt: lines of a name, a space and a value; `#` begins a
// comment.
#pragma once

#include "support/TestHarness.h"

#include <map>
#include <string>

namespace linnet::test {

class Vectors
{
public:
    // Fails the test when the file is not there.
    explicit Vectors(const std::string& file);

    // Each fails the test when the name is not there.
    const std::string& text(const std::string& name) const;
    wire::Bytes bytes(const std::string& name) const { return fromHex(text(name)); }
    template <std::size_t N>
    std::array<wire::Byte, N> array(const std::string& name) const
    {
        return arrayFromHex<N>(text(name));
    }
    wire::Key key(const std::string& name) const { return array<32>(name); }

private:
    std::map<std::string, std::string> values_;
};

} // namespace linnet::test
