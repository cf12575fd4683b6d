// Who is there, and where: searches and lists, as the asker may see them.
#include "registry/core/RegistryService.h"

namespace linnet::registry {

using wire::Refusal;

namespace {

bool isLoopbackName(std::string_view host)
{
    return host == "localhost" || host == "::1" || host.substr(0, 4) == "127.";
}

} // namespace

void RegistryService::search(Caller& caller, const wire::Search& request)
{
    if (request.match == wire::Search::Match::Exact) return searchExact(caller, request);
    if (request.match == wire::Search::Match::Prefix && !request.name.empty())
        return searchPrefix(caller, request);
    refuse(caller, Refusal::Malformed, "Search for a name, or for its first letters.");
}

void RegistryService::searchExact(Caller& caller, const wire::Search& request)
{
    std::optional<Account> account;
    if (!ports_.accounts.findByName(request.name, account)) return refuseFailed(caller);
    if (!account || account->banned)
        return refuse(caller, Refusal::UnknownUser, "There is no user of this name.");
    wire::Found found;
    found.users.push_back(describe(*account, caller.remote.ip));
    reply(caller, found);
}

void RegistryService::searchPrefix(Caller& caller, const wire::Search& request)
{
    std::vector<Account> accounts;
    // One more than a page, to know whether there is another.
    if (!ports_.accounts.findByPrefix(request.name, request.after, wire::kSearchPage + 1, accounts))
        return refuseFailed(caller);
    wire::Found found;
    found.more = accounts.size() > wire::kSearchPage;
    if (found.more) accounts.pop_back();
    for (const Account& account : accounts)
        found.users.push_back(describe(account, caller.remote.ip));
    reply(caller, found);
}

void RegistryService::listOnline(Caller& caller, const wire::ListOnline& request)
{
    wire::OnlineList list;
    list.total = presence_.visible();
    presence_.inOrder(request.after, [&](Slot slot) {
        if (!presence_.at(slot).visible()) return true;
        list.more = list.users.size() == wire::kOnlinePage;
        if (!list.more) list.users.push_back({presence_.name(slot), presence_.at(slot).status});
        return !list.more;
    });
    reply(caller, list);
}

// Borrows the name of `account`.
wire::FoundUser RegistryService::describe(const Account& account, const IpBytes& asker) const
{
    wire::FoundUser user;
    user.name = account.name;
    user.identity = account.identity;
    Slot slot = presence_.findAccount(account.id);
    if (slot != kNoSlot && presence_.at(slot).visible()) {
        user.status = presence_.at(slot).status;
        user.endpoints = endpointsOf(slot, asker);
    }
    else if (account.lastSeen != 0) {
        user.seenAgo = now_.wall > account.lastSeen ? now_.wall - account.lastSeen + 1 : 1;
    }
    return user;
}

// The address the registry observed, then the one the peer declared. Loopback addresses mean something only
// to those who are themselves on this machine.
std::vector<wire::Endpoint> RegistryService::endpointsOf(Slot slot, const IpBytes& asker) const
{
    std::vector<wire::Endpoint> endpoints;
    const Session& session = presence_.at(slot);
    if (session.listenPort == 0) return endpoints;
    bool local = isLoopback(asker);
    if (local || !isLoopback(session.ip)) endpoints.push_back({hostText(session.ip), session.listenPort});
    std::string_view advertised = presence_.advertised(slot);
    if (!advertised.empty() && (local || !isLoopbackName(advertised)))
        endpoints.push_back({std::string(advertised), session.listenPort});
    return endpoints;
}

} // namespace linnet::registry
