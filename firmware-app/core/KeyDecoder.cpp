// A byte that cannot belong to the escape sequence under way ends it and counts for itself: Enter always
// works. There is no clock, so a lone ESC shows by what follows it: only `[`, `O` and `]` begin a sequence.
#include "core/KeyDecoder.h"

#include "wire/Text.h"

namespace linnet::peer {

namespace {

constexpr char kEscape = 0x1b;
constexpr char kBell = 0x07;
constexpr std::size_t kKeptParameters = 4; // no key we know has more
constexpr std::size_t kMaxOsc = 256; // a terminal's answer is shorter; a lone ESC ] must not swallow for ever

bool isControl(char byte)
{
    return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
}
bool isAscii(char byte)
{
    return static_cast<unsigned char>(byte) < 0x80;
}

// Bytes of the character that `lead` begins, 0 when it cannot begin one. wire::isUtf8 checks the whole.
std::size_t announcedSize(char lead)
{
    auto byte = static_cast<unsigned char>(lead);
    return byte < 0xc2 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0;
}

// U+0080 to U+009F: a terminal may act on them as on ESC sequences.
bool isC1(std::string_view character)
{
    return character.size() == 2 && character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xa0;
}

} // namespace

void KeyDecoder::feed(char byte)
{
    if (state_ == State::Ground)
        ground(byte);
    else
        escapeByte(byte);
}

void KeyDecoder::end()
{
    state_ = State::Ground;
    if (expected_ == 0) return;
    expected_ = 0;
    character_.clear();
    handler_.onKey(Keystroke::InvalidUtf8, {});
}

void KeyDecoder::ground(char byte)
{
    bool continues = (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
    if (expected_ > 0 && !continues) end();
    if (isControl(byte))
        control(byte);
    else
        textByte(byte);
}

void KeyDecoder::control(char byte)
{
    char before = lineEnd_;
    lineEnd_ = 0;
    if (byte == '\r' || byte == '\n') {
        if (before != 0 && before != byte) return; // the second half of CRLF or LFCR
        lineEnd_ = byte;
        return handler_.onKey(Keystroke::Enter, {});
    }
    switch (byte) {
    case kEscape:
        state_ = State::Escape;
        break;
    case '\t':
        handler_.onKey(Keystroke::Tab, {});
        break;
    case '\b':
    case 0x7f:
        handler_.onKey(Keystroke::Backspace, {});
        break;
    case 'A' & 0x1f:
        handler_.onKey(Keystroke::Home, {});
        break;
    case 'B' & 0x1f:
        handler_.onKey(Keystroke::Left, {});
        break;
    case 'C' & 0x1f:
        handler_.onKey(Keystroke::Interrupt, {});
        break;
    case 'D' & 0x1f:
        handler_.onKey(Keystroke::DeleteOrEnd, {});
        break;
    case 'E' & 0x1f:
        handler_.onKey(Keystroke::End, {});
        break;
    case 'F' & 0x1f:
        handler_.onKey(Keystroke::Right, {});
        break;
    case 'K' & 0x1f:
        handler_.onKey(Keystroke::EraseToEnd, {});
        break;
    case 'L' & 0x1f:
        handler_.onKey(Keystroke::Redraw, {});
        break;
    case 'N' & 0x1f:
        handler_.onKey(Keystroke::Down, {});
        break;
    case 'P' & 0x1f:
        handler_.onKey(Keystroke::Up, {});
        break;
    case 'U' & 0x1f:
        handler_.onKey(Keystroke::EraseLine, {});
        break;
    case 'W' & 0x1f:
        handler_.onKey(Keystroke::EraseWord, {});
        break;
    default:
        break; // NUL and the others mean nothing here
    }
}

void KeyDecoder::textByte(char byte)
{
    lineEnd_ = 0;
    if (expected_ == 0) {
        if (isAscii(byte)) return handler_.onKey(Keystroke::Text, {&byte, 1});
        expected_ = announcedSize(byte);
        if (expected_ == 0) return handler_.onKey(Keystroke::InvalidUtf8, {});
    }
    character_ += byte;
    if (character_.size() < expected_) return;
    std::string character;
    character.swap(character_);
    expected_ = 0;
    if (!wire::isUtf8(character))
        handler_.onKey(Keystroke::InvalidUtf8, {});
    else if (!isC1(character))
        handler_.onKey(Keystroke::Text, character);
}

void KeyDecoder::escapeByte(char byte)
{
    bool endsOsc = (byte == kBell || byte == kEscape) && state_ == State::Osc;
    if (isControl(byte) && !endsOsc) return leaveWith(byte);
    switch (state_) {
    case State::Escape:
        return afterEscape(byte);
    case State::Csi:
        return csiByte(byte);
    case State::LinuxFunctionKey:
        state_ = State::Ground;
        return;
    case State::Ss3:
        state_ = State::Ground;
        return isAscii(byte) ? cursorKey(byte) : ground(byte);
    case State::Osc:
        return oscByte(byte);
    case State::OscEscape:
        return byte == '\\' ? void(state_ = State::Ground) : afterEscape(byte);
    case State::Ground:
        return;
    }
}

void KeyDecoder::afterEscape(char byte)
{
    sequence_.clear();
    oscBytes_ = 0;
    if (byte == '[')
        state_ = State::Csi;
    else if (byte == 'O')
        state_ = State::Ss3;
    else if (byte == ']')
        state_ = State::Osc;
    else
        leaveWith(byte);
}

void KeyDecoder::csiByte(char byte)
{
    if (!isAscii(byte)) return leaveWith(byte);
    if (byte == '[' && sequence_.empty()) {
        state_ = State::LinuxFunctionKey; // F1 to F5 of the Linux console: ESC [ [ and one letter
    }
    else if (byte < 0x40) {
        if (sequence_.size() < kKeptParameters) sequence_ += byte;
    }
    else {
        csiFinal(byte);
    }
}

void KeyDecoder::oscByte(char byte)
{
    if (byte == kEscape)
        state_ = State::OscEscape;
    else if (byte == kBell || ++oscBytes_ == kMaxOsc)
        state_ = State::Ground;
}

void KeyDecoder::csiFinal(char byte)
{
    state_ = State::Ground;
    if (byte != '~') return cursorKey(byte);
    if (sequence_ == "1" || sequence_ == "7")
        handler_.onKey(Keystroke::Home, {});
    else if (sequence_ == "4" || sequence_ == "8")
        handler_.onKey(Keystroke::End, {});
    else if (sequence_ == "3")
        handler_.onKey(Keystroke::Delete, {});
}

void KeyDecoder::cursorKey(char byte)
{
    switch (byte) {
    case 'A':
        handler_.onKey(Keystroke::Up, {});
        break;
    case 'B':
        handler_.onKey(Keystroke::Down, {});
        break;
    case 'C':
        handler_.onKey(Keystroke::Right, {});
        break;
    case 'D':
        handler_.onKey(Keystroke::Left, {});
        break;
    case 'F':
        handler_.onKey(Keystroke::End, {});
        break;
    case 'H':
        handler_.onKey(Keystroke::Home, {});
        break;
    default:
        break;
    }
}

void KeyDecoder::leaveWith(char byte)
{
    state_ = State::Ground;
    ground(byte);
}

} // namespace linnet::peer
