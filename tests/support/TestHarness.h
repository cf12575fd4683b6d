// CppUTest without its `new` macro, which breaks the standard library's and POCO's headers. Leaks are still
// found: operator new is replaced when linking.
#pragma once

#include "wire/Bytes.h"

#include <string>
#include <string_view>

#include <CppUTest/TestHarness.h>
#undef new
#undef BYTES_EQUAL // CppUTest's own compares two single bytes

namespace linnet::test {

// "68 65 6c" or "68656c", whitespace ignored, to bytes. Fails the test on anything else.
wire::Bytes fromHex(std::string_view hex);
template <std::size_t N>
std::array<wire::Byte, N> arrayFromHex(std::string_view hex)
{
    wire::Bytes bytes = fromHex(hex);
    LONGS_EQUAL(N, bytes.size());
    std::array<wire::Byte, N> array{};
    std::copy(bytes.begin(), bytes.end(), array.begin());
    return array;
}
std::string toHex(wire::ByteView bytes);

} // namespace linnet::test

#define BYTES_EQUAL(expected, actual)                                                                        \
    STRCMP_EQUAL(::linnet::test::toHex(expected).c_str(), ::linnet::test::toHex(actual).c_str())
#define TEXT_EQUAL(expected, actual) STRCMP_EQUAL(std::string(expected).c_str(), std::string(actual).c_str())
