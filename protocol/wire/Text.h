// Rules about text: what is valid UTF-8, what is a name, and how text from others is made harmless.
#pragma once

#include <string>
#include <string_view>

namespace linnet::wire {

// Whether `text` is well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing over U+10FFFF.
bool isUtf8(std::string_view text);

// Whether `name` may be a user's name: 3 to 32 of letters, digits, `_`, `.`, `-` (all ASCII, so that no
// two names look alike), beginning with a letter or digit.
bool isName(std::string_view name);

// Names differ only if they differ in more than case: two names are the same when these are equal.
std::string canonicalName(std::string_view name);

// Whether a host may stand in an endpoint: letters, digits, `.`, `-`, `:` (IPv6), `%` and `_`; not empty.
bool isHost(std::string_view host);

// `text` with everything taken out that could act on a terminal or mislead its reader: control
// characters (C0, C1, DEL, escape) become `?`, bidirectional overrides and isolates and the zero-width
// and line-separating characters disappear, malformed UTF-8 becomes `?`. A tab becomes a space.
std::string neutralise(std::string_view text);

} // namespace linnet::wire
