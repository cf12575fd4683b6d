// Searches and lists, as different askers see them.
#include "RegistryFixture.h"

using namespace linnet;
using namespace linnet::test;
using Match = wire::Search::Match;
using wire::Refusal;

TEST_GROUP(LookUps)
{
    World world;
    Board ada{world, "Ada"};
    Board bob{world, "bob", addressOf(192, 0, 2, 2)};

    void setup() override
    {
        ada.signUpAndLogIn();
    }
    wire::FoundUser find(Board & asker, const std::string& name)
    {
        return asker.expect<wire::Found>(wire::Search{Match::Exact, name, ""}).users.at(0);
    }
    std::string endpointsOf(const wire::FoundUser& user)
    {
        std::string text;
        for (const wire::Endpoint& endpoint : user.endpoints)
            text += wire::toString(endpoint) + " ";
        return text;
    }
    void addAccounts(const std::string& stem, unsigned count)
    {
        Account account = world.accounts.byName.at("ada");
        for (unsigned i = 0; i < count; ++i) {
            account.name = stem + std::to_string(100 + i);
            world.accounts.add(account, 0, "");
        }
    }
};

TEST(LookUps, FindAUserWithKeyStatusAndAddress)
{
    bob.signUpAndLogIn(wire::Status::Away);
    wire::FoundUser user = find(ada, "BOB");
    TEXT_EQUAL("bob", user.name);
    CHECK_TRUE(user.status == wire::Status::Away);
    CHECK_TRUE(user.identity.key == bob.identity.noiseKey().publicKey);
    CHECK_TRUE(secure::bindingHolds(user.identity));
    TEXT_EQUAL("192.0.2.2:5858 ", endpointsOf(user));
}

TEST(LookUps, SayWhenAnOfflineUserWasLastSeen)
{
    bob.signUp();
    LONGS_EQUAL(0, find(ada, "bob").seenAgo);
    bob.logIn();
    bob.expect<wire::Done>(wire::Logout{});
    LONGS_EQUAL(1, find(ada, "bob").seenAgo);
    world.advance(40);
    wire::FoundUser user = find(ada, "bob");
    LONGS_EQUAL(41, user.seenAgo);
    CHECK_TRUE(user.status == wire::Status::Offline);
    TEXT_EQUAL("", endpointsOf(user));
}

TEST(LookUps, RefuseWhoHasNoAccount)
{
    CHECK_TRUE(ada.refusal(wire::Search{Match::Exact, "nobody", ""}) == Refusal::UnknownUser);
    CHECK_TRUE(ada.refusal(wire::Search{Match::Prefix, "", ""}) == Refusal::Malformed);
    CHECK_TRUE(ada.refusal(wire::Search{static_cast<Match>(7), "ada", ""}) == Refusal::Malformed);
}

TEST(LookUps, FindUsersByTheirFirstLettersAPageAtATime)
{
    addAccounts("carol", 20);
    wire::Found first = ada.expect<wire::Found>(wire::Search{Match::Prefix, "CAR", ""});
    LONGS_EQUAL(wire::kSearchPage, first.users.size());
    CHECK_TRUE(first.more);
    std::string last(first.users.back().name);
    TEXT_EQUAL("carol115", last);
    wire::Found second = ada.expect<wire::Found>(wire::Search{Match::Prefix, "car", last});
    LONGS_EQUAL(4, second.users.size());
    CHECK_FALSE(second.more);
    LONGS_EQUAL(0, ada.expect<wire::Found>(wire::Search{Match::Prefix, "zzz", ""}).users.size());
}

TEST(LookUps, OfAFullPageWithLongNamesAndHostsFitARecord)
{
    std::deque<Board> boards;
    for (unsigned i = 0; i < 17; ++i) {
        Address from;
        from.ip = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0xff, static_cast<wire::Byte>(i),
                   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
        boards.emplace_back(world, "long-" + std::to_string(10 + i) + std::string(25, 'x'), from);
        boards.back().advertise = std::string(255, 'h');
        boards.back().signUpAndLogIn();
    }
    ada.expect<wire::Found>(wire::Search{Match::Prefix, "long", ""});
    CHECK_TRUE(world.outbound.packetsTo[ada.connection].size() <= wire::kMaxPlaintext);
}

TEST(LookUps, ListWhoIsOnlineInAlphabeticalPages)
{
    std::deque<Board> boards;
    for (unsigned i = 0; i < 120; ++i) {
        boards.emplace_back(world, "user" + std::to_string(100 + i), kLoopback);
        boards.back().signUpAndLogIn();
    }
    wire::OnlineList first = ada.expect<wire::OnlineList>(wire::ListOnline{""});
    LONGS_EQUAL(121, first.total);
    LONGS_EQUAL(wire::kOnlinePage, first.users.size());
    CHECK_TRUE(first.more);
    TEXT_EQUAL("Ada", first.users[0].name);
    TEXT_EQUAL("user100", first.users[1].name);
    wire::OnlineList second = ada.expect<wire::OnlineList>(wire::ListOnline{first.users.back().name});
    LONGS_EQUAL(21, second.users.size());
    CHECK_FALSE(second.more);
}

