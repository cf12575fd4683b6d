// The port through which a console's bytes leave the core.
#pragma once

#include <string_view>

namespace linnet::peer {

class ConsoleOutput
{
public:
    // Takes `bytes` in order, all of them, without blocking. They come in small pieces: whoever implements
    // this gathers them and sends them on when the event that caused them is over.
    virtual void write(std::string_view bytes) = 0;

protected:
    ~ConsoleOutput() = default;
};

} // namespace linnet::peer
