// The nonce is the type, three zeros and the counter, big-endian as in the header.
#include "secure/DatagramSeal.h"

#include "wire/ByteReader.h"

#include <cassert>

namespace linnet::secure {

using wire::DatagramHeader;
using wire::kDatagramHeader;
using wire::kMaxDatagram;
using wire::kTagSize;

namespace {

constexpr std::size_t kCounterAt = 9;

std::array<Byte, kDatagramHeader> encodeHeader(const DatagramHeader& header)
{
    std::array<Byte, kDatagramHeader> bytes;
    bytes[0] = static_cast<Byte>(header.type);
    std::copy(header.session.begin(), header.session.end(), bytes.begin() + 1);
    for (unsigned i = 0; i < 8; ++i)
        bytes[kCounterAt + i] = static_cast<Byte>(header.counter >> (56 - 8 * i));
    return bytes;
}

Nonce nonceOf(ByteView header)
{
    Nonce nonce{};
    nonce[0] = header[0];
    std::copy(header.begin() + kCounterAt, header.begin() + kDatagramHeader, nonce.begin() + 4);
    return nonce;
}

bool sizeFits(std::size_t size)
{
    return size >= kDatagramHeader + kTagSize && size <= kMaxDatagram;
}

} // namespace

SessionKeys sessionKeys(const Key& secret, const wire::SessionId& session)
{
    Sha512 both = hmacSha512(secret, session);
    SessionKeys keys;
    std::copy_n(both.begin(), keys.up.size(), keys.up.begin());
    std::copy_n(both.begin() + keys.up.size(), keys.down.size(), keys.down.begin());
    return keys;
}

void sealDatagram(const DatagramHeader& header, const Key& key, ByteView body, Bytes& to)
{
    assert(sizeFits(kDatagramHeader + body.size() + kTagSize));
    std::array<Byte, kDatagramHeader> bytes = encodeHeader(header);
    append(to, bytes);
    seal(key, nonceOf(bytes), bytes, body, to);
}

std::optional<DatagramHeader> peekDatagram(ByteView datagram)
{
    if (!sizeFits(datagram.size())) return std::nullopt;
    DatagramHeader header;
    wire::ByteReader reader(datagram);
    reader.enumeration(header.type);
    reader.fixed(header.session);
    reader.u64(header.counter);
    return header;
}

std::optional<ByteView> openDatagram(const Key& key, Byte* datagram, std::size_t size)
{
    if (!sizeFits(size)) return std::nullopt;
    ByteView header(datagram, kDatagramHeader);
    Byte* sealed = datagram + kDatagramHeader;
    std::size_t sealedSize = size - kDatagramHeader;
    if (!openInPlace(key, nonceOf(header), header, sealed, sealedSize)) return std::nullopt;
    return ByteView(sealed, sealedSize - kTagSize);
}

} // namespace linnet::secure
