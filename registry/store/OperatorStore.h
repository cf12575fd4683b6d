// What an operator may do to the accounts, from a process of its own, while the registry runs or not. The
// running registry notices by itself. Failures of the database throw Poco::Exception.
#pragma once

#include "registry/store/AccountRows.h"
#include "secure/Random.h"

namespace linnet::registry {

class OperatorStore
{
public:
    // Throws std::runtime_error with a sentence.
    explicit OperatorStore(const std::string& path);

    std::vector<AccountRow> list(); // alphabetical
    std::optional<AccountRow> find(const std::string& name);
    // The rest are false when there is no such account.
    bool setVerifier(const std::string& name, const wire::ScramVerifier& verifier);
    bool setBanned(const std::string& name, bool banned);
    bool remove(const std::string& name);

    // New invitation codes, each good for one account.
    std::vector<std::string> invite(unsigned count, secure::Random& random);
    void setSignUp(SignUp mode);

private:
    bool changeAndRevoke(const std::string& name, const std::string& change);

    Database database_;
};

} // namespace linnet::registry
