// The messages of SqliteStore. The one index holds a contact's messages of one direction in the order of
// their ids. Numbers rise with ids within an epoch, and outgoing ones always, so a number is looked for from
// the newest row backwards: the first row met that is not above it is the one that counts.
#include "adapters/SqliteStore.h"

#include "secure/Primitives.h"
#include "wire/Limits.h"

#include <algorithm>

namespace linnet::peer {

namespace {

constexpr std::size_t kRowBytes = 48;
constexpr std::uint64_t kSlice = 256; // rows dropped at a time, so that each of their pages is written once
constexpr std::uint64_t kSecondsPerDay = 86400;

StoredMessage readMessage(SqliteQuery& row)
{
    StoredMessage message;
    message.id = row.integer(0);
    message.outgoing = row.integer(1) != 0;
    message.kind = static_cast<wire::PacketType>(row.integer(2));
    message.number = row.number(3);
    message.written = row.number(4);
    message.wall = row.integer(5);
    std::int64_t fate = row.integer(6);
    bool known = fate >= 0 && fate <= static_cast<std::int64_t>(Fate::Settled);
    message.fate = known ? static_cast<Fate>(fate) : Fate::Normal;
    message.text = row.text(7);
    return message;
}

} // namespace

bool SqliteStore::add(ContactId contact, StoredMessage& message)
{
    if (!begin()) return false;
    add_.with(contact, message.outgoing, static_cast<int>(message.kind), message.number, message.written,
              message.wall, static_cast<int>(message.fate), wire::ByteView(std::string_view(message.text)));
    if (!wrote(add_.run(), kRowBytes + message.text.size())) return false;
    message.id = sqlite3_last_insert_rowid(handle_);
    grew_ = true;
    age_ = std::max(age_, message.written);
    Conversation& known = conversation(contact);
    if (known.held) ++*known.held;
    if (message.outgoing && known.outbox && message.fate == Fate::Normal) {
        ++known.outbox->messages;
        known.outbox->bytes += message.text.size();
    }
    return true;
}

std::vector<StoredMessage> SqliteStore::read(SqliteQuery& query)
{
    std::vector<StoredMessage> messages;
    while (query.next())
        messages.push_back(readMessage(query));
    note(query.result());
    return messages;
}

// The last outgoing row with a number below `number`; 0: none.
MessageId SqliteStore::rowBelow(ContactId contact, std::uint64_t number)
{
    MessageId row = 0;
    if (rowBelow_.with(contact, number).next()) row = rowBelow_.integer(0);
    note(rowBelow_.run());
    return row;
}

std::vector<StoredMessage> SqliteStore::sendable(ContactId contact, std::uint64_t from, std::size_t limit)
{
    Conversation& known = conversation(contact);
    bool follows = known.sentRow != 0 && known.sentNumber < from;
    MessageId after = follows ? known.sentRow : rowBelow(contact, from);
    std::vector<StoredMessage> messages = read(sendable_.with(contact, after, from, std::uint64_t(limit)));
    if (!messages.empty()) {
        known.sentRow = messages.back().id;
        known.sentNumber = messages.back().number;
    }
    return messages;
}

std::uint64_t SqliteStore::lowestSendable(ContactId contact)
{
    Conversation& known = conversation(contact);
    if (known.lowest) return *known.lowest;
    SqliteQuery query(handle_, "SELECT number, fate FROM messages WHERE contact = ?1 AND outgoing = 1 "
                               "ORDER BY id DESC");
    query.with(contact);
    std::uint64_t lowest = known.position.next;
    while (query.next() && query.number(0) == lowest - 1 && query.integer(1) == 0)
        --lowest;
    if (query.result() != SQLITE_OK && query.result() != SQLITE_ROW) {
        // Never give up what may be there: the other side would be told that it is gone.
        note(query.result());
        return std::min(lowest, known.position.acked + 1);
    }
    known.lowest = lowest;
    return lowest;
}

std::optional<wire::Digest8> SqliteStore::digest(ContactId contact, bool outgoing, std::uint64_t number)
{
    std::optional<wire::Digest8> result;
    if (digest_.with(contact, outgoing, number).next() && digest_.number(0) == number) {
        wire::Bytes content{static_cast<wire::Byte>(digest_.integer(1))};
        wire::append(content, digest_.bytes(2));
        result = secure::digest8(content);
    }
    note(digest_.run());
    return result;
}

OutboxSize SqliteStore::outbox(ContactId contact)
{
    Conversation& known = conversation(contact);
    if (known.outbox) return *known.outbox;
    OutboxSize size;
    std::uint64_t acked = known.position.acked;
    if (acked + 1 < known.position.next) {
        SqliteQuery query(handle_,
                          "SELECT count(*), ifnull(sum(length(body)), 0) FROM messages "
                          "WHERE contact = ?1 AND outgoing = 1 AND id > ?2 AND number > ?3 AND fate = 0");
        if (query.with(contact, rowBelow(contact, acked + 1), acked).next())
            size = {query.number(0), query.number(1)};
        note(query.run());
    }
    known.outbox = size;
    return size;
}

bool SqliteStore::setFate(ContactId contact, std::uint64_t from, std::uint64_t to, Fate fate)
{
    MessageId after = rowBelow(contact, from);
    if (!begin()) return false;
    SqliteQuery query(handle_,
                      "UPDATE messages SET fate = ?5 WHERE contact = ?1 AND outgoing = 1 AND id > ?2 "
                      "AND number BETWEEN ?3 AND ?4");
    if (!wrote(query.with(contact, after, from, to, static_cast<int>(fate)).run(), kRowBytes)) return false;
    Conversation& known = conversation(contact);
    known.lowest.reset();
    known.outbox.reset();
    return true;
}

bool SqliteStore::rebind(ContactId contact)
{
    StreamPosition old = position(contact);
    if (!begin()) return false;
    SqliteQuery settle(handle_,
                       "UPDATE messages SET fate = ?3 WHERE contact = ?1 AND outgoing = 1 AND fate = 0 "
                       "AND number <= ?2");
    if (!wrote(settle.with(contact, old.acked, static_cast<int>(Fate::Settled)).run(), kRowBytes))
        return false;
    SqliteQuery number(handle_,
                       "UPDATE messages SET number = number - ?2 WHERE contact = ?1 AND outgoing = 1 "
                       "AND fate = 0");
    if (!wrote(number.with(contact, old.acked).run(), kRowBytes)) return false;
    Conversation& known = conversation(contact);
    known.sentRow = 0;
    known.sentNumber = 0;
    known.lowest.reset();
    known.outbox.reset();
    StreamPosition anew;
    anew.next = old.next - old.acked;
    anew.shown = old.shown;
    return put(contact, anew);
}

std::uint64_t SqliteStore::newestWrittenBefore(ContactId contact, std::uint64_t written)
{
    // Ends at the first acknowledged row: the walk is as long as the outbox, not as the history.
    std::uint64_t acked = position(contact).acked;
    SqliteQuery query(handle_, "SELECT number FROM messages WHERE contact = ?1 AND outgoing = 1 "
                               "AND (number <= ?3 OR (written < ?2 AND fate = 0)) ORDER BY id DESC LIMIT 1");
    std::uint64_t number = 0;
    if (query.with(contact, written, acked).next()) number = query.number(0);
    note(query.run());
    return number > acked ? number : 0;
}

// ---- Histories ----

std::vector<StoredMessage> SqliteStore::history(ContactId contact, MessageId before, std::size_t limit)
{
    // One range of the index for each direction: never more than 2 * limit rows are read.
    SqliteQuery query(
        handle_, "SELECT * FROM ("
                 "SELECT * FROM (SELECT id, outgoing, kind, number, written, wall, fate, body FROM messages "
                 "WHERE contact = ?1 AND outgoing = 0 AND id < ?2 ORDER BY id DESC LIMIT ?3) UNION ALL "
                 "SELECT * FROM (SELECT id, outgoing, kind, number, written, wall, fate, body FROM messages "
                 "WHERE contact = ?1 AND outgoing = 1 AND id < ?2 ORDER BY id DESC LIMIT ?3)) "
                 "ORDER BY id DESC LIMIT ?3");
    MessageId end = before == 0 ? INT64_MAX : before;
    std::vector<StoredMessage> messages = read(query.with(contact, end, std::uint64_t(limit)));
    std::reverse(messages.begin(), messages.end());
    return messages;
}

std::uint64_t SqliteStore::unreadCount(ContactId contact, MessageId after)
{
    SqliteQuery query(handle_,
                      "SELECT count(*) FROM messages WHERE contact = ?1 AND outgoing = 0 AND id > ?2");
    std::uint64_t count = 0;
    if (query.with(contact, after).next()) count = query.number(0);
    note(query.run());
    return count;
}

std::vector<StoredMessage> SqliteStore::unread(ContactId contact, MessageId after, std::size_t limit)
{
    SqliteQuery query(handle_, "SELECT id, outgoing, kind, number, written, wall, fate, body FROM messages "
                               "WHERE contact = ?1 AND outgoing = 0 AND id > ?2 ORDER BY id LIMIT ?3");
    return read(query.with(contact, after, std::uint64_t(limit)));
}

// ---- Bounds ----

void SqliteStore::trim()
{
    if (poisoned_ || damaged_) return;
    // Round the contacts, from the one after the last visited, to the first that has something to drop.
    for (std::size_t i = 0; i < conversations_.size(); ++i) {
        auto next = conversations_.upper_bound(trimmed_);
        if (next == conversations_.end()) next = conversations_.begin();
        trimmed_ = next->first;
        if (trimConversation(next->first, next->second)) break;
    }
    shrink();
}

// Whether it took noticeable work, so that others are to wait for the next call.
bool SqliteStore::trimConversation(ContactId contact, Conversation& known)
{
    bool counted = !known.held;
    if (counted) known.held = count(contact);
    std::uint64_t held = *known.held;
    // A slice at once instead of a row per new message.
    if (held >= bounds_.messages + kSlice) {
        std::uint64_t dropped = drop(contact, kSlice, UINT64_MAX);
        if (dropped == kSlice) trimmed_ = contact - 1; // more of it next time
        if (dropped > 0) return true;
    }
    std::uint64_t lifetime = bounds_.days * kSecondsPerDay;
    if (lifetime > 0 && age_ > lifetime) {
        drop(contact, kSlice, age_ - lifetime);
        return true;
    }
    return counted;
}

std::uint64_t SqliteStore::count(ContactId contact)
{
    SqliteQuery query(handle_, "SELECT count(*) FROM messages WHERE contact = ?1 AND outgoing IN (0, 1)");
    std::uint64_t count = 0;
    if (query.with(contact).next()) count = query.number(0);
    note(query.run());
    return count;
}

// Drops at most `rows` of the oldest that may go and were written before `writtenBefore`; how many it was.
// What may go is delivered or given up, or received and not needed to recognise what its sender sends again.
std::uint64_t SqliteStore::drop(ContactId contact, std::uint64_t rows, std::uint64_t writtenBefore)
{
    if (!begin()) return 0;
    SqliteQuery query(handle_,
                      "DELETE FROM messages WHERE id IN (SELECT id FROM ("
                      "SELECT id, written FROM (SELECT id, written FROM messages "
                      "WHERE contact = ?1 AND outgoing = 0 AND id < "
                      "(SELECT id FROM messages WHERE contact = ?1 AND outgoing = 0 "
                      "ORDER BY id DESC LIMIT 1 OFFSET ?4 - 1) ORDER BY id LIMIT ?2) UNION ALL "
                      "SELECT id, written FROM (SELECT id, written, number FROM messages "
                      "WHERE contact = ?1 AND outgoing = 1 ORDER BY id LIMIT ?2) WHERE number <= ?5) "
                      "WHERE ?3 = -1 OR (written > 0 AND written < ?3) ORDER BY id LIMIT ?2)");
    query.with(contact, rows, writtenBefore, std::uint64_t(wire::kKeptDigests), position(contact).acked);
    int result = query.run();
    std::uint64_t dropped = result == SQLITE_OK ? static_cast<std::uint64_t>(sqlite3_changes(handle_)) : 0;
    if (!wrote(result, dropped * kRowBytes)) return 0;
    Conversation& known = conversation(contact);
    known.lowest.reset();
    if (known.held) *known.held -= std::min(*known.held, dropped);
    return dropped;
}

// Gives pages back to the file system once much of the file is empty; in the usual run new messages fill
// them.
void SqliteStore::shrink()
{
    constexpr std::int64_t kMuch = 1024; // pages of 1 KiB
    constexpr const char* kSome = "PRAGMA incremental_vacuum(64)";
    SqliteQuery pages(handle_,
                      "SELECT freelist_count, page_count FROM pragma_freelist_count, pragma_page_count");
    bool much = pages.next() && pages.integer(0) > kMuch && pages.integer(0) * 4 > pages.integer(1);
    pages.reset();
    if (!much || !begin()) return;
    SqliteQuery vacuum(handle_, kSome);
    wrote(vacuum.run(), kRowBytes);
}

} // namespace linnet::peer
