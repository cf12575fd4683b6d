// Contacts, settings and the transaction; messages are in SqliteMessages.cpp.
#include "adapters/SqliteStore.h"

#include <charconv>

namespace linnet::peer {

namespace {

constexpr std::size_t kRowBytes = 32; // what a row costs beside its text, for uncommittedBytes()
constexpr std::size_t kIdentitySize = 128;

wire::Bytes packed(const PublicIdentity& identity)
{
    wire::Bytes bytes;
    wire::append(bytes, identity.key);
    wire::append(bytes, identity.signingKey);
    wire::append(bytes, identity.binding);
    return bytes;
}

template <std::size_t N>
void take(wire::ByteView from, std::size_t offset, std::array<wire::Byte, N>& to)
{
    if (from.size() >= offset + N) std::copy_n(from.begin() + offset, N, to.begin());
}

PublicIdentity unpacked(wire::ByteView bytes)
{
    PublicIdentity identity;
    if (bytes.size() != kIdentitySize) return identity;
    take(bytes, 0, identity.key);
    take(bytes, 32, identity.signingKey);
    take(bytes, 64, identity.binding);
    return identity;
}

Contact readContact(SqliteQuery& row)
{
    Contact contact;
    contact.id = row.integer(0);
    contact.name = row.text(1);
    take(row.bytes(2), 0, contact.registryKey);
    contact.identity = unpacked(row.bytes(3));
    if (!row.isNull(4)) contact.changed = unpacked(row.bytes(4));
    std::int64_t relation = row.integer(5);
    bool known = relation >= 0 && relation <= static_cast<std::int64_t>(Relation::Declined);
    contact.relation = known ? static_cast<Relation>(relation) : Relation::Stranger;
    contact.kept = row.integer(6) != 0;
    contact.verified = row.integer(7) != 0;
    contact.blocked = row.integer(8) != 0;
    if (!row.isNull(9)) contact.endpoint = Endpoint{row.text(9), static_cast<std::uint16_t>(row.integer(10))};
    contact.note = row.text(11);
    return contact;
}

} // namespace

std::unique_ptr<SqliteStore> SqliteStore::open(const std::string& path, Durability durability,
                                               std::string& words)
{
    std::unique_ptr<SqliteDatabase> database = SqliteDatabase::open(path, durability, words);
    if (!database) return nullptr;
    std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(database)));
    int result = store->load();
    if (result == SQLITE_OK) return store;
    words = "can't open " + path + ": " + store->database_->explain(result);
    return nullptr;
}

SqliteStore::SqliteStore(std::unique_ptr<SqliteDatabase> database)
    : database_(std::move(database)),
      handle_(database_->handle()),
      begin_(handle_, "BEGIN IMMEDIATE", true),
      commit_(handle_, "COMMIT", true),
      rollBack_(handle_, "ROLLBACK", true),
      putPosition_(handle_, "INSERT OR REPLACE INTO streams VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", true),
      add_(handle_,
           "INSERT INTO messages(contact, outgoing, kind, number, written, wall, fate, body) "
           "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
           true),
      sendable_(handle_,
                "SELECT id, outgoing, kind, number, written, wall, fate, body FROM messages "
                "WHERE contact = ?1 AND outgoing = 1 AND id > ?2 AND number >= ?3 AND fate = 0 "
                "ORDER BY id LIMIT ?4",
                true),
      rowBelow_(handle_,
                "SELECT id FROM messages WHERE contact = ?1 AND outgoing = 1 AND number < ?2 "
                "ORDER BY id DESC LIMIT 1",
                true),
      digest_(handle_,
              "SELECT number, kind, body FROM messages WHERE contact = ?1 AND outgoing = ?2 AND number <= ?3 "
              "ORDER BY id DESC LIMIT 1",
              true)
{
}

SqliteStore::~SqliteStore()
{
    rollBack();
}

