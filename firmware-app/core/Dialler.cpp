// One attempt per wanted contact. A round is one question and what follows from it; late replies of older
// rounds are dropped by its number.
#include "core/Dialler.h"

#include <utility>

namespace linnet::peer {

namespace {
constexpr Milliseconds kCallBackWait{8000};
// The registry gives up on a notice that nobody confirms for ten seconds, so it is not all that is relied on.
constexpr std::uint64_t kAskAgain = 15 * 60 * 1000; // ms
} // namespace

Dialler::Dialler(Network& network, Schedule& schedule, secure::Random& random, Owner& owner)
    : network_(network), schedule_(schedule), random_(random), owner_(owner)
{
}

Dialler::~Dialler()
{
    while (!attempts_.empty())
        forget(attempts_.begin()->first);
}

Dialler::Attempt& Dialler::attemptOf(ContactId id)
{
    return attempts_.try_emplace(id, random_).first->second;
}

void Dialler::want(ContactId id)
{
    if (attempts_.count(id) || owner_.isLinked(id)) return;
    start(id);
}

void Dialler::start(ContactId id)
{
    if (!owner_.contact(id) || !owner_.wantsLink(id) || owner_.isLinked(id)) return forget(id);
    Attempt& attempt = attemptOf(id);
    schedule_.cancel(attempt.timer);
    attempt.phase = Phase::Asking;
    attempt.hasCalled = false;
    attempt.round = ++lastRound_;
    Contact& contact = *owner_.contact(id);
    if (usesRegistry()) {
        registry_->request(wire::WaitFor{contact.name}, [this, id, round = attempt.round](
                                                            const Reply& reply) { found(id, round, reply); });
        return;
    }
    attempt.endpoints.clear();
    if (contact.endpoint && contact.keyKnown()) attempt.endpoints.push_back(*contact.endpoint);
    dialNext(id);
}

void Dialler::found(ContactId id, std::uint64_t round, const Reply& reply)
{
    auto here = attempts_.find(id);
    if (here == attempts_.end() || here->second.round != round) return;
    auto answer = reply.as<wire::Found>();
    if (!answer || answer->users.size() != 1) {
        if (reply.refusal() == wire::Refusal::UnknownUser) {
            forget(id);
            return owner_.unknownUser(id);
        }
        return pause(id);
    }
    const wire::FoundUser& user = answer->users.front();
    if (!owner_.identityTold(id, user.identity)) return forget(id);
    if (user.status == wire::Status::Offline) {
        wait(id, Phase::Offline, Milliseconds(kAskAgain / 2 + random_.below(kAskAgain)));
        here->second.backoff.reset();
        here->second.told = false;
        if (!std::exchange(here->second.offline, true)) owner_.isOffline(id);
        return;
    }
    here->second.offline = false;
    here->second.endpoints = user.endpoints;
    dialNext(id);
}

void Dialler::dialNext(ContactId id)
{
    Attempt& attempt = attemptOf(id);
    if (attempt.endpoints.empty()) return allFailed(id);
    attempt.phase = Phase::Dialling;
    Endpoint to = attempt.endpoints.front();
    attempt.endpoints.erase(attempt.endpoints.begin());
    Contact* contact = owner_.contact(id);
    if (!contact) return forget(id);
    attempt.dialling = network_.dial(to, wire::Role::PeerPeer, contact->identity.key);
}

bool Dialler::failed(LinkId link)
{
    for (auto& [id, attempt] : attempts_) {
        if (attempt.dialling != link) continue;
        attempt.dialling = 0;
        dialNext(id);
        return true;
    }
    return false;
}

void Dialler::allFailed(ContactId id)
{
    if (!owner_.contact(id) || !owner_.wantsLink(id)) return forget(id);
    Attempt& attempt = attemptOf(id);
    if (usesRegistry() && !attempt.hasCalled) {
        attempt.hasCalled = true;
        wait(id, Phase::AwaitingCall, kCallBackWait);
        registry_->request(wire::CallMe{owner_.contact(id)->name}, [](const Reply&) {});
        return;
    }
    if (!attempt.told && usesRegistry()) {
        attempt.told = true;
        std::string port = std::to_string(network_.listenPort());
        owner_.notReachable(id, "online but not reachable: neither board can connect to the other; "
                                "one of the two must open its TCP port (here " +
                                    port + ") to the network");
    }
    pause(id);
}

void Dialler::pause(ContactId id)
{
    Attempt& attempt = attemptOf(id);
    wait(id, Phase::Pausing, attempt.backoff.next());
}

void Dialler::wait(ContactId id, Phase phase, Milliseconds delay)
{
    Attempt& attempt = attemptOf(id);
    attempt.phase = phase;
    schedule_.cancel(attempt.timer);
    attempt.timer = schedule_.after(delay, [this, id] {
        Attempt& due = attemptOf(id);
        due.timer = 0;
        if (due.phase == Phase::AwaitingCall)
            allFailed(id);
        else
            start(id);
    });
}

void Dialler::registryOnline()
{
    std::vector<ContactId> waiting;
    for (auto& [id, attempt] : attempts_)
        if (attempt.phase != Phase::Dialling) waiting.push_back(id);
    for (ContactId id : waiting)
        start(id);
}

void Dialler::userOnline(ContactId id)
{
    auto here = attempts_.find(id);
    if (here != attempts_.end() && here->second.phase != Phase::Dialling) start(id);
}

void Dialler::calledBy(ContactId id, const std::vector<Endpoint>& endpoints)
{
    if (owner_.isLinked(id) || !owner_.contact(id) || !owner_.contact(id)->keyKnown()) return;
    Attempt& attempt = attemptOf(id);
    if (attempt.dialling) return;
    schedule_.cancel(attempt.timer);
    attempt.hasCalled = true; // no calling back and forth
    attempt.endpoints = endpoints;
    dialNext(id);
}

void Dialler::linked(ContactId id)
{
    forget(id);
}

void Dialler::unlinked(ContactId id)
{
    if (attempts_.count(id) || !owner_.wantsLink(id)) return;
    pause(id);
}

void Dialler::forget(ContactId id)
{
    auto here = attempts_.find(id);
    if (here == attempts_.end()) return;
    schedule_.cancel(here->second.timer);
    // A dial under way goes on: if it succeeds, the link introduces itself.
    attempts_.erase(here);
}

} // namespace linnet::peer
