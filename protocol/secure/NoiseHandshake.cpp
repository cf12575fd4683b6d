// The names are those of the Noise specification: h is hash_, ck is chainingKey_, s and e are static_ and
// ephemeral_.
#include "secure/NoiseHandshake.h"

#include "wire/Limits.h"

#include <cassert>

namespace linnet::secure {

using wire::kTagSize;

namespace {

// As long as a hash, so it is h and ck as it stands (section 5.2).
constexpr std::string_view kProtocolName = "Noise_XX_25519_ChaChaPoly_SHA256";
static_assert(kProtocolName.size() == std::tuple_size_v<Key>);

constexpr std::size_t kKeySize = std::tuple_size_v<Key>;

// Section 12.3: 32 bits of zeros, then the counter, little-endian.
Nonce nonceOf(std::uint64_t counter)
{
    Nonce nonce{};
    for (unsigned i = 0; i < 8; ++i)
        nonce[4 + i] = static_cast<Byte>(counter >> (8 * i));
    return nonce;
}

Key keyFrom(ByteView bytes)
{
    Key key;
    std::copy_n(bytes.begin(), key.size(), key.begin());
    return key;
}

} // namespace

void CipherState::seal(ByteView additional, ByteView plaintext, Bytes& to)
{
    secure::seal(key_, nonceOf(counter_++), additional, plaintext, to);
}

bool CipherState::openInPlace(ByteView additional, Byte* sealed, std::size_t size)
{
    if (!secure::openInPlace(key_, nonceOf(counter_), additional, sealed, size)) return false;
    ++counter_;
    return true;
}

NoiseHandshake::NoiseHandshake(Side side, ByteView prologue, const KeyPair& staticKey,
                               const KeyPair& ephemeral)
    : side_(side),
      static_(staticKey),
      ephemeral_(ephemeral),
      chainingKey_(keyFrom(ByteView(kProtocolName))),
      hash_(chainingKey_)
{
    mixHash(prologue);
}

bool NoiseHandshake::write(ByteView payload, Bytes& to)
{
    assert(!failed_ && messages_ < kMessages && myTurn());
    bool good = true;
    if (messages_ == 0)
        writeEphemeral(to);
    else if (messages_ == 1) {
        writeEphemeral(to);
        good = mixEe();
        if (good) writeStatic(to);
        good = good && mixEs();
    }
    else {
        writeStatic(to);
        good = mixSe();
    }
    failed_ = !good;
    if (failed_) return false;
    encryptAndHash(payload, to);
    ++messages_;
    return true;
}

bool NoiseHandshake::read(ByteView message, Bytes& payload)
{
    if (failed_) return false;
    assert(messages_ < kMessages && !myTurn());
    failed_ = !readTokens(message) || !decryptAndHash(message, payload);
    if (failed_)
        remoteStatic_.reset();
    else
        ++messages_;
    return !failed_;
}

bool NoiseHandshake::readTokens(ByteView& message)
{
    switch (messages_) {
    case 0:
        return readEphemeral(message);
    case 1:
        return readEphemeral(message) && mixEe() && readStatic(message) && mixEs();
    default:
        return readStatic(message) && mixSe();
    }
}

std::pair<CipherState, CipherState> NoiseHandshake::split() const
{
    assert(done());
    HkdfPair keys = hkdf2(chainingKey_, {});
    CipherState initiators(keys.first);
    CipherState responders(keys.second);
    wipe(keys.first);
    wipe(keys.second);
    if (side_ == Side::Initiator) return {initiators, responders};
    return {responders, initiators};
}

void NoiseHandshake::writeEphemeral(Bytes& to)
{
    append(to, ephemeral_.publicKey);
    mixHash(ephemeral_.publicKey);
}

bool NoiseHandshake::readEphemeral(ByteView& message)
{
    if (message.size() < kKeySize) return false;
    remoteEphemeral_ = keyFrom(message);
    message = message.from(kKeySize);
    mixHash(remoteEphemeral_);
    return true;
}

void NoiseHandshake::writeStatic(Bytes& to)
{
    encryptAndHash(static_.publicKey, to);
}

bool NoiseHandshake::readStatic(ByteView& message)
{
    Bytes key;
    if (message.size() < kKeySize + kTagSize) return false;
    if (!decryptAndHash(message.first(kKeySize + kTagSize), key)) return false;
    message = message.from(kKeySize + kTagSize);
    remoteStatic_ = keyFrom(key);
    return true;
}

bool NoiseHandshake::mixEe()
{
    return mixDh(ephemeral_, remoteEphemeral_);
}

bool NoiseHandshake::mixEs()
{
    return side_ == Side::Initiator ? mixDh(ephemeral_, *remoteStatic_) : mixDh(static_, remoteEphemeral_);
}

bool NoiseHandshake::mixSe()
{
    return side_ == Side::Initiator ? mixDh(static_, remoteEphemeral_) : mixDh(ephemeral_, *remoteStatic_);
}

// MixHash: h = SHA-256(h || data).
void NoiseHandshake::mixHash(ByteView data)
{
    hash_ = sha256(hash_, data);
}

// MixKey of a shared secret.
bool NoiseHandshake::mixDh(const KeyPair& ours, const Key& theirs)
{
    std::optional<Key> shared = x25519(ours, theirs);
    if (!shared) return false;
    HkdfPair keys = hkdf2(chainingKey_, *shared);
    chainingKey_ = keys.first;
    cipher_.emplace(keys.second);
    wipe(*shared);
    wipe(keys.first);
    wipe(keys.second);
    return true;
}

void NoiseHandshake::encryptAndHash(ByteView plaintext, Bytes& to)
{
    std::size_t at = to.size();
    if (cipher_)
        cipher_->seal(hash_, plaintext, to);
    else
        append(to, plaintext);
    mixHash(ByteView(to).from(at));
}

bool NoiseHandshake::decryptAndHash(ByteView ciphertext, Bytes& plaintext)
{
    std::size_t at = plaintext.size();
    append(plaintext, ciphertext);
    if (cipher_) {
        bool genuine = cipher_->openInPlace(hash_, plaintext.data() + at, ciphertext.size());
        plaintext.resize(genuine ? plaintext.size() - kTagSize : at);
        if (!genuine) return false;
    }
    mixHash(ciphertext);
    return true;
}

} // namespace linnet::secure
