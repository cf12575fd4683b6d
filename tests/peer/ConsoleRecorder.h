// Both sides of a LineEditor in a test: what it told its handler, one per line, and the bytes it wrote.
#pragma once

#include "core/LineEditor.h"

#include <functional>
#include <string>
#include <utility>

namespace linnet::test {

class ConsoleRecorder final : public peer::LineHandler, public peer::ConsoleOutput
{
public:
    void onLine(std::string line) override
    {
        events += "line:" + line + "\n";
        if (lineHook) lineHook(line);
    }
    void onInterrupt() override { events += "interrupt\n"; }
    void onEndOfInput() override { events += "end\n"; }
    void onDroppedLine(peer::LineFault fault) override
    {
        events += fault == peer::LineFault::TooLong ? "dropped:too long\n" : "dropped:invalid\n";
    }
    void write(std::string_view bytes) override { output += bytes; }

    std::string takeEvents() { return std::exchange(events, ""); }
    std::string takeOutput() { return std::exchange(output, ""); }

    std::string events;
    std::string output;
    std::function<void(const std::string&)> lineHook;
};

// An editor whose bytes are fed and collected.
struct Editing
{
    explicit Editing(peer::ConsoleMode mode) : editor(console, console, mode) {}

    std::string eventsOf(std::string_view bytes)
    {
        editor.feed(bytes);
        return console.takeEvents();
    }
    std::string outputOf(std::string_view bytes)
    {
        editor.feed(bytes);
        return console.takeOutput();
    }
    // The line that Enter hands over after these keys.
    std::string lineOf(std::string_view bytes)
    {
        std::string events = eventsOf(std::string(bytes) + "\r");
        return events.substr(0, events.size() - 1);
    }

    ConsoleRecorder console;
    peer::LineEditor editor;
};

// Editing with a prompt already on the screen.
struct Prompted : Editing
{
    explicit Prompted(peer::ConsoleMode mode) : Editing(mode)
    {
        editor.setPrompt("> ");
        console.takeOutput();
    }
};

} // namespace linnet::test
