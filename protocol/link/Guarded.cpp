// Exceptions of handlers, timers and tasks, on their way to the program's log.
#include "link/Guarded.h"

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>

#include <exception>

namespace linnet::link {

void reportException() noexcept
{
    try {
        throw;
    }
    catch (const Poco::Exception& exception) {
        Poco::ErrorHandler::handle(exception);
    }
    catch (const std::exception& exception) {
        Poco::ErrorHandler::handle(exception);
    }
    catch (...) {
        Poco::ErrorHandler::handle();
    }
}

} // namespace linnet::link
