// Calls into code of others: what it throws is reported, so that its neighbours in the round go on.
#pragma once

namespace linnet::link {

// Hands the exception that is being handled to Poco::ErrorHandler.
void reportException() noexcept;

template <class Work>
void guarded(Work&& work) noexcept
{
    try {
        work();
    }
    catch (...) {
        reportException();
    }
}

} // namespace linnet::link
