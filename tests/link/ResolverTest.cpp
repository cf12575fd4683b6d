#include "link/Resolver.h"

#include "LoopSupport.h"
#include "support/TestHarness.h"

#include <optional>

using namespace linnet;
using namespace linnet::test;
using link::Resolver;
using Hosts = std::vector<std::string>;

TEST_GROUP(Resolver)
{
    EventLoop loop;
    std::unique_ptr<Resolver> resolver = std::make_unique<Resolver>(loop);

    // The answer; fails the test when there is none in time.
    Hosts answerTo(const std::string& host)
    {
        std::optional<Hosts> answer;
        resolver->resolve(host, [&](const Hosts& hosts) { answer = hosts; });
        CHECK_FALSE(answer.has_value()); // never from inside resolve()
        CHECK_TRUE(runUntil(loop, [&] { return answer.has_value(); }));
        return *answer;
    }
};

TEST(Resolver, AnswersANumericHostWithItself)
{
    CHECK_TRUE(answerTo("192.0.2.7") == Hosts{"192.0.2.7"});
    CHECK_TRUE(answerTo("2001:db8::7") == Hosts{"2001:db8::7"});
}

TEST(Resolver, KnowsLocalhostWithoutANetwork)
{
    Hosts hosts = answerTo("localhost");
    CHECK_TRUE(!hosts.empty());
    for (const std::string& host : hosts)
        CHECK_TRUE(host == "127.0.0.1" || host == "::1");
}

TEST(Resolver, AnswersWithNothingWhereThereIsNothing)
{
    CHECK_TRUE(answerTo("nobody.onion").empty()); // never asked of a name server: RFC 7686
    CHECK_TRUE(answerTo("").empty());
}

TEST(Resolver, ManyQuestionsAtOnceAreAllAnswered)
{
    int answers = 0;
    for (int i = 0; i < 50; ++i)
        resolver->resolve(i % 2 ? "localhost" : "127.0.0.1",
                          [&](const Hosts& hosts) { answers += !hosts.empty(); });
    CHECK_TRUE(runUntil(loop, [&] { return answers == 50; }));
}

TEST(Resolver, NoCallFollowsWhenAQuestionIsCancelled)
{
    bool called = false;
    resolver->cancel(resolver->resolve("127.0.0.1", [&](const Hosts&) { called = true; }));
    resolver->cancel(resolver->resolve("localhost", [&](const Hosts&) { called = true; }));
    runRounds(loop, 5);
    CHECK_FALSE(called);
}

TEST(Resolver, MayAskAndCancelFromInsideAnAnswer)
{
    bool called = false;
    bool asked = false;
    Resolver::Ticket second = 0;
    resolver->resolve("127.0.0.1", [&](const Hosts&) {
        resolver->cancel(second);
        resolver->resolve("localhost", [&](const Hosts&) { asked = true; });
    });
    second = resolver->resolve("127.0.0.1", [&](const Hosts&) { called = true; });
    CHECK_TRUE(runUntil(loop, [&] { return asked; }));
    CHECK_FALSE(called);
}

TEST(Resolver, MayBeDestroyedWhileQuestionsAreOpen)
{
    bool called = false;
    resolver->resolve("127.0.0.1", [&](const Hosts&) { called = true; });
    resolver->resolve("localhost", [&](const Hosts&) { called = true; });
    resolver.reset();
    runRounds(loop, 5);
    CHECK_FALSE(called);
}
