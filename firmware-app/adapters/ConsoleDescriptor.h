// Reads or writes what a borrowed descriptor (standard input or output, say) refers to, without ever blocking
// and without setting O_NONBLOCK where others would see it: the flag belongs to the open file description,
// which the shell and our children share. The descriptor lent is neither closed nor changed.
#pragma once

#include "link/SocketIo.h"

#include <cstddef>
#include <string_view>

namespace linnet::peer {

class ConsoleDescriptor
{
public:
    enum class Use { Read, Write };

    ConsoleDescriptor(int borrowed, Use use);

    int fd() const
    {
        return descriptor_.get();
    } // ours: to watch, and for ioctls; -1 when there was none to borrow
    link::IoResult read(char* to, std::size_t size);
    link::IoResult write(std::string_view bytes);
    // Waits until it can be written, at most `milliseconds`.
    bool waitWritable(int milliseconds) const;

private:
    enum class Kind { Socket, NonBlocking, AskFirst };

    bool ready(short events, int milliseconds) const;

    link::Descriptor descriptor_;
    Kind kind_ = Kind::AskFirst;
    std::size_t slice_ = 0; // most bytes a write can take when it said that it can be written
};

} // namespace linnet::peer
