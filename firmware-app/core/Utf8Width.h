// How much room UTF-8 text takes on a terminal, and where one character ends and the next begins. A character
// here is what a reader takes for one: a code point with the zero-width ones (accents, joiners) that follow
// it. All of it REQUIRES well-formed UTF-8 (wire::isUtf8) without control characters.
#pragma once

#include <cstddef>
#include <string_view>

namespace linnet::peer {

// Columns of a terminal's row: 0, 1 or 2.
unsigned widthOf(char32_t point);
unsigned columnsOf(std::string_view text);

// Whether a character starts at byte `at`; true for both ends of the text. REQUIRES: at <= text.size().
bool startsCharacter(std::string_view text, std::size_t at);
// Where the character at `at` ends. REQUIRES: at < text.size(), a character starts there.
std::size_t nextCharacter(std::string_view text, std::size_t at);
// Where the character before `at` starts. REQUIRES: 0 < at <= text.size().
std::size_t previousCharacter(std::string_view text, std::size_t at);

} // namespace linnet::peer
