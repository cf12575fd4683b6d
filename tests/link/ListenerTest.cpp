#include "link/Listener.h"

#include "LoopSupport.h"
#include "link/SocketAddress.h"
#include "support/TestHarness.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <stdexcept>
#include <vector>

using namespace linnet;
using namespace linnet::test;
using link::Listener;
using wire::Endpoint;

TEST_GROUP(Listener)
{
    EventLoop loop;
    std::vector<Descriptor> accepted;
    std::vector<Endpoint> remotes;

    Listener::Accepted keep()
    {
        return [this](int fd, const Endpoint& remote) {
            accepted.emplace_back(fd);
            remotes.push_back(remote);
        };
    }

    static Descriptor dial(const std::string& host, std::uint16_t port)
    {
        link::SocketAddress to = *link::toAddress({host, port});
        sa_family_t family = to.isV4() ? AF_INET : AF_INET6;
        link::NativeAddress native = link::toNative(to, family);
        Descriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        LONGS_EQUAL(0, ::connect(socket.get(), native.get(), native.size));
        return socket;
    }

    std::string refusal(const Endpoint& at)
    {
        try {
            Listener listener(loop, at, keep());
        }
        catch (const std::runtime_error& error) {
            return error.what();
        }
        return "it listens";
    }
};

TEST(Listener, TakesIpv4AndIpv6OnOnePort)
{
    Listener listener(loop, {"", 0}, keep());
    Descriptor v4 = dial("127.0.0.1", listener.port());
    CHECK_TRUE(runUntil(loop, [&] { return accepted.size() == 1; }));
    TEXT_EQUAL("127.0.0.1", remotes[0].host);
    Descriptor v6 = dial("::1", listener.port());
    CHECK_TRUE(runUntil(loop, [&] { return accepted.size() == 2; }));
    TEXT_EQUAL("::1", remotes[1].host);
    LONGS_EQUAL(link::localAddress(v6.get()).port, remotes[1].port);
}

TEST(Listener, HandsOverSocketsThatNeitherBlockNorDelayNorOutliveAnExec)
{
    Listener listener(loop, {"127.0.0.1", 0}, keep());
    Descriptor client = dial("127.0.0.1", listener.port());
    CHECK_TRUE(runUntil(loop, [&] { return accepted.size() == 1; }));
    int fd = accepted[0].get();
    CHECK_TRUE((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK_TRUE((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    int noDelay = 0;
    socklen_t size = sizeof noDelay;
    ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &noDelay, &size);
    CHECK_TRUE(noDelay != 0);
}

TEST(Listener, SaysWhatIsWrongWithAnAddress)
{
    Listener listener(loop, {"", 0}, keep());
    std::string port = std::to_string(listener.port());
    TEXT_EQUAL("port " + port + " is in use on this machine", refusal({"", listener.port()}));
    TEXT_EQUAL("192.0.2.99 is no address of this machine", refusal({"192.0.2.99", 0}));
    TEXT_EQUAL("example is no numeric address to listen on", refusal({"example", 0}));
}

TEST(Listener, TakesAPortAgainThatItHasJustGivenUp)
{
    auto first = std::make_unique<Listener>(loop, Endpoint{"127.0.0.1", 0}, keep());
    std::uint16_t port = first->port();
    Descriptor client = dial("127.0.0.1", port);
    CHECK_TRUE(runUntil(loop, [&] { return accepted.size() == 1; }));
    first.reset();
    accepted.clear(); // closed by this side first: the kernel keeps the pair in TIME_WAIT
    Listener second(loop, {"127.0.0.1", port}, keep());
    LONGS_EQUAL(port, second.port());
}

TEST_GROUP_BASE(ListenerWithoutDescriptors, TEST_GROUP_CppUTestGroupListener)
{
    rlimit before{};

    void setup() override
    {
        ::getrlimit(RLIMIT_NOFILE, &before);
    }
    void teardown() override
    {
        ::setrlimit(RLIMIT_NOFILE, &before);
    }

    // Leaves this many numbers free.
    void leave(int count)
    {
        Descriptor lowest(::dup(0));
        rlimit limit = before;
        limit.rlim_cur = static_cast<rlim_t>(lowest.get() + count);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
};

TEST(ListenerWithoutDescriptors, PausesAheadOfTheLimitAndGoesOnAfterwards)
{
    Listener listener(loop, {"127.0.0.1", 0}, keep());
    std::vector<Descriptor> clients;
    for (int i = 0; i < 10; ++i)
        clients.push_back(dial("127.0.0.1", listener.port()));
    leave(20 + 1); // one for runOnce() itself
    runRounds(loop, 5);
    CHECK_TRUE(accepted.size() >= 3 && accepted.size() <= 5); // sixteen are kept for other needs
    std::size_t sofar = accepted.size();
    LONGS_EQUAL(sofar, remotes.size());

    Cost cost = costOfRunning(loop, kIdle); // connections wait, and the loop does not spin on them
    CHECK_TRUE(cost.cpu.count() < kIdleCpu);
    LONGS_EQUAL(sofar, accepted.size());

    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK_TRUE(runUntil(loop, [&] { return accepted.size() == 10; }));
}

TEST(ListenerWithoutDescriptors, SurvivesHavingNoneAtAll)
{
    Listener listener(loop, {"127.0.0.1", 0}, keep());
    Descriptor first = dial("127.0.0.1", listener.port());
    CHECK_TRUE(runUntil(loop, [&] { return accepted.size() == 1; }));

    link::NativeAddress to = link::toNative(*link::toAddress({"127.0.0.1", listener.port()}), AF_INET);
    Descriptor second(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    int connected = -1;
    loop.post([&] {
        leave(0);
        connected = ::connect(second.get(), to.get(), to.size);
    });
    loop.callAfter(kIdle, [this] {
        ::setrlimit(RLIMIT_NOFILE, &before);
        loop.stop();
    });
    Cost begin = costSoFar();
    loop.run();
    CHECK_TRUE((costSoFar().cpu - begin.cpu).count() < kIdleCpu);
    LONGS_EQUAL(0, connected);
    LONGS_EQUAL(1, accepted.size());
    CHECK_TRUE(runUntil(loop, [&] { return accepted.size() == 2; }));
}
