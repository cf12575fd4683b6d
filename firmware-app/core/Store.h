// The port to the account's database: contacts, streams, messages, settings. One writer, one thread.
//
// Writes gather in a transaction that commit() makes durable; what is not committed does not survive a crash,
// and a failed write or commit takes back everything since the last commit. When a failed write took others
// back, all writes fail until commit() has been asked and has said false, so that nobody takes what is gone
// for durable. Callers that must know (acknowledgements, "queued") go through Commits. Reads see uncommitted
// writes. Nothing throws.
#pragma once

#include "core/Contact.h"
#include "wire/PacketType.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace linnet::peer {

using MessageId = std::int64_t; // the row: rises with arrival, which is the order of a history

// What became of a message beyond what its stream's position tells. Stored as numbers.
enum class Fate : std::uint8_t {
    Normal = 0,  // outgoing: queued or delivered, by the stream's position
    Expired = 1, // never delivered; too old
    Refused = 2, // never delivered; declined, unknown or deleted user
    Settled = 3, // delivered, to an earlier key of the contact
};

struct StoredMessage
{
    MessageId id = 0;
    bool outgoing = false;
    wire::PacketType kind = wire::PacketType::Message;
    // In its stream. Outgoing numbers rise with ids; incoming ones fall back where their sender restarted its
    // stream, and then the newest row of a number is the one that counts.
    std::uint64_t number = 0;
    std::uint64_t written =
        0;                 // outgoing: seconds of the account's age clock; incoming: when it came, 0: unknown
    std::int64_t wall = 0; // seconds since 1970 when it was written, as far as known; 0: unknown
    Fate fate = Fate::Normal;
    std::string text; // UTF-8, may contain NUL
};

// Where the two streams of a contact stand, and its reader.
struct StreamPosition
{
    std::uint64_t sendEpoch = 0;    // 0: no stream yet
    std::uint64_t next = 1;         // number of the next message
    std::uint64_t acked = 0;        // all up to here are in the recipient's history (or given up)
    std::uint64_t receiveEpoch = 0; // 0: nothing received yet
    std::uint64_t received = 0;     // the last number held
    MessageId shown = 0;            // the last message of the conversation that a console has shown
};

struct OutboxSize
{
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};

class Store
{
public:
    virtual ~Store() = default;

    virtual std::vector<Contact> contacts() = 0;
    // Inserts (and sets id) or updates.
    virtual bool put(Contact& contact) = 0;
    // With its streams and history.
    virtual bool remove(ContactId contact) = 0;

    virtual StreamPosition position(ContactId contact) = 0;
    virtual bool put(ContactId contact, const StreamPosition& position) = 0;

    // Adds a message at the end of the history and sets its id.
    virtual bool add(ContactId contact, StoredMessage& message) = 0;
    // Outgoing messages numbered `from` and up that have Fate::Normal, in order, at most `limit`.
    virtual std::vector<StoredMessage> sendable(ContactId contact, std::uint64_t from, std::size_t limit) = 0;
    // The lowest and highest number of the outgoing messages with Fate::Normal that are still held without a
    // gap up to the newest; {next, next - 1} when there are none.
    virtual std::uint64_t lowestSendable(ContactId contact) = 0;
    // The digest of the newest message of that number: the first 8 bytes of SHA-256 over kind and text.
    // Nothing when the message is not held any more.
    virtual std::optional<wire::Digest8> digest(ContactId contact, bool outgoing, std::uint64_t number) = 0;
    // Outgoing messages above `acked` with Fate::Normal: how much waits.
    virtual OutboxSize outbox(ContactId contact) = 0;
    // Marks outgoing messages numbered `from` to `to`.
    virtual bool setFate(ContactId contact, std::uint64_t from, std::uint64_t to, Fate fate) = 0;
    // The contact has a new key, so both streams begin anew: what was acknowledged becomes Fate::Settled, what still
    // waits is numbered 1, 2, 3, ..., and the position is that of a stream with these messages and no epochs.
    virtual bool rebind(ContactId contact) = 0;
    // Outgoing, unacknowledged, written before `written` (age clock): the highest such number; 0: none.
    virtual std::uint64_t newestWrittenBefore(ContactId contact, std::uint64_t written) = 0;

    // The newest `limit` messages with ids below `before` (0: the end), oldest first.
    virtual std::vector<StoredMessage> history(ContactId contact, MessageId before, std::size_t limit) = 0;
    // Incoming messages after `after`, and the first `limit` of them.
    virtual std::uint64_t unreadCount(ContactId contact, MessageId after) = 0;
    virtual std::vector<StoredMessage> unread(ContactId contact, MessageId after, std::size_t limit) = 0;

    virtual std::optional<std::string> setting(const std::string& key) = 0;
    virtual bool putSetting(const std::string& key, const std::string& value) = 0;

    // Makes everything since the last commit durable; true at once when there is nothing. On false all of it
    // is taken back, and trouble() says why in words for the user ("the disk is full").
    virtual bool commit() = 0;
    virtual std::string trouble() const = 0;
    // Whether anything waits for commit(), and roughly how many bytes of it.
    virtual std::size_t uncommittedBytes() const = 0;
    // Drops the oldest messages beyond the bounds of the settings, a slice at a time; delivered ones only.
    virtual void trim() = 0;
};

} // namespace linnet::peer
