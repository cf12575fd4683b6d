// Bytes as hexadecimal text.
#include "support/TestHarness.h"

namespace linnet::test {

wire::Bytes fromHex(std::string_view hex)
{
    wire::Bytes bytes;
    int high = -1;
    for (char c : hex) {
        if (c == ' ' || c == '\n') continue;
        std::size_t digit = std::string_view("0123456789abcdef").find(c);
        CHECK_TEXT(digit != std::string_view::npos, "not a hexadecimal digit");
        if (high < 0)
            high = static_cast<int>(digit);
        else {
            bytes.push_back(static_cast<wire::Byte>(high << 4 | static_cast<int>(digit)));
            high = -1;
        }
    }
    CHECK_TEXT(high < 0, "an odd number of hexadecimal digits");
    return bytes;
}

std::string toHex(wire::ByteView bytes)
{
    static const char kDigits[] = "0123456789abcdef";
    std::string hex;
    for (wire::Byte byte : bytes) {
        hex += kDigits[byte >> 4];
        hex += kDigits[byte & 15];
    }
    return hex;
}

} // namespace linnet::test
