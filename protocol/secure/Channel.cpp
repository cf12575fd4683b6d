// The greeting and handshake half of Channel reads one item at a time into input_ (a greeting, a record's
// length, a record), never more than the item needs; the open half takes whatever comes.
#include "secure/Channel.h"

#include "wire/ByteReader.h"

#include <cassert>
#include <tuple>

namespace linnet::secure {

using wire::Greeting;
using wire::GreetingBytes;
using wire::kMaxPlaintext;
using wire::kTagSize;
using wire::Role;

namespace {

constexpr std::size_t kLengthSize = 2;
constexpr std::uint64_t kMaxRecords = std::uint64_t{1} << 32; // each way, far below what the cipher allows

// REQUIRES: at least kLengthSize bytes.
std::size_t recordSize(ByteView bytes)
{
    return static_cast<std::size_t>(bytes[0] << 8 | bytes[1]);
}

void putRecordSize(Byte* at, std::size_t size)
{
    at[0] = static_cast<Byte>(size >> 8);
    at[1] = static_cast<Byte>(size);
}

// Empties a buffer; what a burst has made of it goes back to the heap.
void release(Bytes& buffer)
{
    buffer.clear();
    if (buffer.capacity() > Channel::kIdleBuffer) Bytes().swap(buffer);
}

// How many of the first `limit` bytes are whole packets.
std::size_t wholePackets(ByteView packets, std::size_t limit)
{
    std::size_t whole = 0;
    for (wire::ByteReader reader(packets); reader.left() > 0;) {
        std::uint8_t type = 0;
        std::uint64_t size = 0;
        reader.u8(type);
        reader.varint(size);
        reader.take(static_cast<std::size_t>(size));
        std::size_t end = packets.size() - reader.left();
        if (!reader.ok() || end > limit) break;
        whole = end;
    }
    return whole;
}

} // namespace

struct Channel::Handshake
{
    Handshake(const Setup& theSetup, Random& theRandom) : setup(theSetup), random(theRandom) {}

    bool dials() const { return setup.side == Side::Dialler; }

    Setup setup;
    Random& random;
    KeyPair ephemeral;
    std::optional<NoiseHandshake> noise; // once both greetings are known
};

Channel::Channel(const Setup& setup, Random& random) : handshake_(std::make_unique<Handshake>(setup, random))
{
    if (handshake_->dials()) startDialling();
}

Channel::~Channel() = default;

// The first message is the ephemeral key and nothing else, so it need not wait for the other greeting.
void Channel::startDialling()
{
    handshake_->ephemeral = makeKeyPair(handshake_->random);
    append(output_, encode(Greeting{handshake_->setup.role}));
    output_.resize(output_.size() + kLengthSize);
    putRecordSize(output_.data() + output_.size() - kLengthSize, handshake_->ephemeral.publicKey.size());
    append(output_, handshake_->ephemeral.publicKey);
}

void Channel::receive(ByteView bytes)
{
    if (failure_ != Failure::None) return;
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(inputTaken_));
    inputTaken_ = 0;
    while (handshake_ && !bytes.empty()) {
        std::size_t taken = std::min(missing(), bytes.size());
        append(input_, bytes.first(taken));
        bytes = bytes.from(taken);
        takeHandshakeBytes();
    }
    if (open_) append(input_, bytes);
}

// How many bytes the item in input_ still needs. Never 0: takeHandshakeBytes() leaves no complete item
// behind.
std::size_t Channel::missing() const
{
    if (!remoteGreeting_) return wire::kGreetingSize - input_.size();
    if (input_.size() < kLengthSize) return kLengthSize - input_.size();
    return kLengthSize + recordSize(input_) - input_.size();
}

void Channel::takeHandshakeBytes()
{
    if (!remoteGreeting_) {
        if (input_.size() == wire::kGreetingSize) takeGreeting();
        return;
    }
    if (input_.size() < kLengthSize) return;
    std::size_t size = recordSize(input_);
    if (size > wire::kMaxHandshakeRecord) return fail(Failure::TooLong);
    if (input_.size() == kLengthSize + size) takeMessage(ByteView(input_).from(kLengthSize));
}

void Channel::takeGreeting()
{
    GreetingBytes theirs;
    std::copy(input_.begin(), input_.end(), theirs.begin());
    input_.clear();
    remoteGreeting_ = wire::decodeGreeting(theirs);
    if (!remoteGreeting_) return fail(Failure::NotLinnet);
    Greeting ours{handshake_->setup.role};
    if (!handshake_->dials()) append(output_, encode(ours));
    if (handshake_->dials() && remoteGreeting_->role == Role::Refuses) return fail(Failure::Refused);
    if (remoteGreeting_->role != ours.role) return fail(Failure::OtherRole);
    if (!commonVersion(*remoteGreeting_, ours)) return fail(Failure::OtherVersion);
    startNoise(theirs);
}

