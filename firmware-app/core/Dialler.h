// Gets a link to a contact who is wanted: asks the registry, dials what it says in turn, asks to be called
// back, waits for an offline one at the price of one question, and starts over with back-off while it is
// believed online.
#pragma once

#include "core/Backoff.h"
#include "core/RegistrySession.h"

#include <map>

namespace linnet::peer {

class Dialler
{
public:
    class Owner
    {
    public:
        virtual Contact* contact(ContactId id) = 0;
        // Whether there is still a reason for a link: messages that wait, a request to make.
        virtual bool wantsLink(ContactId id) = 0;
        virtual bool isLinked(ContactId id) = 0;
        // What the registry says of a contact whose key is not pinned yet, or is another than the pinned one.
        // True when the contact may be dialled under that identity.
        virtual bool identityTold(ContactId id, const PublicIdentity& identity) = 0;
        virtual void unknownUser(ContactId id) = 0; // the registry has no such account
        virtual void isOffline(ContactId id) = 0;   // it will be dialled when it returns
        virtual void notReachable(ContactId id, const std::string& words) = 0;

    protected:
        ~Owner() = default;
    };

    Dialler(Network& network, Schedule& schedule, secure::Random& random, Owner& owner);
    ~Dialler();

    // The registry to ask; null: there is none.
    void useRegistry(RegistrySession* registry) { registry_ = registry; }

    // Begins, if nothing is under way. Cheap to call again.
    void want(ContactId id);
    void registryOnline();
    void userOnline(ContactId id);
    // A contact that can't get through asks to be dialled there.
    void calledBy(ContactId id, const std::vector<Endpoint>& endpoints);
    void linked(ContactId id);
    // The link has ended; begins again if it is still wanted.
    void unlinked(ContactId id);
    void forget(ContactId id);

    // A link has come to nothing; false when it is not one that is being dialled.
    bool failed(LinkId link);

private:
    enum class Phase { Asking, Dialling, AwaitingCall, Offline, Pausing };
    struct Attempt
    {
        explicit Attempt(secure::Random& random) : backoff(random, Milliseconds(2000), Milliseconds(300000))
        {
        }
        Phase phase = Phase::Asking;
        std::vector<Endpoint> endpoints; // still to be tried
        LinkId dialling = 0;
        bool hasCalled = false; // asked to be called back in this round
        bool told = false;      // that it is not reachable
        bool offline = false;   // as far as was told
        std::uint64_t round = 0;
        Backoff backoff;
        Schedule::Timer timer = 0;
    };

    Attempt& attemptOf(ContactId id);
    void start(ContactId id);
    void found(ContactId id, std::uint64_t round, const Reply& reply);
    void dialNext(ContactId id);
    void allFailed(ContactId id);
    void pause(ContactId id);
    void wait(ContactId id, Phase phase, Milliseconds delay);
    bool usesRegistry() const { return registry_ && registry_->online(); }

    Network& network_;
    Schedule& schedule_;
    secure::Random& random_;
    Owner& owner_;
    RegistrySession* registry_ = nullptr;
    std::map<ContactId, Attempt> attempts_;
    std::uint64_t lastRound_ = 0;
};

} // namespace linnet::peer
