// The epoll set behind EventLoop.
#include "link/DescriptorSet.h"

#include "link/Guarded.h"

#include <sys/epoll.h>

#include <cassert>
#include <cerrno>
#include <system_error>

namespace linnet::link {

namespace {

constexpr int kEventsPerRound = 64;

std::uint32_t toEpoll(unsigned interest)
{
    return (interest & kRead ? EPOLLIN : 0u) | (interest & kWrite ? EPOLLOUT : 0u);
}

} // namespace

DescriptorSet::DescriptorSet() : epoll_(::epoll_create1(EPOLL_CLOEXEC))
{
    if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

bool DescriptorSet::watch(int fd, unsigned interest, DescriptorHandler& handler)
{
    assert(fd >= 0);
    auto index = static_cast<std::size_t>(fd);
    if (index >= watches_.size()) watches_.resize(index + 1);
    Watch& watch = watches_[index];
    if (watch.handler != &handler) {
        if (watch.handler) unwatch(fd);
        watch.handler = &handler;
    }
    if (watch.interest == interest || arm(fd, watch, interest)) return true;
    unwatch(fd);
    return false;
}

void DescriptorSet::unwatch(int fd)
{
    auto index = static_cast<std::size_t>(fd);
    if (fd < 0 || index >= watches_.size() || !watches_[index].handler) return;
    Watch& watch = watches_[index];
    arm(fd, watch, kNone);
    watch.handler = nullptr;
    watch.ending = false;
    ++watch.generation;
}

// A descriptor that was closed without unwatch() has left the set by itself, and its number may stand for
// another one by now. So removing may fail, and what was to be changed may have to be added.
bool DescriptorSet::arm(int fd, Watch& watch, unsigned interest)
{
    epoll_event event{};
    event.events = toEpoll(interest);
    event.data.u64 = tokenOf(fd, watch);
    unsigned before = std::exchange(watch.interest, static_cast<std::uint8_t>(interest));
    if (before == interest) return true;
    if (interest == kNone) {
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, &event);
        return true;
    }
    if (before != kNone) {
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0) return true;
        if (errno != ENOENT) return false;
    }
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void DescriptorSet::atRoundEnd(int fd)
{
    assert(fd >= 0 && static_cast<std::size_t>(fd) < watches_.size());
    Watch& watch = watches_[static_cast<std::size_t>(fd)];
    assert(watch.handler);
    if (!std::exchange(watch.ending, true)) ending_.push_back(tokenOf(fd, watch));
}

void DescriptorSet::dispatch()
{
    epoll_event events[kEventsPerRound];
    int count = ::epoll_wait(epoll_.get(), events, kEventsPerRound, 0);
    for (int i = 0; i < count; ++i)
        tell(events[i].data.u64, events[i].events);
}

// Reading shows data, the end, a hang-up or an error; writing shows errors, too. So onDescriptorError() is
// left for those who do not look, and for errors that come alone, as those of datagrams do.
void DescriptorSet::tell(Token token, std::uint32_t events)
{
    const Watch* watch = find(token);
    bool told = false;
    if (watch && (events & (EPOLLIN | EPOLLHUP)) && (watch->interest & kRead)) {
        guarded([watch] { watch->handler->onReadable(); });
        told = true;
        watch = find(token);
    }
    if (watch && (events & EPOLLOUT) && (watch->interest & kWrite)) {
        guarded([watch] { watch->handler->onWritable(); });
        told = true;
        watch = find(token);
    }
    if (!watch || told || !(events & (EPOLLERR | EPOLLHUP))) return;
    int fd = static_cast<int>(token & UINT32_MAX);
    int error = takeError(fd);
    DescriptorHandler* handler = watch->handler;
    if ((events & EPOLLHUP) || error == 0) unwatch(fd); // it would be reported for ever
    guarded([handler, error] { handler->onDescriptorError(error); });
}

void DescriptorSet::endRound()
{
    endingNow_.swap(ending_);
    for (Token token : endingNow_) {
        Watch* watch = find(token);
        if (!watch) continue;
        watch->ending = false;
        guarded([watch] { watch->handler->onRoundEnd(); });
    }
    endingNow_.clear();
}

DescriptorSet::Token DescriptorSet::tokenOf(int fd, const Watch& watch)
{
    return static_cast<Token>(watch.generation) << 32 | static_cast<std::uint32_t>(fd);
}

DescriptorSet::Watch* DescriptorSet::find(Token token)
{
    Watch& watch = watches_[token & UINT32_MAX];
    return watch.handler && watch.generation == token >> 32 ? &watch : nullptr;
}

} // namespace linnet::link
