// The packets between a peer and its registry. A packet borrows its text: one that was decoded from the bytes
// it came in, one to be encoded from its maker. fields() is the layout, for reading and for writing;
// PROTOCOL.md section 5 has it in words.
#pragma once

#include "wire/Goodbye.h"
#include "wire/RegistryReplies.h"
#include "wire/RegistryRequests.h"
