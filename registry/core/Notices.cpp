// What the registry tells peers unasked, and the requests that lead to it.
#include "registry/core/RegistryService.h"

namespace linnet::registry {

using wire::Refusal;

void RegistryService::waitFor(Caller& caller, const wire::WaitFor& request)
{
    std::optional<Account> target;
    if (!ports_.accounts.findByName(request.name, target)) return refuseFailed(caller);
    if (!target || target->banned)
        return refuse(caller, Refusal::UnknownUser, "There is no user of this name.");
    wire::Found found;
    found.users.push_back(describe(*target, caller.remote.ip));
    bool offline = found.users[0].status == wire::Status::Offline;
    if (offline && !waits_.add(slotOf(caller), target->id))
        return refuse(caller, Refusal::TooMany,
                      "At most " + std::to_string(kWaitsPerSession) + " users can be waited for.");
    reply(caller, found);
}

void RegistryService::callMe(Caller& caller, const wire::CallMe& request)
{
    Slot slot = slotOf(caller);
    std::optional<Account> account;
    if (!ports_.accounts.findByName(request.name, account)) return refuseFailed(caller);
    if (!account || account->banned)
        return refuse(caller, Refusal::UnknownUser, "There is no user of this name.");
    Slot target = presence_.findAccount(account->id);
    if (target == slot) return refuse(caller, Refusal::Malformed, "This is your own name.");
    // The target may have died without a word: the caller is told when it logs in anew. Where there is no
    // room for that wait, the caller's own retries serve.
    static_cast<void>(waits_.add(slot, account->id));
    if (target == kNoSlot || !presence_.at(target).visible())
        return refuse(caller, Refusal::UserOffline, "This user is offline.");
    wire::Notice notice;
    notice.kind = wire::Notice::Kind::CallBack;
    notice.name = presence_.name(slot);
    notice.endpoints = endpointsOf(slot, presence_.at(target).ip);
    if (notice.endpoints.empty())
        return refuse(caller, Refusal::Malformed,
                      "The registry knows no address where you could be dialled.");
    std::uint64_t key = 0;
    std::memcpy(&key, caller.session->data(), sizeof key);
    TokenBucket& bucket = calls_.obtain(key, now_.milliseconds);
    std::uint64_t wait = bucket.wait(kCallMeRate, 1, now_.milliseconds);
    if (wait > 0) return refuseForNow(caller, wait);
    bucket.take(kCallMeRate, 1, now_.milliseconds);
    notices_.add(notice, presence_.at(target).id, std::nullopt, now_.milliseconds);
    reply(caller, wire::Done{});
    sendNotices();
}

void RegistryService::noticeSeen(Caller& caller, const wire::NoticeSeen& request)
{
    notices_.seen(request.id, *caller.session);
}

// `slot` can be seen from now on.
void RegistryService::announce(Slot slot)
{
    AccountId account = presence_.at(slot).account;
    if (!waits_.anyoneWaitsFor(account)) return;
    for (const Draining& draining : draining_)
        if (draining.account == account) return;
    draining_.push_back({account, now_.milliseconds});
    drainWaiters();
    sendNotices();
}

// An entry stays for a second after its last notices, so that coming and going does not get round the limit.
void RegistryService::drainWaiters()
{
    for (std::size_t i = 0; i < draining_.size();) {
        Draining& draining = draining_[i];
        if (draining.nextAt > now_.milliseconds) {
            ++i;
            continue;
        }
        Slot target = presence_.findAccount(draining.account);
        bool visible = target != kNoSlot && presence_.at(target).visible();
        if (!visible || !waits_.anyoneWaitsFor(draining.account)) {
            draining_.erase(draining_.begin() + static_cast<std::ptrdiff_t>(i));
            continue;
        }
        for (unsigned told = 0; told < kNoticesPerSecond; ++told) {
            Slot waiter = waits_.takeWaiter(draining.account);
            if (waiter == kNoSlot) break;
            notifyWaiter(waiter, target);
        }
        draining.nextAt = now_.milliseconds + 1000;
        ++i;
    }
}

void RegistryService::notifyWaiter(Slot waiter, Slot target)
{
    wire::Notice notice;
    notice.kind = wire::Notice::Kind::Online;
    notice.name = presence_.name(target);
    notice.endpoints = endpointsOf(target, presence_.at(waiter).ip);
    notices_.add(notice, presence_.at(waiter).id, std::nullopt, now_.milliseconds);
}

void RegistryService::sendNotices()
{
    notices_.sendDue(now_.milliseconds, [this](const PendingNotice& notice) { return sendNotice(notice); });
}

// By datagram to where the session is (or was), and on its connection where UDP does not get through.
// Whether it makes sense to try again.
bool RegistryService::sendNotice(const PendingNotice& notice)
{
    Slot slot = presence_.findSession(notice.session);
    if (slot == kNoSlot && !notice.lastAddress) return false;
    Address to = slot != kNoSlot ? presence_.at(slot).address() : *notice.lastAddress;
    if (to.port != 0) {
        secure::SessionKeys keys = secure::sessionKeys(secret_, notice.session);
        datagramScratch_.clear();
        secure::sealDatagram({wire::DatagramType::Notice, notice.session, ++answerCounter_}, keys.down,
                             notice.body, datagramScratch_);
        ports_.outbound.sendDatagram(datagramScratch_, to);
    }
    bool overTcp = to.port == 0 || (slot != kNoSlot && presence_.at(slot).overTcp);
    if (!overTcp) return true;
    std::optional<wire::Notice> packet = wire::decodeBody<wire::Notice>(notice.body);
    for (const auto& [id, caller] : connections_)
        if (packet && caller.session == notice.session) reply(caller, *packet);
    return true;
}

} // namespace linnet::registry
