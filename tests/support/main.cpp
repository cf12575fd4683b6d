// Runs the tests of one layer.
#include "support/TestHarness.h"

#include <CppUTest/CommandLineTestRunner.h>

int main(int argc, char** argv)
{
#ifdef LINNET_SANITIZED
    // AddressSanitizer's leak check and CppUTest's cannot both own operator new.
    MemoryLeakWarningPlugin::turnOffNewDeleteOverloads();
#endif
    return CommandLineTestRunner::RunAllTests(argc, argv);
}
