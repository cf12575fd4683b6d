// What both programs do first as processes, before they open anything.
#pragma once

namespace linnet::program {

// Descriptors 0 to 2 exist, if need be as /dev/null, so that nothing opened later is mistaken for a console or a log.
void ensureStandardDescriptors();

} // namespace linnet::program