int SqliteStore::load()
{
    SqliteQuery streams(handle_,
                        "SELECT contact, sendEpoch, next, acked, receiveEpoch, received, shown FROM streams");
    while (streams.next())
        conversations_[streams.integer(0)].position = {streams.number(1), streams.number(2),
                                                       streams.number(3), streams.number(4),
                                                       streams.number(5), streams.integer(6)};
    if (streams.result() != SQLITE_OK) return streams.result();
    SqliteQuery age(handle_,
                    "SELECT max(written) FROM (SELECT written FROM messages ORDER BY id DESC LIMIT 256)");
    if (age.next()) age_ = age.number(0);
    loadBounds();
    return age.run();
}

// ---- Contacts ----

std::vector<Contact> SqliteStore::contacts()
{
    std::vector<Contact> all;
    SqliteQuery query(handle_,
                      "SELECT id, name, registry, identity, changed, relation, kept, verified, blocked, "
                      "host, port, note FROM contacts ORDER BY id");
    while (query.next())
        all.push_back(readContact(query));
    note(query.result());
    return all;
}

bool SqliteStore::put(Contact& contact)
{
    if (!begin()) return false;
    wire::Bytes identity = packed(contact.identity);
    wire::Bytes changed = contact.changed ? packed(*contact.changed) : wire::Bytes{};
    // An upsert, not REPLACE: that would delete the row, and with it all that refers to it.
    SqliteQuery query(
        handle_,
        "INSERT INTO contacts VALUES(nullif(?1, 0), ?2, ?3, ?4, nullif(?5, x''), ?6, ?7, ?8, ?9, "
        "nullif(?10, ''), ?11, ?12) ON CONFLICT(id) DO UPDATE SET "
        "name = ?2, registry = ?3, identity = ?4, changed = nullif(?5, x''), relation = ?6, kept = ?7, "
        "verified = ?8, blocked = ?9, host = nullif(?10, ''), port = ?11, note = ?12");
    Endpoint endpoint = contact.endpoint.value_or(Endpoint{});
    query.with(contact.id, contact.name, wire::ByteView(contact.registryKey), wire::ByteView(identity),
               wire::ByteView(changed), static_cast<int>(contact.relation), contact.kept, contact.verified,
               contact.blocked, endpoint.host, static_cast<int>(endpoint.port), contact.note);
    if (!wrote(query.run(), kRowBytes + 2 * kIdentitySize + contact.note.size())) return false;
    if (contact.id == 0) contact.id = sqlite3_last_insert_rowid(handle_);
    return true;
}

bool SqliteStore::remove(ContactId contact)
{
    if (!begin()) return false;
    SqliteQuery query(handle_, "DELETE FROM contacts WHERE id = ?1");
    if (!wrote(query.with(contact).run(), kRowBytes)) return false;
    rememberPosition(contact);
    conversations_.erase(contact);
    return true;
}

// ---- Positions ----

SqliteStore::Conversation& SqliteStore::conversation(ContactId contact)
{
    auto found = conversations_.find(contact);
    if (found != conversations_.end()) return found->second;
    unknown_ = Conversation{};
    return unknown_;
}

StreamPosition SqliteStore::position(ContactId contact)
{
    return conversation(contact).position;
}

bool SqliteStore::put(ContactId contact, const StreamPosition& position)
{
    if (poisoned_ || damaged_) return false;
    rememberPosition(contact);
    Conversation& conversation = conversations_[contact];
    if (conversation.position.acked != position.acked) conversation.outbox.reset();
    conversation.position = position;
    uncommitted_ += kRowBytes;
    return true;
}

void SqliteStore::rememberPosition(ContactId contact)
{
    auto found = conversations_.find(contact);
    committed_.try_emplace(contact, found == conversations_.end()
                                        ? std::nullopt
                                        : std::optional<StreamPosition>(found->second.position));
}