TEST(LookUps, ShowInvisibleUsersAsOffline)
{
    bob.signUpAndLogIn();
    bob.expect<wire::Done>(wire::Heartbeat{wire::Status::Invisible});
    wire::FoundUser user = find(ada, "bob");
    CHECK_TRUE(user.status == wire::Status::Offline);
    LONGS_EQUAL(1, user.seenAgo);
    TEXT_EQUAL("", endpointsOf(user));
    wire::OnlineList list = ada.expect<wire::OnlineList>(wire::ListOnline{""});
    LONGS_EQUAL(1, list.total);
    LONGS_EQUAL(1, list.users.size());
    world.advance(10);
    bob.expect<wire::Done>(wire::Logout{});
    LONGS_EQUAL(11, find(ada, "bob").seenAgo);
}

TEST(LookUps, GiveTheObservedAddressBeforeTheDeclaredHost)
{
    bob.advertise = "bob.example.org";
    bob.signUpAndLogIn();
    TEXT_EQUAL("192.0.2.2:5858 bob.example.org:5858 ", endpointsOf(find(ada, "bob")));
}

TEST(LookUps, GiveNoAddressOfAPeerThatDoesNotListen)
{
    bob.listenPort = 0;
    bob.advertise = "bob.example.org";
    bob.signUpAndLogIn();
    TEXT_EQUAL("", endpointsOf(find(ada, "bob")));
}

TEST(LookUps, GiveLoopbackAddressesToLoopbackAlone)
{
    Board local(world, "local", kLoopback);
    local.advertise = "board.example.org";
    local.signUpAndLogIn();
    Board neighbour(world, "neighbour", kLoopback);
    neighbour.signUpAndLogIn();
    TEXT_EQUAL("board.example.org:5858 ", endpointsOf(find(ada, "local")));
    TEXT_EQUAL("127.0.0.1:5858 board.example.org:5858 ", endpointsOf(find(neighbour, "local")));
}

TEST(LookUps, DoNotHandOutADeclaredLoopbackHost)
{
    for (const char* host : {"localhost", "127.0.0.2", "::1"}) {
        bob.advertise = host;
        world.accounts.byName.count("bob") ? bob.logIn() : bob.signUpAndLogIn();
        TEXT_EQUAL("192.0.2.2:5858 ", endpointsOf(find(ada, "bob")));
    }
}

TEST(LookUps, FollowAPeerToItsNewAddress)
{
    bob.signUpAndLogIn();
    bob.udp = addressOf(198, 51, 100, 7);
    bob.proveAddress();
    TEXT_EQUAL("198.51.100.7:5858 ", endpointsOf(find(ada, "bob")));
}

TEST(LookUps, RefuseADeclaredHostThatIsNone)
{
    bob.signUp();
    bob.advertise = "not a host";
    CHECK_TRUE(bob.refusal(bob.loginRequest()) == Refusal::Malformed);
}

TEST(LookUps, SayThatTheDatabaseIsInTrouble)
{
    world.accounts.broken = true;
    CHECK_TRUE(ada.refusal(wire::Search{Match::Exact, "ada", ""}) == Refusal::Failed);
    CHECK_TRUE(ada.refusal(wire::Search{Match::Prefix, "ada", ""}) == Refusal::Failed);
    CHECK_TRUE(ada.refusal(wire::WaitFor{"ada"}) == Refusal::Failed);
    ada.expect<wire::OnlineList>(wire::ListOnline{""});
}

TEST_GROUP(Addresses){};

TEST(Addresses, AreWrittenAsPeopleWriteThem)
{
    auto v6 = [](std::initializer_list<unsigned> groups) {
        IpBytes ip{};
        std::size_t i = 0;
        for (unsigned group : groups) {
            ip[i++] = static_cast<wire::Byte>(group >> 8);
            ip[i++] = static_cast<wire::Byte>(group);
        }
        return hostText(ip);
    };
    TEXT_EQUAL("192.0.2.255", hostText(addressOf(192, 0, 2, 255).ip));
    TEXT_EQUAL("::", v6({0, 0, 0, 0, 0, 0, 0, 0}));
    TEXT_EQUAL("::1", v6({0, 0, 0, 0, 0, 0, 0, 1}));
    TEXT_EQUAL("2001:db8::", v6({0x2001, 0xdb8, 0, 0, 0, 0, 0, 0}));
    TEXT_EQUAL("2001:db8::1:0:0:1", v6({0x2001, 0xdb8, 0, 0, 1, 0, 0, 1}));
    TEXT_EQUAL("2001:db8:0:1:1:1:1:1", v6({0x2001, 0xdb8, 0, 1, 1, 1, 1, 1}));
    TEXT_EQUAL("fe80::abcd:12", v6({0xfe80, 0, 0, 0, 0, 0, 0xabcd, 0x12}));
}
