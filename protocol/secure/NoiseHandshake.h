// One Noise_XX_25519_ChaChaPoly_SHA256 handshake (Noise revision 34, sections 5 and 7.5):
//
//   -> e
//   <- e, ee, s, es
//   -> s, se
//
// Bytes in, bytes out: it knows no records, sockets or time.
#pragma once

#include "secure/Primitives.h"

#include <optional>
#include <utility>

namespace linnet::secure {

// One direction of an open session: a key and a counter that is never used twice (section 5.1).
class CipherState
{
public:
    CipherState() = default;
    explicit CipherState(const Key& key) : key_(key) {}
    ~CipherState() { wipe(key_); }
    CipherState(const CipherState&) = default;
    CipherState& operator=(const CipherState&) = default;

    void seal(ByteView additional, ByteView plaintext, Bytes& to);
    [[nodiscard]] bool openInPlace(ByteView additional, Byte* sealed, std::size_t size);
    // How many were sealed or opened so far. What fails to open is not counted, and the caller ends the
    // session.
    std::uint64_t used() const { return counter_; }

private:
    Key key_{};
    std::uint64_t counter_ = 0;
};

class NoiseHandshake
{
public:
    enum class Side { Initiator, Responder };

    // The ephemeral pair must be fresh: it is a parameter for the published vectors' sake and so that an
    // initiator may send its first message before the prologue is known.
    NoiseHandshake(Side side, ByteView prologue, const KeyPair& staticKey, const KeyPair& ephemeral);
    ~NoiseHandshake() { wipe(chainingKey_); }

    // The next message of this side, with `payload` in it, appended to `to`.
    // REQUIRES: it is this side's turn. False when a shared secret came out as zeros.
    [[nodiscard]] bool write(ByteView payload, Bytes& to);
    // Takes the other side's next message and appends what was in it to `payload`; false, for good, when it
    // is malformed or was tampered with. REQUIRES: it is the other side's turn.
    [[nodiscard]] bool read(ByteView message, Bytes& payload);

    bool done() const { return messages_ == kMessages && !failed_; }
    // The other side's static key: known to the initiator after message 2, to the responder after message 3.
    const std::optional<Key>& remoteKey() const { return remoteStatic_; }
    // After done(): identifies this session alone; for channel binding (section 11.2).
    const Key& handshakeHash() const { return hash_; }
    // After done(): {sending, receiving} of this side.
    std::pair<CipherState, CipherState> split() const;

private:
    static constexpr unsigned kMessages = 3;

    // The tokens of section 7.1, each for both sides.
    void writeEphemeral(Bytes& to);
    [[nodiscard]] bool readEphemeral(ByteView& message);
    void writeStatic(Bytes& to);
    [[nodiscard]] bool readStatic(ByteView& message);
    [[nodiscard]] bool mixEe();
    [[nodiscard]] bool mixEs();
    [[nodiscard]] bool mixSe();

    [[nodiscard]] bool readTokens(ByteView& message);
    void mixHash(ByteView data);
    [[nodiscard]] bool mixDh(const KeyPair& ours, const Key& theirs);
    void encryptAndHash(ByteView plaintext, Bytes& to);
    [[nodiscard]] bool decryptAndHash(ByteView ciphertext, Bytes& plaintext);
    bool myTurn() const { return (messages_ % 2 == 0) == (side_ == Side::Initiator); }

    Side side_;
    KeyPair static_;
    KeyPair ephemeral_;
    Key remoteEphemeral_{};
    std::optional<Key> remoteStatic_;
    Key chainingKey_{};
    Key hash_{};
    std::optional<CipherState> cipher_;
    unsigned messages_ = 0; // written and read so far
    bool failed_ = false;
};

} // namespace linnet::secure
