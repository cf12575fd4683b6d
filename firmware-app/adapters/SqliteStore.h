// The store of one account in SQLite. See SqliteSchema.cpp for the tables and SqliteDatabase.h for the file.
//
// Positions of streams live in memory too: reading one never fails, and those that changed are written once
// per commit, however many messages it holds. What a position tells (delivered or not) is not written into
// the messages.
#pragma once

#include "adapters/SqliteDatabase.h"
#include "adapters/SqliteQuery.h"
#include "core/Store.h"

#include <map>
#include <memory>

namespace linnet::peer {

// Settings the store itself obeys, as decimal numbers.
constexpr const char* kSettingMinFree = "disk.minFreeBytes";        // below it no message is taken; 4 MiB
constexpr const char* kSettingHistoryMessages = "history.messages"; // per contact; 10,000
constexpr const char* kSettingHistoryDays = "history.days";         // 0: however old

class SqliteStore final : public Store
{
public:
    // As SqliteDatabase::open().
    static std::unique_ptr<SqliteStore> open(const std::string& path, Durability durability,
                                             std::string& words);
    // What was not committed is gone, as after a crash.
    ~SqliteStore() override;

    std::vector<Contact> contacts() override;
    bool put(Contact& contact) override;
    bool remove(ContactId contact) override;

    StreamPosition position(ContactId contact) override;
    bool put(ContactId contact, const StreamPosition& position) override;

    bool add(ContactId contact, StoredMessage& message) override;
    std::vector<StoredMessage> sendable(ContactId contact, std::uint64_t from, std::size_t limit) override;
    std::uint64_t lowestSendable(ContactId contact) override;
    std::optional<wire::Digest8> digest(ContactId contact, bool outgoing, std::uint64_t number) override;
    OutboxSize outbox(ContactId contact) override;
    bool setFate(ContactId contact, std::uint64_t from, std::uint64_t to, Fate fate) override;
    bool rebind(ContactId contact) override;
    std::uint64_t newestWrittenBefore(ContactId contact, std::uint64_t written) override;

    std::vector<StoredMessage> history(ContactId contact, MessageId before, std::size_t limit) override;
    std::uint64_t unreadCount(ContactId contact, MessageId after) override;
    std::vector<StoredMessage> unread(ContactId contact, MessageId after, std::size_t limit) override;

    std::optional<std::string> setting(const std::string& key) override;
    bool putSetting(const std::string& key, const std::string& value) override;

    bool commit() override;
    std::string trouble() const override { return trouble_; }
    std::size_t uncommittedBytes() const override;
    void trim() override;

private:
    // What is known of a contact's messages without asking the file. All but the position can be found again.
    struct Conversation
    {
        StreamPosition position;
        // The outgoing row handed out last by sendable(): the next ones follow it.
        MessageId sentRow = 0;
        std::uint64_t sentNumber = 0;
        std::optional<std::uint64_t> lowest;
        std::optional<OutboxSize> outbox;
        std::optional<std::uint64_t> held; // messages of both directions
    };
    struct Bounds
    {
        std::uint64_t minFree = 4 << 20;
        std::uint64_t messages = 10000;
        std::uint64_t days = 0;
    };

    explicit SqliteStore(std::unique_ptr<SqliteDatabase> database);
    int load();
    void loadBounds();

    // Before and after each write. begin() is false when nothing can be written; wrote() and failed() pass
    // on.
    bool begin();
    bool wrote(int result, std::size_t bytes);
    bool failed(int result);
    bool failed(std::string words);
    void note(int result);
    Conversation& conversation(ContactId contact);
    void rememberPosition(ContactId contact);
    bool writePositions();
    bool commitAll();
    void rollBack();

    MessageId rowBelow(ContactId contact, std::uint64_t number);
    std::vector<StoredMessage> read(SqliteQuery& query);
    std::uint64_t count(ContactId contact);
    std::uint64_t drop(ContactId contact, std::uint64_t rows, std::uint64_t writtenBefore);
    bool trimConversation(ContactId contact, Conversation& conversation);
    void shrink();

    std::unique_ptr<SqliteDatabase> database_;
    sqlite3* handle_;
    SqliteQuery begin_;
    SqliteQuery commit_;
    SqliteQuery rollBack_;
    SqliteQuery putPosition_;
    SqliteQuery add_;
    SqliteQuery sendable_;
    SqliteQuery rowBelow_;
    SqliteQuery digest_;

    std::map<ContactId, Conversation> conversations_;
    Conversation unknown_; // stands for those of contacts without streams
    // Positions as of the last commit of those changed since; nothing for a contact that had none.
    std::map<ContactId, std::optional<StreamPosition>> committed_;
    Bounds bounds_;
    std::uint64_t age_ = 0; // the newest `written`: the account's age as far as the messages tell
    ContactId trimmed_ = 0; // visited last by trim()
    std::size_t uncommitted_ = 0;
    bool grew_ = false;     // messages were added since the last commit
    bool poisoned_ = false; // a write failed and took others back: commit() has to say so
    bool damaged_ = false;
    std::string trouble_;
};

} // namespace linnet::peer
