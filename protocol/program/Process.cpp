// The lowest free descriptor is the one that open() takes, so going up from 0 fills the holes.
#include "program/Process.h"

#include <fcntl.h>

namespace linnet::program {

void ensureStandardDescriptors()
{
    for (int fd = 0; fd <= 2; ++fd)
        if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) < 0) return;
}

} // namespace linnet::program
