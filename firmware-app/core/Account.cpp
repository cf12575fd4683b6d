// Wiring of one account, and its age kept over boots.
#include "core/Account.h"

#include <cstdlib>

namespace linnet::peer {

namespace {

constexpr Milliseconds kSaveAge{3600 * 1000};
constexpr char kAge[] = "age";
constexpr char kRegistryTime[] = "registry-time";
constexpr char kAgeThen[] = "age-at-registry-time";

std::uint64_t number(Store& store, const char* key)
{
    return std::strtoull(store.setting(key).value_or("0").c_str(), nullptr, 10);
}

} // namespace

Account::Account(const Parts& parts, const std::string& name, const secure::Identity& identity,
                 std::unique_ptr<Store> store)
    : parts_(parts),
      name_(name),
      store_(std::move(store)),
      age_(parts.clock, number(*store_, kAge)),
      commits_(*store_, parts.schedule, parts.events, parts.budget)
{
    chats_ = std::make_unique<Chats>(
        Chats::Parts{name_, identity, parts_.network, parts_.schedule, parts_.random, parts_.clock, age_,
                     *store_, commits_, parts_.events, parts_.diagnostics, parts_.registry, parts_.limits});
    saving_ = parts_.schedule.after(kSaveAge, [this] { saveAge(); });
}

Account::~Account()
{
    parts_.schedule.cancel(saving_);
    store_->putSetting(kAge, std::to_string(age_.now()));
    commits_.flush();
}

void Account::saveAge()
{
    // Once an hour, and only along with something else: an idle board writes nothing.
    if (store_->uncommittedBytes() > 0) store_->putSetting(kAge, std::to_string(age_.now()));
    saving_ = parts_.schedule.after(kSaveAge, [this] { saveAge(); });
}

void Account::registryTime(std::uint64_t time)
{
    if (time == 0) return;
    age_.registryTime(number(*store_, kRegistryTime), number(*store_, kAgeThen), time);
    store_->putSetting(kRegistryTime, std::to_string(time));
    store_->putSetting(kAgeThen, std::to_string(age_.now()));
    commits_.changed();
}

} // namespace linnet::peer
