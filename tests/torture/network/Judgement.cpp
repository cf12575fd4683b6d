// The end of a world: peace, the judgement, and what is shown of a world that failed.
#include "torture/network/RandomWorld.h"

#include <cstdio>

namespace linnet::torture {

using test::HostId;
using test::kMinute;

void RandomWorld::heal()
{
    say("peace");
    world_.network.healAll();
    world_.network.conditions.datagramsLost = 0;
    if (!world_.registry.running()) world_.registry.start();
    for (User& user : users_) {
        user.board->disk(user.name).failing = false;
        world_.network.hide(user.board->host(), false);
        world_.network.blockDatagrams(user.board->host(), false);
        boot(user);
    }
}

bool RandomWorld::allOnline()
{
    for (User& user : users_)
        if (!user.board->online()) return false;
    return true;
}

bool RandomWorld::settled()
{
    for (User& user : users_) {
        for (const peer::Contact* contact : user.board->chats().contacts())
            if (user.board->chats().waiting(contact->id) > 0) return false;
    }
    return true;
}

void RandomWorld::judgeAll()
{
    for (User& from : users_)
        for (User& to : users_) {
            if (&from == &to) continue;
            std::string wrong =
                judge(from.sent[to.name], to.board->texts(to.name, from.name, false), givenUp(from, to));
            if (!wrong.empty()) broken("from " + from.name + " to " + to.name + ": " + wrong);
        }
    judgeLinks();
}

void RandomWorld::judgeLinks()
{
    for (User& a : users_) {
        for (User& b : users_)
            if (a.name < b.name && world_.network.connectionsBetween(a.board->host(), b.board->host()) > 1)
                broken("two links remain between " + a.name + " and " + b.name);
        if (a.board->chats().linkCount() >= users_.size()) broken(a.name + " has too many links");
    }
    if (world_.network.mostQueued() > 128 * 1024) broken("a connection's queue has grown past its limit");
}

// What has expired; and, when the recipient's card was set back, what lies below that: a sender starts above the last
// gap.
std::vector<std::string> RandomWorld::givenUp(const User& from, const User& to) const
{
    std::vector<std::string> texts;
    const test::StoredAccount& stored = from.board->accounts.disks.at(from.name).durable;
    const peer::Contact* contact = stored.find(to.name);
    auto found = contact ? stored.conversations.find(contact->id) : stored.conversations.end();
    if (found == stored.conversations.end()) return texts;
    bool below = false;
    for (auto message = found->second.messages.rbegin(); message != found->second.messages.rend(); ++message)
    {
        if (!message->outgoing) continue;
        bool expired = message->fate == peer::Fate::Expired;
        below = below || (expired && to.rolledBack);
        if (expired || below) texts.push_back(message->text);
    }
    return texts;
}

void RandomWorld::broken(const std::string& why)
{
    say("BROKEN: " + why);
    if (!broken_.empty()) return;
    broken_ = why;
    for (User& user : users_)
        describe(user);
}

void RandomWorld::describe(const User& user) const
{
    for (auto& [id, contact] : user.board->accounts.disks.at(user.name).durable.contacts) {
        const auto& conversations = user.board->accounts.disks.at(user.name).durable.conversations;
        auto found = conversations.find(id);
        peer::StreamPosition at =
            found == conversations.end() ? peer::StreamPosition{} : found->second.position;
        bool linked = user.board->running() && user.board->chats().isLinked(id);
        say("  " + user.name + " with " + contact.name + (linked ? ", linked" : ", not linked") +
            ", relation " + std::to_string(static_cast<int>(contact.relation)) + ": next " +
            std::to_string(at.next) + ", acked " + std::to_string(at.acked) + ", received " +
            std::to_string(at.received));
    }
}

void RandomWorld::say(const std::string& line) const
{
    if (!trace_) return;
    std::printf("%10.3f %s\n", static_cast<double>(world_.schedule.now().count()) / 1000, line.c_str());
}

// The packets between peers, for whoever looks into a failing seed.
void RandomWorld::show(HostId from, HostId to, wire::ByteView record) const
{
    std::string line = "    " + std::to_string(from) + " to " + std::to_string(to) + ":";
    wire::PacketReader reader(record);
    wire::RawPacket packet;
    while (reader.next(packet)) {
        line += " " + std::string(wire::packetName(packet.type));
        if (auto message = wire::decodeBody<wire::Message>(packet.body);
            packet.type == wire::PacketType::Message)
            line += " " + std::to_string(message->number);
        if (auto ack = wire::decodeBody<wire::Ack>(packet.body); packet.type == wire::PacketType::Ack)
            line += " " + std::to_string(ack->number);
        if (auto state = wire::decodeBody<wire::StreamState>(packet.body);
            packet.type == wire::PacketType::StreamState)
            line += " " + std::to_string(state->receivedEpoch % 10000) + "/" +
                    std::to_string(state->received) + ", sends " +
                    std::to_string(state->sendingEpoch % 10000) + "/" + std::to_string(state->lowest);
        if (auto restart = wire::decodeBody<wire::StreamRestart>(packet.body);
            packet.type == wire::PacketType::StreamRestart)
            line += " " + std::to_string(restart->epoch % 10000) + "/" + std::to_string(restart->base);
    }
    say(line);
}

} // namespace linnet::torture
