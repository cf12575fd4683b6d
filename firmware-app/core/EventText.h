// Events and messages as lines for people. Plain ASCII around the text; colour only where the console has it.
#pragma once

#include "core/Event.h"
#include "core/Store.h"

#include <string>

namespace linnet::peer {

// One line, or nothing for an event that people are not told.
std::string eventText(const Event& event, bool colour);

// "[12:31] ", or "[--:--] " when the time is not known.
std::string timeText(std::int64_t wall);

// One line of a history: `speaker` is the name to show, `state` what became of an outgoing message.
std::string historyText(const StoredMessage& message, const std::string& speaker, std::string_view state,
                        bool colour);

// "3 minutes", "2 days": the largest unit that fits.
std::string durationText(std::uint64_t seconds);

} // namespace linnet::peer
