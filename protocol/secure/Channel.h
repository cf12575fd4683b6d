// An encrypted connection without the connection: greetings, Noise handshake and records over bytes that
// someone else carries. What is queued between two flushes shares records and tags. PROTOCOL.md section 3 is
// its text.
//
//   socket bytes -> receive() -> nextRecord()          output() -> socket, sent(n)
//   packets -> plaintext() -> flush() -> output()
//
// Heap: about 1 KB until it is open, whatever the other side sends; at most three times kIdleBuffer once it
// is open and idle; in between what is queued and what was received but not yet taken with nextRecord().
#pragma once

#include "secure/NoiseHandshake.h"
#include "wire/Greeting.h"
#include "wire/Limits.h"

#include <memory>
#include <optional>

namespace linnet::secure {

class Channel
{
public:
    enum class Side { Dialler, Answerer };

    // Why a channel has failed; the texts are in describe().
    enum class Failure {
        None,
        NotLinnet,     // the magic is missing
        OtherRole,     // for example a registry where a peer was expected
        OtherVersion,  // no version in common
        Refused,       // the other side has no room
        TooLong,       // a record over the limit; theirs, or a packet of ours that fits none
        BadHandshake,  // malformed, or tampered with
        UnexpectedKey, // not the key that was expected here; our own identity was not shown
        BadRecord,     // a tag that does not hold
        Exhausted,     // 2^32 records: dial anew
    };

    struct Setup
    {
        Side side = Side::Dialler;
        wire::Role role = wire::Role::PeerPeer;
        KeyPair staticKey;
        std::optional<Key> expectedKey; // a dialler's: any other key ends the handshake before message 3
    };

    // What an idle channel keeps of each of its three buffers, at most, in bytes: short packets come and go
    // without an allocation.
    static constexpr std::size_t kIdleBuffer = 256;

    // A dialler's greeting and first message are in output() at once. `random` must live until the channel is
    // open.
    Channel(const Setup& setup, Random& random);
    ~Channel();

    // Takes bytes as they came. What they complete becomes visible through open(), failure() and
    // nextRecord(), which is to be called until it says false before more is received. After a failure, bytes
    // are dropped; output() may then still hold the greeting that tells the other side why.
    void receive(ByteView bytes);

    // Handshake finished and no failure since: packets may flow, remoteKey() and handshakeHash() are known.
    bool open() const { return open_; }
    Failure failure() const { return failure_; }
    const Key& remoteKey() const { return remoteKey_; }
    const Key& handshakeHash() const { return handshakeHash_; }
    // What the other side's greeting said, once it has come.
    const std::optional<wire::Greeting>& remoteGreeting() const { return remoteGreeting_; }

    // The next complete record's plaintext, decrypted in place; valid until the next call of receive() or
    // nextRecord(). False when there is none yet, or after a failure.
    bool nextRecord(ByteView& plaintext);

    // Where packets to be sent are appended; sealed by flush(). Each packet must fit a record whole, with at
    // most kMaxPlaintext bytes; packets are kept whole: flush() cuts between them only. May be filled before
    // open().
    Bytes& plaintext() { return plaintext_; }
    void flush();

    // Bytes ready for the socket, and how many of them it has taken.
    ByteView output() const;
    void sent(std::size_t count);

    // Bytes this channel holds for the other side: sealed and not yet sealed.
    std::size_t queued() const { return plaintext_.size() + output().size(); }

    // As an answerer that has no room: the only bytes to send before closing.
    static wire::GreetingBytes refusal();

private:
    struct Handshake; // what is only needed until the channel opens

    void startDialling();
    std::size_t missing() const;
    void takeHandshakeBytes();
    void takeGreeting();
    void takeMessage(ByteView message);
    void startNoise(const wire::GreetingBytes& theirs);
    bool writeMessage();
    void becomeOpen();
    bool sealRecord(ByteView packets);
    void fail(Failure failure);

    std::unique_ptr<Handshake> handshake_;
    bool open_ = false;
    Failure failure_ = Failure::None;
    std::optional<wire::Greeting> remoteGreeting_;
    Key remoteKey_{};
    Key handshakeHash_{};
    CipherState sending_;
    CipherState receiving_;
    Bytes input_;                // until open: the greeting or record that is being received, so far
    std::size_t inputTaken_ = 0; // by nextRecord()
    Bytes plaintext_;
    Bytes output_;
    std::size_t outputSent_ = 0;
};

// A sentence fragment for logs and users: "it is not a Linnet program".
const char* describe(Channel::Failure failure);

} // namespace linnet::secure
