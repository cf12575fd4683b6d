// What can happen in a world. Every choice comes from the seed.
#include "torture/network/RandomWorld.h"

#include <cstdio>

namespace linnet::torture {

using peer::EventKind;
using test::Death;
using test::HostId;
using test::kHour;
using test::kMinute;
using test::kSecond;
using test::Milliseconds;

namespace {
constexpr std::int64_t kFiftyYears = 50ll * 365 * 24 * 3600;
}

RandomWorld::RandomWorld(std::uint64_t seed, Counts& counts, bool trace)
    : counts_(counts), trace_(trace), world_(seed), dice_(seed ^ 0x5bd1e995)
{
    ++counts_.worlds;
    auto& conditions = world_.network.conditions;
    conditions.mostLatency = Milliseconds(1 + dice_.below(chance(20) ? 3000 : 200));
    conditions.datagramsLost = static_cast<unsigned>(dice_.below(chance(30) ? 40 : 5));
    conditions.datagramsTwice = static_cast<unsigned>(dice_.below(10));
    addUsers();
    if (!trace_) return;
    world_.network.watch = [this](HostId from, HostId to, wire::ByteView record) { show(from, to, record); };
}

void RandomWorld::addUsers()
{
    std::size_t count = 2 + dice_.below(3);
    users_.resize(count);
    std::uint64_t lifetime = chance(20) ? 600 + dice_.below(3600) : 30 * 24 * 3600;
    bool noBudget = chance(20);
    for (std::size_t i = 0; i < count; ++i) {
        User& user = users_[i];
        user.name = "user" + std::to_string(i + 1);
        user.board = &world_.addBoard(user.name);
        user.board->settings.limits.lifetime = lifetime;
        if (noBudget) user.board->settings.budget.perSecond = 0;
        listen(user);
        // The settings count from the next boot on.
        user.board->die(Death::Power);
        boot(user);
    }
}

// Users say yes to everyone.
void RandomWorld::listen(User& user)
{
    user.board->onEvent = [this, &user](const peer::Event& event) {
        if (event.kind == EventKind::ChatRequested) accept(user, event.name, user.life, Milliseconds(1));
        if (event.kind == EventKind::Delivered) toldDelivered(user, event);
        if (event.kind == EventKind::Expired) counts_.expired += event.upTo - event.number + 1;
        if (trace_)
            say(user.name + " is told " + std::string(peer::eventName(event.kind)) + " " + event.name + " " +
                std::to_string(event.number) + ".." + std::to_string(event.upTo) + " " +
                event.text.substr(0, 60));
        user.board->events.clear();
    };
}

// Again and again, while the disk is in trouble.
void RandomWorld::accept(User& user, const std::string& name, std::uint64_t life, Milliseconds after)
{
    world_.schedule.after(after, [this, &user, name, life] {
        if (!user.board->running() || user.life != life) return;
        peer::ContactId accepted = 0;
        auto problem = user.board->chats().accept(name, accepted);
        if (problem && problem->code == peer::ProblemCode::NotStored) accept(user, name, life, 10 * kSecond);
    });
}

void RandomWorld::toldDelivered(User& sender, const peer::Event& event)
{
    counts_.delivered += event.upTo - event.number + 1;
    for (User& recipient : users_) {
        if (recipient.name != event.name || recipient.rolledBack) continue;
        std::vector<std::string> held = recipient.board->texts(recipient.name, sender.name, false);
        for (std::uint64_t number = event.number; number <= event.upTo; ++number) {
            std::string text = sender.sent[event.name].textOf(number);
            if (!text.empty() && std::find(held.begin(), held.end(), text) == held.end())
                broken("'" + text.substr(0, 40) + "' is told to be delivered to " + event.name +
                       " and is not there");
        }
    }
}

// ---- Events ----

void RandomWorld::happen()
{
    User& user = anyone();
    User& other = anyone();
    if (&user == &other) return;
    if (chance(45)) return write(user, other, chance(10) ? 1 + dice_.below(120) : 1 + dice_.below(6));
    trouble(dice_.below(14), user, other);
}

void RandomWorld::trouble(std::uint64_t which, User& user, User& other)
{
    auto& network = world_.network;
    switch (which) {
    case 0:
        return partition(user.board->host(), other.board->host());
    case 1:
        return partition(user.board->host(), world_.registry.host());
    case 2:
    case 3:
        ++counts_.brokenLinks;
        return network.breakConnection(dice_.below(100), chance(50));
    case 4:
        return crash(user, false);
    case 5:
        return crash(user, user.image.has_value());
    case 6:
    case 7:
        if (user.board->running()) user.image = user.board->disk(user.name);
        return;
    case 8:
        return restartRegistry();
    case 9:
        return failDisk(user);
    case 10:
        user.board->clock.wallError =
            chance(50) ? -world_.clock.wall() : (chance(50) ? kFiftyYears : -kFiftyYears);
        return;
    case 11:
        return network.blockDatagrams(user.board->host(), chance(50));
    case 12:
        return network.moveDatagrams(user.board->host());
    default:
        return network.hide(user.board->host(), chance(50));
    }
}

void RandomWorld::write(User& from, User& to, std::uint64_t count)
{
    if (!from.board->running() || !from.board->peer().account()) return;
    say(from.name + " writes " + std::to_string(count) + " to " + to.name);
    std::size_t padding = chance(5) ? 3000 : dice_.below(20);
    auto opened = [this, &from, &to, count, padding,
                   life = from.life](const std::optional<peer::Problem>& problem, peer::ContactId contact) {
        if (problem || from.life != life) return;
        Ledger& ledger = from.sent[to.name];
        for (std::uint64_t i = 0; i < count; ++i) {
            std::string text = ledger.nextText(from.name + " to " + to.name, padding);
            from.board->chats().say(
                contact, text,
                [this, &ledger, text](const std::optional<peer::Problem>& why, std::uint64_t number) {
                    if (why) return;
                    ledger.queued(text, number);
                    ++counts_.messages;
                });
        }
    };
    from.board->chats().open(to.name, {}, opened);
    if (chance(30)) {
        const peer::Contact* contact = from.board->chats().find(to.name);
        if (contact) from.board->chats().setOpen(contact->id, false);
    }
}

void RandomWorld::crash(User& user, bool restore)
{
    if (!user.board->running()) return;
    ++counts_.crashes;
    Death death = chance(50) ? Death::Process : Death::Power;
    say(user.name + (death == Death::Process ? " is killed" : " loses power") +
        (restore ? ", restored" : ""));
    user.board->die(death);
    if (restore) {
        ++counts_.restores;
        user.rolledBack = true;
        test::FakeDisk& disk = user.board->disk(user.name);
        disk.durable = user.image->durable;
        for (auto& [to, ledger] : user.sent) {
            const peer::Contact* contact = disk.durable.find(to);
            auto kept =
                contact ? disk.durable.conversations.find(contact->id) : disk.durable.conversations.end();
            ledger.rolledBack(kept == disk.durable.conversations.end() ? nullptr : &kept->second);
        }
    }
    Milliseconds away = chance(50) ? upTo(5 * kSecond) : upTo(3 * kMinute);
    world_.schedule.after(away, [this, &user] { boot(user); });
}

void RandomWorld::boot(User& user)
{
    if (user.board->running()) return;
    ++user.life;
    say(user.name + " boots");
    user.board->boot();
    if (trace_) describe(user);
}

void RandomWorld::partition(HostId a, HostId b)
{
    ++counts_.partitions;
    say("partition " + std::to_string(a) + " " + std::to_string(b));
    world_.network.setPath(a, b, false);
    Milliseconds length = chance(70) ? upTo(40 * kSecond) : upTo(10 * kMinute);
    world_.schedule.after(length, [this, a, b] { world_.network.setPath(a, b, true); });
}

void RandomWorld::restartRegistry()
{
    if (!world_.registry.running()) return;
    ++counts_.registryRestarts;
    say("the registry restarts");
    world_.registry.stop(chance(50) ? Death::Process : Death::Power);
    world_.schedule.after(chance(70) ? upTo(5 * kSecond) : upTo(5 * kMinute), [this] {
        if (!world_.registry.running()) world_.registry.start();
    });
}

void RandomWorld::failDisk(User& user)
{
    ++counts_.storeFailures;
    say("the disk of " + user.name + " fails");
    user.board->disk(user.name).failing = true;
    world_.schedule.after(upTo(2 * kMinute), [this, &user] { user.board->disk(user.name).failing = false; });
}

// ---- The course of a world ----

std::string RandomWorld::run()
{
    Milliseconds end = 10 * kMinute + upTo(chance(20) ? 6 * kHour : kHour);
    Milliseconds pace = upTo(chance(50) ? 5 * kSecond : kMinute);
    unsigned left = 400; // a world has only so many events
    while (world_.clock.uptime() < end && left-- > 0 && broken_.empty()) {
        happen();
        world_.run(chance(10) ? upTo(pace * 20) : upTo(pace));
    }
    heal();
    if (!world_.runUntil([this] { return allOnline(); }, kHour)) broken("somebody does not come back online");
    // A recipient whose card is older is noticed when there is something to send.
    for (User& from : users_)
        for (User& to : users_)
            if (from.sent.count(to.name) > 0) write(from, to, 1);
    world_.run(kMinute);
    if (broken_.empty() && !world_.runUntil([this] { return settled() || !broken_.empty(); }, kHour))
        broken("somebody still waits an hour after everything is well");
    world_.run(3 * kMinute);
    if (broken_.empty()) judgeAll();
    counts_.hours += static_cast<std::uint64_t>(world_.clock.uptime() / kHour);
    return broken_;
}

} // namespace linnet::torture
