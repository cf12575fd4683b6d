// Small translations in both directions.
#include "adapters/StdioView.h"

#include "core/Commands.h"

namespace linnet::peer {

StdioView::StdioView(link::EventLoop& loop, Consoles& consoles, Peer& peer, std::function<void()> ended)
    : consoles_(consoles),
      ended_(std::move(ended)),
      stdio_(loop, *this, StdioConsole::optionsFromEnvironment())
{
    stdio_.setCompletion([&peer](std::string_view line) { return completions(peer, line); });
    id_ = consoles_.open(*this).id();
}

StdioView::~StdioView()
{
    consoles_.close(id_);
}

Console* StdioView::console()
{
    return consoles_.find(id_);
}

void StdioView::setBusy(bool busy)
{
    // People type on while they wait; a script's next line depends on the answer.
    if (!interactive()) stdio_.holdInput(busy);
}

void StdioView::onLine(std::string line)
{
    if (Console* to = console()) to->line(line);
}

void StdioView::onInterrupt()
{
    if (Console* to = console()) to->interrupted();
}

void StdioView::onDroppedLine(LineFault fault)
{
    if (Console* to = console())
        to->dropped(fault == LineFault::TooLong
                        ? "it is too long: the limit is " + std::to_string(wire::kMaxText) + " bytes"
                        : "it is not valid UTF-8");
}

void StdioView::onEndOfInput()
{
    ended_();
}
void StdioView::onConsoleLost(std::string_view)
{
    ended_();
}

} // namespace linnet::peer
