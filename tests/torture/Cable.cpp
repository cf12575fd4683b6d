#include "torture/Cable.h"

#include <utility>
#include <vector>

namespace linnet::test {

namespace {
constexpr std::size_t kFull = 100; // records under way
}

peer::LinkId Cable::dial(int from)
{
    links_[++last_].dialler = from;
    return last_;
}

void Cable::send(int from, peer::LinkId id, wire::ByteView packets)
{
    auto link = links_.find(id);
    if (link == links_.end() || !link->second.up[from] || !link->second.up[1 - from]) return;
    link->second.arriving[1 - from].push_back({wire::Bytes(packets.begin(), packets.end()), false});
}

bool Cable::full(int from, peer::LinkId id) const
{
    auto link = links_.find(id);
    return link != links_.end() && link->second.arriving[1 - from].size() >= kFull;
}

void Cable::close(int from, peer::LinkId id)
{
    auto link = links_.find(id);
    if (link == links_.end()) return;
    link->second.up[from] = false;
    link->second.arriving[from].clear();
    link->second.arriving[1 - from].push_back({{}, true});
}

void Cable::powerLost(int end, secure::Random& random)
{
    for (auto& [id, link] : links_) {
        if (!link.up[end]) continue;
        auto& underWay = link.arriving[1 - end];
        underWay.resize(random.below(underWay.size() + 1));
        close(end, id);
    }
}

bool Cable::deliver(secure::Random& random)
{
    std::vector<std::pair<peer::LinkId, int>> choices; // end 2: the link itself, which opens
    for (auto& [id, link] : links_) {
        if (!link.opened) choices.emplace_back(id, 2);
        for (int at : {0, 1})
            if (link.opened && !link.arriving[at].empty()) choices.emplace_back(id, at);
    }
    if (choices.empty()) return false;
    auto [id, at] = choices[random.below(choices.size())];
    if (at == 2)
        open(id, links_[id]);
    else
        arrive(id, at);
    auto link = links_.find(id);
    if (link != links_.end() && !link->second.up[0] && !link->second.up[1]) links_.erase(link);
    return true;
}

void Cable::open(peer::LinkId id, Link& link)
{
    link.opened = true;
    int from = link.dialler;
    bool answered = ends_[0]->isOn() && ends_[1]->isOn() && link.up[0] && link.up[1];
    if (!answered) {
        bool told = ends_[from]->isOn() && link.up[from];
        link.up = {false, false};
        link.arriving[from].clear();
        link.arriving[1 - from].clear();
        if (told) ends_[from]->closed({id, peer::ClosedLink::Why::Unreachable, "nobody answers"});
        return;
    }
    for (int end : {from, 1 - from})
        ends_[end]->opened(
            {id, wire::Role::PeerPeer, end == from, ends_[1 - end]->key(), {}, {"10.0.0.1", 5858}});
}

void Cable::arrive(peer::LinkId id, int at)
{
    Link& link = links_[id];
    Arrival arrival = std::move(link.arriving[at].front());
    bool wasFull = full(1 - at, id);
    link.arriving[at].pop_front();
    if (!link.up[at]) return;
    if (arrival.closed) {
        link.up[at] = false;
        if (ends_[at]->isOn()) ends_[at]->closed({id, peer::ClosedLink::Why::Broken, "closed"});
        return;
    }
    ends_[at]->record(id, arrival.packets);
    if (wasFull && link.up[1 - at] && ends_[1 - at]->isOn()) ends_[1 - at]->drained(id);
}

} // namespace linnet::test
