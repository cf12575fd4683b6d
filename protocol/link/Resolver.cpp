// Names by c-ares, whose sockets and time-outs live in the event loop. Its channel exists only while there
// are questions, so that each burst of them reads resolv.conf as it is then: a board often starts before its
// network.
#include "link/Resolver.h"

#include "link/SocketAddress.h"

#include <ares.h>
#include <netinet/in.h>
#include <sys/time.h>

#include <map>

namespace linnet::link {

class Resolver::Impl
{
public:
    explicit Impl(EventLoop& loop) : loop_(loop) { ::ares_library_init(ARES_LIB_INIT_ALL); }
    ~Impl();

    Ticket resolve(const std::string& host, Resolved resolved);
    void cancel(Ticket ticket) { questions_.erase(ticket); }

private:
    // What c-ares is handed; freed by its answer, which always comes.
    struct Pending
    {
        Impl& resolver;
        Ticket ticket;
    };
    // One of c-ares' sockets. Kept until the channel goes, since it may be closed from inside its own event.
    struct Socket final : DescriptorHandler
    {
        void onReadable() override { resolver->process(fd, ARES_SOCKET_BAD); }
        void onWritable() override { resolver->process(ARES_SOCKET_BAD, fd); }
        void onDescriptorError(int) override { resolver->process(fd, fd); }
        Impl* resolver = nullptr;
        int fd = -1;
    };

    static void onAnswer(void* argument, int status, int timeouts, ares_addrinfo* result);
    static void onSocketState(void* argument, int fd, int readable, int writable);
    static std::vector<std::string> hostsOf(const ares_addrinfo& result);

    bool openChannel();
    void closeChannel();
    void process(int readable, int writable);
    void settle();
    void answer(Ticket ticket, std::vector<std::string> hosts);

    EventLoop& loop_;
    ares_channel channel_ = nullptr;
    std::size_t pending_ = 0; // questions that c-ares works on
    TimerId timer_ = 0;
    std::map<int, Socket> sockets_;
    std::map<Ticket, Resolved> questions_;
    Ticket lastTicket_ = 0;
    std::shared_ptr<Impl*> self_ = std::make_shared<Impl*>(this); // what posted tasks see of us
};

Resolver::Impl::~Impl()
{
    questions_.clear();
    closeChannel();
    ::ares_library_cleanup();
}

Resolver::Ticket Resolver::Impl::resolve(const std::string& host, Resolved resolved)
{
    Ticket ticket = ++lastTicket_;
    questions_.emplace(ticket, std::move(resolved));
    if (toAddress({host, 0})) {
        answer(ticket, {host});
        return ticket;
    }
    if (!openChannel()) {
        answer(ticket, {});
        return ticket;
    }
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM; // else each address comes once per kind of socket
    ++pending_;
    ::ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, &onAnswer, new Pending{*this, ticket});
    settle();
    return ticket;
}

bool Resolver::Impl::openChannel()
{
    if (channel_) return true;
    ares_options options{};
    options.sock_state_cb = &onSocketState;
    options.sock_state_cb_data = this;
    return ::ares_init_options(&channel_, &options, ARES_OPT_SOCK_STATE_CB) == ARES_SUCCESS;
}

void Resolver::Impl::closeChannel()
{
    loop_.cancel(timer_);
    timer_ = 0;
    if (channel_) ::ares_destroy(channel_); // answers what is pending and closes the sockets
    channel_ = nullptr;
    sockets_.clear();
}

void Resolver::Impl::process(int readable, int writable)
{
    if (!channel_) return;
    ::ares_process_fd(channel_, readable, writable);
    settle();
}

// After each call into c-ares: when does it want to be called again? When it has nothing left to do, it goes.
void Resolver::Impl::settle()
{
    loop_.cancel(timer_);
    timer_ = 0;
    if (pending_ == 0) {
        loop_.post([self = std::weak_ptr<Impl*>(self_)] {
            auto alive = self.lock();
            if (alive && (*alive)->pending_ == 0) (*alive)->closeChannel();
        });
        return;
    }
    timeval wait{};
    if (!::ares_timeout(channel_, nullptr, &wait)) return;
    Milliseconds delay(wait.tv_sec * 1000 + wait.tv_usec / 1000 + 1);
    timer_ = loop_.callAfter(delay, [this] { process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); });
}

void Resolver::Impl::onSocketState(void* argument, int fd, int readable, int writable)
{
    auto& self = *static_cast<Impl*>(argument);
    if (!readable && !writable) return self.loop_.unwatch(fd);
    Socket& socket = self.sockets_[fd];
    socket.resolver = &self;
    socket.fd = fd;
    self.loop_.watch(fd, (readable ? kRead : kNone) | (writable ? kWrite : kNone), socket);
}

void Resolver::Impl::onAnswer(void* argument, int status, int, ares_addrinfo* result)
{
    std::unique_ptr<Pending> pending(static_cast<Pending*>(argument));
    std::vector<std::string> hosts;
    if (result) {
        if (status == ARES_SUCCESS) hosts = hostsOf(*result);
        ::ares_freeaddrinfo(result);
    }
    --pending->resolver.pending_;
    pending->resolver.answer(pending->ticket, std::move(hosts));
}

std::vector<std::string> Resolver::Impl::hostsOf(const ares_addrinfo& result)
{
    std::vector<std::string> hosts;
    for (const ares_addrinfo_node* node = result.nodes; node; node = node->ai_next) {
        if (node->ai_family == AF_INET || node->ai_family == AF_INET6)
            hosts.push_back(toEndpoint(fromNative(node->ai_addr)).host);
    }
    return hosts;
}

void Resolver::Impl::answer(Ticket ticket, std::vector<std::string> hosts)
{
    if (questions_.count(ticket) == 0) return;
    loop_.post([self = std::weak_ptr<Impl*>(self_), ticket, hosts = std::move(hosts)] {
        auto alive = self.lock();
        if (!alive) return;
        auto question = (*alive)->questions_.extract(ticket);
        if (question) question.mapped()(hosts);
    });
}

Resolver::Resolver(EventLoop& loop) : impl_(std::make_unique<Impl>(loop)) {}
Resolver::~Resolver() = default;

Resolver::Ticket Resolver::resolve(const std::string& host, Resolved resolved)
{
    return impl_->resolve(host, std::move(resolved));
}

void Resolver::cancel(Ticket ticket)
{
    impl_->cancel(ticket);
}

} // namespace linnet::link
