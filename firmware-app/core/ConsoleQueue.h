// What one console has yet to receive. Bytes are promised: what a LineEditor wrote, replies among it, is
// never dropped. Events wait apart, bounded, while bytes are still under way: a slow line costs its bound,
// and what did not fit is counted and said. Pure state; whoever owns the descriptor moves the bytes.
#pragma once

#include "core/ConsoleOutput.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace linnet::peer {

class ConsoleQueue final : public ConsoleOutput
{
public:
    static constexpr std::size_t kMaxEventBytes = 64 * 1024;
    // Bytes under way over which no more input should be taken: what answers it would only grow the queue.
    static constexpr std::size_t kFull = 64 * 1024;

    explicit ConsoleQueue(std::size_t maxEventBytes = kMaxEventBytes) : maxEventBytes_(maxEventBytes) {}

    void write(std::string_view bytes) override { bytes_ += bytes; }
    std::string_view bytes() const { return std::string_view(bytes_).substr(sent_); }
    bool full() const { return bytes().size() >= kFull; }
    // The first `count` bytes have been sent. REQUIRES: count <= bytes().size().
    void sent(std::size_t count);

    // Keeps one line (without line end), or counts it when it does not fit, or when one before it did not.
    void addEvent(std::string_view line);
    bool hasEvents() const { return !events_.empty() || skipped_ > 0; }
    // All lines kept, each with LF, then how many were skipped.
    std::string takeEvents();

    // Nobody will receive it.
    void clear();

private:
    std::string bytes_;
    std::size_t sent_ = 0; // of bytes_
    std::string events_;   // each line with its LF
    std::size_t skipped_ = 0;
    std::size_t maxEventBytes_;
};

} // namespace linnet::peer
