// What a user does, as others see it.
#pragma once

#include "wire/Bytes.h"

namespace linnet::wire {

enum class Status : Byte { Offline = 0, Online = 1, Away = 2, Busy = 3, Invisible = 4 };

} // namespace linnet::wire
