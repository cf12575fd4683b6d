// Who is online and where: one record of 64 bytes for each session, found by session id, by account and in
// alphabetical order. No timer for each session: sweep() visits a part of them at a time.
#pragma once

#include "registry/core/Address.h"
#include "registry/core/SlotPool.h"
#include "wire/RegistryPackets.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace linnet::registry {

using AccountId = std::uint32_t; // 0 is no account

struct Session
{
    static constexpr std::size_t kShortName = 13;

    wire::SessionId id{};
    std::uint64_t counter = 0; // of the last datagram that was believed
    IpBytes ip{};              // where the peer was last seen
    AccountId account = 0;
    std::uint32_t heard = 0;       // seconds, monotonic
    std::uint32_t waits = kNoSlot; // the first of its waits, see WaitLists
    std::uint16_t udpPort = 0;     // 0: has not proven one yet
    std::uint16_t listenPort = 0;
    wire::Status status = wire::Status::Offline;
    bool overTcp = false; // the last heartbeat came over TCP
    std::uint8_t nameSize = 0;
    std::array<char, kShortName> shortName{}; // names that are longer are kept apart

    bool visible() const { return status != wire::Status::Invisible; }
    Address address() const { return {ip, udpPort}; }
};
static_assert(sizeof(Session) == 64, "presence is one record of 64 bytes a user");

class PresenceTable
{
public:
    // Adds `session`, whose name fields are filled here. REQUIRES: neither its id nor its account is present.
    Slot add(const Session& session, std::string_view name, std::string_view advertised);
    void remove(Slot slot);

    Slot findSession(const wire::SessionId& id) const;
    Slot findAccount(AccountId account) const;

    Session& at(Slot slot) { return pool_[slot]; }
    const Session& at(Slot slot) const { return pool_[slot]; }
    std::string_view name(Slot slot) const;       // as registered; valid until the table changes
    std::string_view advertised(Slot slot) const; // empty: no host was declared
    void setStatus(Slot slot, wire::Status status);

    std::size_t size() const { return pool_.size(); }
    std::size_t visible() const { return visible_; }

    // The next `count` slots from where the last call ended; `visit(slot)` may remove that session.
    template <class Visit>
    void sweep(std::size_t count, Visit visit)
    {
        for (count = std::min(count, pool_.slots()); count > 0; --count) {
            if (cursor_ >= pool_.slots()) cursor_ = 0;
            Slot slot = cursor_++;
            if (pool_[slot].account != 0) visit(slot);
        }
    }
    std::size_t slots() const { return pool_.slots(); }

    // Sessions whose names come after `after`, in alphabetical order without regard to case, while `visit` is
    // true.
    template <class Visit>
    void inOrder(std::string_view after, Visit visit) const
    {
        for (std::size_t i = orderAfter(after); i < order_.size() && visit(order_[i]); ++i) {
        }
    }

    // Bytes on the heap, indexes included; strings kept apart are estimated.
    std::size_t memory() const;

private:
    std::size_t orderAfter(std::string_view name) const;
    void insertIntoOrder(Slot slot);
    void removeFromOrder(Slot slot);
    std::uint64_t idHash(Slot slot) const;
    std::uint64_t accountHash(Slot slot) const { return spread(pool_[slot].account); }

    SlotPool<Session> pool_;
    SlotIndex bySession_;
    SlotIndex byAccount_;
    std::vector<Slot> order_; // by name
    std::unordered_map<Slot, std::string> longNames_;
    std::unordered_map<Slot, std::string> advertised_;
    std::size_t visible_ = 0;
    Slot cursor_ = 0;
};

} // namespace linnet::registry
