// Ordered requests over a connection that comes and goes.
#include "core/RegistryLink.h"

#include "wire/Text.h"

#include <utility>

namespace linnet::peer {

namespace {

constexpr Milliseconds kIdle{15000};
constexpr Milliseconds kReplyDeadline{20000};

std::string where(const Endpoint& registry)
{
    return "the registry at " + wire::toString(registry);
}

// A registry's sentence as our problems are worded: without its capital and its full stop.
std::string asFragment(std::string_view sentence)
{
    std::string words = wire::neutralise(sentence);
    if (!words.empty() && words.back() == '.') words.pop_back();
    bool capital = !words.empty() && words[0] >= 'A' && words[0] <= 'Z';
    if (capital) words[0] = static_cast<char>(words[0] - 'A' + 'a');
    return words;
}

Problem refusalProblem(const wire::Refused& refused)
{
    using wire::Refusal;
    std::string words = asFragment(refused.words);
    auto said = [&](ProblemCode code, const char* otherwise) {
        return Problem{code, words.empty() ? otherwise : words};
    };
    switch (refused.why) {
    case Refusal::NameTaken:
        return said(ProblemCode::NameTaken, "that name is taken");
    case Refusal::BadName:
        return badName();
    case Refusal::WrongPassword:
        return {ProblemCode::WrongPassword, "wrong name or password"};
    case Refusal::UnknownUser:
        return said(ProblemCode::UnknownUser, "there is no user of that name");
    case Refusal::UserOffline:
        return said(ProblemCode::UserOffline, "that user is offline");
    case Refusal::SlowDown:
        return said(ProblemCode::SlowDown, "too many requests; wait a little");
    case Refusal::NotLoggedIn:
    case Refusal::UnknownSession:
        return {ProblemCode::NoRegistry, "the registry has ended this session; try again"};
    case Refusal::SignUpClosed:
        return said(ProblemCode::RegistryRefused, "the registry takes no new accounts");
    case Refusal::BadInvitation:
        return said(ProblemCode::RegistryRefused, "the registry asks for a valid invitation code");
    case Refusal::Banned:
        return said(ProblemCode::RegistryRefused, "this account is banned");
    default:
        return said(ProblemCode::RegistryRefused, "the registry refused");
    }
}

} // namespace

std::optional<wire::Refusal> Reply::refusal() const
{
    auto refused = as<wire::Refused>();
    if (!refused) return std::nullopt;
    return refused->why;
}

Problem Reply::problem() const
{
    if (!packet_) return problem_;
    if (auto refused = as<wire::Refused>()) return refusalProblem(*refused);
    return {ProblemCode::RegistryRefused, "the registry gave an answer that makes no sense"};
}

RegistryLink::RegistryLink(Network& network, Schedule& schedule, Accounts& accounts, Diagnostics& diagnostics,
                           RegistrySettings settings)
    : network_(network),
      schedule_(schedule),
      accounts_(accounts),
      diagnostics_(diagnostics),
      settings_(std::move(settings)),
      registryKey_(accounts.registryPin(settings_.at).value_or(Key{}))
{
}

RegistryLink::~RegistryLink()
{
    schedule_.cancel(idle_);
    schedule_.cancel(connecting_);
    if (link_) network_.close(link_);
}

void RegistryLink::ask(wire::Bytes packet, Replied replied)
{
    requests_.push_back({std::move(packet), std::move(replied)});
    if (open_)
        sendAll();
    else if (!link_ && !connecting_)
        connecting_ = schedule_.after(Milliseconds(0), [this] {
            connecting_ = 0;
            connect();
        });
}

// A fingerprint the user gives counts for more than what was pinned before.
std::optional<Key> RegistryLink::expectedKey()
{
    std::optional<Key> pin = accounts_.registryPin(settings_.at);
    bool overruled =
        pin && !settings_.fingerprint.empty() && !secure::matchesFingerprint(*pin, settings_.fingerprint);
    return overruled ? std::nullopt : pin;
}

void RegistryLink::connect()
{
    link_ = network_.dial(settings_.at, wire::Role::PeerRegistry, expectedKey());
}

Problem RegistryLink::wrongKey() const
{
    return {ProblemCode::RegistryKey,
            where(settings_.at) +
                " has another key than expected: nothing was sent to it. If it was set up anew, "
                "give its fingerprint: --registry HOST:PORT#FINGERPRINT"};
}

void RegistryLink::keepOpen(bool keep)
{
    keepOpen_ = keep;
    restartIdleTimer();
}

void RegistryLink::reset(const std::string& words)
{
    schedule_.cancel(idle_);
    schedule_.cancel(connecting_);
    if (link_) network_.close(link_);
    link_ = 0;
    open_ = false;
    failAll({ProblemCode::NoRegistry, words});
}

bool RegistryLink::opened(const OpenedLink& link)
{
    if (link.id != link_) return false;
    if (!checkKey(link.remoteKey)) return true;
    open_ = true;
    handshakeHash_ = link.handshakeHash;
    registryKey_ = link.remoteKey;
    remote_ = link.remote;
    if (session_) {
        // Its reply comes first and concerns nobody: if the session is unknown, the request behind it says
        // so.
        requests_.push_front({wire::encode(wire::Resume{*session_}), [](const Reply&) {}});
    }
    sendAll();
    return true;
}

bool RegistryLink::checkKey(const Key& key)
{
    std::optional<Key> expected = expectedKey();
    bool asConfigured =
        settings_.fingerprint.empty() || secure::matchesFingerprint(key, settings_.fingerprint);
    if (asConfigured && (!expected || *expected == key)) {
        if (!expected) accounts_.pinRegistry(settings_.at, key);
        return true;
    }
    network_.close(link_);
    link_ = 0;
    failAll(wrongKey());
    return false;
}

void RegistryLink::sendAll()
{
    for (; sent_ < requests_.size(); ++sent_)
        network_.send(link_, requests_[sent_].packet);
    restartIdleTimer();
}

void RegistryLink::restartIdleTimer()
{
    schedule_.cancel(idle_);
    if (!open_ || (keepOpen_ && requests_.empty())) return;
    idle_ = schedule_.after(requests_.empty() ? kIdle : kReplyDeadline, [this] {
        idle_ = 0;
        reset(where(settings_.at) + " does not answer");
    });
}

bool RegistryLink::record(LinkId link, ByteView plaintext)
{
    if (link != link_) return false;
    wire::PacketReader reader(plaintext);
    wire::RawPacket packet;
    while (open_ && reader.next(packet)) {
        if (packet.type == wire::PacketType::Goodbye) continue; // the close that follows says it
        if (packet.type == wire::PacketType::Notice) {
            auto notice = wire::decodeBody<wire::Notice>(packet.body);
            if (notice && noticed_) noticed_(*notice);
            continue;
        }
        if (sent_ == 0) {
            reset(where(settings_.at) + " does not keep to the protocol");
            return true;
        }
        answer(Reply(packet));
    }
    if (open_ && reader.malformed()) reset(where(settings_.at) + " does not keep to the protocol");
    if (open_) restartIdleTimer();
    return true;
}

void RegistryLink::answer(const Reply& reply)
{
    Replied replied = std::move(requests_.front().replied);
    requests_.pop_front();
    --sent_;
    replied(reply);
}

bool RegistryLink::closed(const ClosedLink& link)
{
    if (link.id != link_) return false;
    schedule_.cancel(idle_);
    link_ = 0;
    bool wasOpen = open_;
    open_ = false;
    diagnostics_.log(Diagnostics::Level::Info, "registry connection closed: " + link.words);
    if (link.why == ClosedLink::Why::WrongKey) {
        failAll(wrongKey());
        return true;
    }
    std::string words = where(settings_.at) + (wasOpen ? " closed the connection" : " can't be reached");
    failAll({ProblemCode::NoRegistry, words + (link.words.empty() ? "" : " (" + link.words + ")")});
    return true;
}

void RegistryLink::failCallers(const Problem& problem)
{
    std::vector<Replied> callers;
    for (Request& request : requests_)
        callers.push_back(std::exchange(request.replied, [](const Reply&) {}));
    for (Replied& replied : callers)
        replied(Reply(problem));
}

void RegistryLink::failAll(const Problem& problem)
{
    std::deque<Request> requests = std::move(requests_);
    requests_.clear();
    sent_ = 0;
    for (Request& request : requests)
        request.replied(Reply(problem));
}

} // namespace linnet::peer
