// The names of events and problems, from their tables, and the sentences that are shared.
#include "core/Event.h"
#include "core/Problem.h"

namespace linnet::peer {

std::string_view eventName(EventKind kind)
{
    static constexpr std::string_view kNames[] = {
#define LINNET_EVENT_NAME(kind, name) name,
        LINNET_EVENTS(LINNET_EVENT_NAME)
#undef LINNET_EVENT_NAME
    };
    return kNames[static_cast<std::size_t>(kind)];
}

std::string_view problemName(ProblemCode code)
{
    static constexpr std::string_view kNames[] = {
#define LINNET_PROBLEM_NAME(code, name) name,
        LINNET_PROBLEMS(LINNET_PROBLEM_NAME)
#undef LINNET_PROBLEM_NAME
    };
    return kNames[static_cast<std::size_t>(code)];
}

Problem badName()
{
    return {ProblemCode::BadName,
            "a name has 3 to 32 of letters, digits, _ . - and begins with a letter or digit"};
}

Problem badPassword()
{
    return {ProblemCode::BadPassword, "a password has at least 8 characters"};
}

} // namespace linnet::peer
