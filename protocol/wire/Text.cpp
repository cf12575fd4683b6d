// UTF-8 is decoded in one place, next(); the rules are written over code points.
#include "wire/Text.h"

#include "wire/Limits.h"

#include <algorithm>

namespace linnet::wire {

namespace {

constexpr char32_t kMalformed = 0xffffffff;

bool isContinuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

// Takes one code point off the front of `text`, or kMalformed and one byte. REQUIRES: !text.empty().
char32_t next(std::string_view& text)
{
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned char lead = byte(0);
    std::size_t size = lead < 0x80   ? 1
                       : lead < 0xc2 ? 0
                       : lead < 0xe0 ? 2
                       : lead < 0xf0 ? 3
                       : lead < 0xf5 ? 4
                                     : 0;
    char32_t point = size == 1 ? lead : size == 2 ? lead & 0x1f : size == 3 ? lead & 0x0f : lead & 0x07;
    bool good = size > 0 && size <= text.size();
    for (std::size_t i = 1; good && i < size; ++i) {
        good = isContinuation(byte(i));
        point = point << 6 | (byte(i) & 0x3f);
    }
    bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
    bool surrogate = point >= 0xd800 && point <= 0xdfff;
    if (!good || overlong || surrogate || point > 0x10ffff) {
        text.remove_prefix(1);
        return kMalformed;
    }
    text.remove_prefix(size);
    return point;
}

bool isControl(char32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

// Characters that show nothing but change how others are shown: bidi marks, embeddings, overrides and
// isolates, zero-width ones, line and paragraph separators, tags, the byte order mark.
bool isInvisible(char32_t point)
{
    return point == 0x061c || (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
           (point >= 0x2060 && point <= 0x206f) || point == 0xfeff || (point >= 0xe0000 && point <= 0xe007f);
}

bool isAsciiLetterOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

} // namespace

bool isUtf8(std::string_view text)
{
    while (!text.empty())
        if (next(text) == kMalformed) return false;
    return true;
}

bool isName(std::string_view name)
{
    if (name.size() < kMinName || name.size() > kMaxName || !isAsciiLetterOrDigit(name[0])) return false;
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return isAsciiLetterOrDigit(c) || c == '_' || c == '.' || c == '-'; });
}

std::string canonicalName(std::string_view name)
{
    std::string canonical(name);
    for (char& c : canonical)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return canonical;
}

bool isHost(std::string_view host)
{
    if (host.empty() || host.size() > kMaxHost) return false;
    return std::all_of(host.begin(), host.end(), [](char c) {
        return isAsciiLetterOrDigit(c) || c == '.' || c == '-' || c == ':' || c == '%' || c == '_';
    });
}

std::string neutralise(std::string_view text)
{
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        std::string_view before = text;
        char32_t point = next(text);
        if (point == '\t')
            clean += ' ';
        else if (point == kMalformed || isControl(point))
            clean += '?';
        else if (!isInvisible(point))
            clean += before.substr(0, before.size() - text.size());
    }
    return clean;
}

} // namespace linnet::wire