// The prologue is the dialler's greeting, then the answerer's.
void Channel::startNoise(const GreetingBytes& theirs)
{
    Handshake& now = *handshake_;
    Bytes prologue;
    GreetingBytes ours = encode(Greeting{now.setup.role});
    append(prologue, now.dials() ? ours : theirs);
    append(prologue, now.dials() ? theirs : ours);
    if (!now.dials()) now.ephemeral = makeKeyPair(now.random);
    now.noise.emplace(now.dials() ? NoiseHandshake::Side::Initiator : NoiseHandshake::Side::Responder,
                      prologue, now.setup.staticKey, now.ephemeral);
    if (!now.dials()) return;
    Bytes alreadySent;
    if (!now.noise->write({}, alreadySent)) fail(Failure::BadHandshake);
}

void Channel::takeMessage(ByteView message)
{
    NoiseHandshake& noise = *handshake_->noise;
    const std::optional<Key>& expected = handshake_->setup.expectedKey;
    Bytes payload; // empty in this version; later ones may say something in it
    if (!noise.read(message, payload)) return fail(Failure::BadHandshake);
    input_.clear();
    if (handshake_->dials() && expected && *expected != *noise.remoteKey())
        return fail(Failure::UnexpectedKey);
    if (!noise.done() && !writeMessage()) return fail(Failure::BadHandshake);
    if (noise.done()) becomeOpen();
}

bool Channel::writeMessage()
{
    std::size_t at = output_.size();
    output_.resize(at + kLengthSize);
    if (!handshake_->noise->write({}, output_)) {
        output_.resize(at);
        return false;
    }
    putRecordSize(output_.data() + at, output_.size() - at - kLengthSize);
    return true;
}

void Channel::becomeOpen()
{
    const NoiseHandshake& noise = *handshake_->noise;
    remoteKey_ = *noise.remoteKey();
    handshakeHash_ = noise.handshakeHash();
    std::tie(sending_, receiving_) = noise.split();
    handshake_.reset();
    release(input_);
    open_ = true;
    flush();
}

bool Channel::nextRecord(ByteView& plaintext)
{
    if (!open_ || failure_ != Failure::None) return false;
    ByteView left = ByteView(input_).from(inputTaken_);
    if (left.empty()) {
        release(input_);
        inputTaken_ = 0;
        return false;
    }
    if (left.size() < kLengthSize) return false;
    std::size_t size = recordSize(left);
    if (size > wire::kMaxRecord || size < kTagSize) {
        fail(size < kTagSize ? Failure::BadRecord : Failure::TooLong);
        return false;
    }
    if (left.size() < kLengthSize + size) return false;
    Byte* sealed = input_.data() + inputTaken_ + kLengthSize;
    if (receiving_.used() >= kMaxRecords || !receiving_.openInPlace({}, sealed, size)) {
        fail(receiving_.used() >= kMaxRecords ? Failure::Exhausted : Failure::BadRecord);
        return false;
    }
    inputTaken_ += kLengthSize + size;
    plaintext = {sealed, size - kTagSize};
    return true;
}

void Channel::flush()
{
    if (!open_ || failure_ != Failure::None || plaintext_.empty()) return;
    if (outputSent_ > output_.size() / 2) {
        output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(outputSent_));
        outputSent_ = 0;
    }
    ByteView left = plaintext_;
    while (!left.empty()) {
        std::size_t size = left.size() <= kMaxPlaintext ? left.size() : wholePackets(left, kMaxPlaintext);
        if (!sealRecord(left.first(size))) return;
        left = left.from(size);
    }
    release(plaintext_);
}

bool Channel::sealRecord(ByteView packets)
{
    assert(!packets.empty()); // else a packet fits no record
    if (packets.empty() || sending_.used() >= kMaxRecords) {
        fail(packets.empty() ? Failure::TooLong : Failure::Exhausted);
        return false;
    }
    std::size_t at = output_.size();
    output_.resize(at + kLengthSize);
    putRecordSize(output_.data() + at, packets.size() + kTagSize);
    sending_.seal({}, packets, output_);
    return true;
}

ByteView Channel::output() const
{
    return ByteView(output_).from(outputSent_);
}

void Channel::sent(std::size_t count)
{
    assert(count <= output().size());
    outputSent_ += count;
    if (outputSent_ < output_.size()) return;
    release(output_);
    outputSent_ = 0;
}

GreetingBytes Channel::refusal()
{
    return encode(Greeting{Role::Refuses});
}

void Channel::fail(Failure failure)
{
    failure_ = failure;
    open_ = false;
    handshake_.reset();
    release(input_);
    release(plaintext_);
}

const char* describe(Channel::Failure failure)
{
    switch (failure) {
    case Channel::Failure::None:
        return "nothing is wrong";
    case Channel::Failure::NotLinnet:
        return "it is not a Linnet program";
    case Channel::Failure::OtherRole:
        return "it is another kind of Linnet program than expected";
    case Channel::Failure::OtherVersion:
        return "it speaks another version of the protocol";
    case Channel::Failure::Refused:
        return "it has no room for another connection";
    case Channel::Failure::TooLong:
        return "a record was over the limit";
    case Channel::Failure::BadHandshake:
        return "the handshake was malformed or tampered with";
    case Channel::Failure::UnexpectedKey:
        return "it has another key than expected";
    case Channel::Failure::BadRecord:
        return "a record was tampered with";
    case Channel::Failure::Exhausted:
        return "the session is used up";
    }
    return "unknown";
}

} // namespace linnet::secure
