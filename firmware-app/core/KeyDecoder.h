// Turns the bytes of a keyboard, a serial line or a file into keys: line ends, control keys, escape sequences
// (ECMA-48) and whole UTF-8 characters. Knows nothing of lines or screens. Its state lasts across feeds, so
// that it does not matter how the bytes were cut into reads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace linnet::peer {

enum class Keystroke {
    Text, // one code point, no control character
    InvalidUtf8,
    Enter, // CR, LF, CRLF and LFCR are one each
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    Home,
    End,
    Up,
    Down,
    EraseLine,   // ^U
    EraseToEnd,  // ^K
    EraseWord,   // ^W
    Redraw,      // ^L
    Interrupt,   // ^C
    DeleteOrEnd, // ^D
};

class KeyHandler
{
public:
    // `text` is the code point of Keystroke::Text, else empty; valid during the call only.
    virtual void onKey(Keystroke key, std::string_view text) = 0;

protected:
    ~KeyHandler() = default;
};

class KeyDecoder
{
public:
    explicit KeyDecoder(KeyHandler& handler) : handler_(handler) {}

    void feed(char byte);
    // No more bytes will come: half a character is an invalid one.
    void end();

private:
    enum class State { Ground, Escape, Csi, LinuxFunctionKey, Ss3, Osc, OscEscape };

    void ground(char byte);
    void control(char byte);
    void textByte(char byte);
    void escapeByte(char byte);
    void afterEscape(char byte);
    void csiByte(char byte);
    void oscByte(char byte);
    void csiFinal(char byte);
    void cursorKey(char byte);
    void leaveWith(char byte);

    KeyHandler& handler_;
    State state_ = State::Ground;
    char lineEnd_ = 0;         // the CR or LF that was the last byte, when its counterpart would belong to it
    std::string sequence_;     // parameters of a control sequence, as far as they matter
    std::size_t oscBytes_ = 0; // swallowed of the present string
    std::string character_;    // half a UTF-8 character
    std::size_t expected_ = 0; // bytes it will have
};

} // namespace linnet::peer
