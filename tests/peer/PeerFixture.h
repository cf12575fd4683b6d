// Boards with people at their consoles, for tests that read like what people do.
#pragma once

#include "support/TestHarness.h"
#include "support/sim/SimulatedWorld.h"

namespace linnet::test {

constexpr char kPassword[] = "correct horse";

struct PeerFixture : Utest
{
    SimulatedWorld world;

    // Someone who is logged in and sits at a console.
    SimulatedBoard& person(const std::string& name)
    {
        SimulatedBoard& board = world.addBoard(name);
        board.openConsole();
        CHECK_TRUE(world.runUntil([&] { return board.online(); }, 30 * kSecond));
        board.view.take();
        return board;
    }
    // Types a line and waits for its final answer, which is given back.
    std::string answer(SimulatedBoard& board, const std::string& line)
    {
        board.view.take();
        board.type(line);
        CHECK_TRUE(world.runUntil([&] { return !board.view.busy; }, kMinute));
        std::string output = board.view.output;
        std::string final;
        std::size_t at = 0;
        while (at < output.size()) {
            std::size_t end = output.find('\n', at);
            std::string shown = output.substr(at, end - at);
            if (shown.compare(0, 2, "ok") == 0 || shown.compare(0, 3, "no:") == 0) final = shown;
            at = end + 1;
        }
        return final;
    }
    bool shows(SimulatedBoard& board, const std::string& text, Milliseconds within = 10 * kSecond)
    {
        return world.runUntil([&] { return board.view.shows(text); }, within);
    }
    // Both have agreed to talk, and each talks to the other.
    void befriend(SimulatedBoard& a, const std::string& nameA, SimulatedBoard& b, const std::string& nameB)
    {
        a.type("/chat " + nameB);
        CHECK_TRUE(shows(b, nameA + " asks to chat"));
        b.type("/accept " + nameA);
        CHECK_TRUE(shows(a, nameB + " accepted the chat"));
        world.run(kSecond);
        a.view.take();
        b.view.take();
    }
    // Of the conversation between the accounts, as it is on that board's disk.
    std::string received(SimulatedBoard& board, const std::string& account, const std::string& from)
    {
        return joined(board.texts(account, from, false));
    }
    static std::string joined(const std::vector<std::string>& texts)
    {
        std::string all;
        for (const std::string& text : texts)
            all += (all.empty() ? "" : " ") + text;
        return all;
    }
    std::uint64_t waiting(SimulatedBoard& board, const std::string& name)
    {
        return board.chats().waiting(board.chats().find(name)->id);
    }
    bool linked(SimulatedBoard& board, const std::string& name)
    {
        const peer::Contact* contact = board.chats().find(name);
        return contact && board.chats().isLinked(contact->id);
    }
    std::size_t linksBetween(SimulatedBoard& a, SimulatedBoard& b)
    {
        return world.network.connectionsBetween(a.host(), b.host());
    }
};

// With two people who talk to each other.
struct TwoFriends : PeerFixture
{
    SimulatedBoard& ada = person("ada");
    SimulatedBoard& bob = person("bob");

    void setup() override { befriend(ada, "ada", bob, "bob"); }
};

} // namespace linnet::test