bool SqliteStore::writePositions()
{
    for (const auto& [contact, before] : committed_) {
        auto found = conversations_.find(contact);
        if (found == conversations_.end()) continue; // removed
        if (!begin()) return false;
        const StreamPosition& now = found->second.position;
        int result =
            putPosition_
                .with(contact, now.sendEpoch, now.next, now.acked, now.receiveEpoch, now.received, now.shown)
                .run();
        if (result != SQLITE_OK) return failed(result);
    }
    return true;
}

// ---- Settings ----

std::optional<std::string> SqliteStore::setting(const std::string& key)
{
    SqliteQuery query(handle_, "SELECT value FROM settings WHERE key = ?1");
    std::optional<std::string> value;
    if (query.with(key).next()) value = query.text(0);
    note(query.run());
    return value;
}

bool SqliteStore::putSetting(const std::string& key, const std::string& value)
{
    if (!begin()) return false;
    SqliteQuery query(handle_, "INSERT OR REPLACE INTO settings VALUES(?1, ?2)");
    query.with(key, wire::ByteView(std::string_view(value)));
    if (!wrote(query.run(), kRowBytes + key.size() + value.size())) return false;
    loadBounds();
    return true;
}

void SqliteStore::loadBounds()
{
    bounds_ = Bounds{};
    for (auto [key, bound] :
         {std::pair(kSettingMinFree, &bounds_.minFree), std::pair(kSettingHistoryMessages, &bounds_.messages),
          std::pair(kSettingHistoryDays, &bounds_.days)})
    {
        std::string value = setting(key).value_or("");
        std::from_chars(value.data(), value.data() + value.size(), *bound);
    }
}

// ---- The transaction ----

bool SqliteStore::begin()
{
    if (poisoned_ || damaged_) return false;
    if (!sqlite3_get_autocommit(handle_)) return true;
    int result = begin_.with().run();
    return result == SQLITE_OK || failed(result);
}

bool SqliteStore::wrote(int result, std::size_t bytes)
{
    if (result != SQLITE_OK) return failed(result);
    uncommitted_ += bytes;
    return true;
}

bool SqliteStore::failed(int result)
{
    note(result);
    return failed(std::move(trouble_));
}

bool SqliteStore::failed(std::string words)
{
    trouble_ = std::move(words);
    poisoned_ = uncommitted_ > 0;
    rollBack();
    return false;
}

void SqliteStore::note(int result)
{
    if (result == SQLITE_OK) return;
    trouble_ = database_->explain(result);
    int kind = result & 0xff;
    if (damaged_ || (kind != SQLITE_CORRUPT && kind != SQLITE_NOTADB)) return;
    damaged_ = true;
    database_->foundDamaged();
}

bool SqliteStore::commit()
{
    bool done = !poisoned_ && (uncommitted_ == 0 || commitAll());
    poisoned_ = false;
    return done;
}

bool SqliteStore::commitAll()
{
    if (damaged_) return failed(std::move(trouble_));
    if (grew_ && database_->freeBytes() < bounds_.minFree)
        return failed("less than " + std::to_string(bounds_.minFree >> 20) + " MB free on the disk");
    if (!writePositions()) return false;
    if (!sqlite3_get_autocommit(handle_)) {
        int result = commit_.with().run();
        if (result != SQLITE_OK) return failed(result);
    }
    committed_.clear();
    uncommitted_ = 0;
    grew_ = false;
    trouble_.clear();
    return true;
}

void SqliteStore::rollBack()
{
    // Some errors have ended the transaction already.
    if (!sqlite3_get_autocommit(handle_)) rollBack_.with().run();
    for (const auto& [contact, before] : committed_) {
        if (before)
            conversations_[contact].position = *before;
        else
            conversations_.erase(contact);
    }
    committed_.clear();
    for (auto& [contact, conversation] : conversations_)
        conversation = Conversation{conversation.position, 0, 0, {}, {}, {}};
    uncommitted_ = 0;
    grew_ = false;
}

std::size_t SqliteStore::uncommittedBytes() const
{
    return poisoned_ ? kRowBytes : uncommitted_;
}

} // namespace linnet::peer
