// One log-in or sign-up at the registry, from the first packet to the session it grants.
//
//   Login -> LoggedIn                                              by this board's key
//   Login -> PasswordNeeded, ScramFirst -> ScramChallenge, ScramFinal -> LoggedIn      by password
//   Register -> Done, then as above                                sign-up
#pragma once

#include "core/RegistryLink.h"
#include "secure/DatagramSeal.h"
#include "secure/Scram.h"

#include <functional>
#include <memory>

namespace linnet::peer {

// A session the registry has granted.
struct SessionGrant
{
    wire::SessionId id{};
    secure::SessionKeys keys{};
    Endpoint datagrams; // numeric
    Milliseconds period{20000};
    std::uint64_t time = 0; // seconds since 1970 by the registry; 0: unknown
    std::string observedHost;
};

struct LoginRequest
{
    std::string name;
    std::string password; // empty: by key only
    std::uint16_t listenPort = 0;
    std::string advertise;
    wire::Status status = wire::Status::Online;
};

class RegistryLogin
{
public:
    struct Result
    {
        std::optional<SessionGrant> grant;
        bool passwordNeeded = false; // the key is not this account's; nothing else is wrong
        bool unreachable = false;    // worth trying again later
        Problem problem;             // when there is no grant
    };
    using Ended = std::function<void(const Result& result)>;

    RegistryLogin(RegistryLink& link, secure::Random& random) : link_(link), random_(random) {}

    void login(const LoginRequest& request, const secure::Identity& identity, Ended ended);
    // REQUIRES: request.password is not empty.
    void signUp(const LoginRequest& request, const secure::Identity& identity, const std::string& invitation,
                Ended ended);
    // The result of what is under way will not be told.
    void cancel();
    bool busy() const { return ended_ != nullptr; }

private:
    void start(const LoginRequest& request, const secure::Identity& identity, Ended ended);
    void sendLogin();
    void sendScramFirst();
    void onChallenge(const Reply& reply);
    void onFinal(const Reply& reply);
    void grant(const wire::LoggedIn& loggedIn);
    void fail(const Reply& reply);
    void end(const Result& result);
    // `step`, unless the attempt has been cancelled by the time the reply comes.
    RegistryLink::Replied during(void (RegistryLogin::*step)(const Reply&));

    RegistryLink& link_;
    secure::Random& random_;
    std::uint64_t attempt_ = 0;
    LoginRequest request_;
    wire::PublicIdentity identity_;
    std::unique_ptr<secure::ScramClient> scram_;
    Ended ended_;
};

} // namespace linnet::peer
