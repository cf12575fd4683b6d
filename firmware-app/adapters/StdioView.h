// Joins the console on standard input and output to the core's conversation.
#pragma once

#include "adapters/StdioConsole.h"
#include "core/Console.h"

#include <functional>

namespace linnet::peer {

class StdioView final : public ConsoleView, private StdioConsole::Handler
{
public:
    // `ended` is called once when there will be no more input or nobody reads the output.
    StdioView(link::EventLoop& loop, Consoles& consoles, Peer& peer, std::function<void()> ended);
    ~StdioView();

    StdioConsole& stdio() { return stdio_; }

    void reply(std::string_view lines) override { stdio_.reply(lines); }
    void event(std::string_view line) override { stdio_.event(line); }
    void setPrompt(const std::string& prompt) override { stdio_.setPrompt(prompt); }
    void setSecret(bool secret) override { stdio_.setSecret(secret); }
    bool colour() const override { return stdio_.colour(); }
    bool interactive() const override { return stdio_.mode() != ConsoleMode::Plain; }
    void setBusy(bool busy) override;

private:
    void onLine(std::string line) override;
    void onInterrupt() override;
    void onEndOfInput() override;
    void onDroppedLine(LineFault fault) override;
    void onConsoleLost(std::string_view reason) override;
    Console* console();

    Consoles& consoles_;
    std::function<void()> ended_;
    StdioConsole stdio_;
    ConsoleId id_ = 0;
};

} // namespace linnet::peer
