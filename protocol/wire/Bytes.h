// The byte types the whole protocol is written in: owned bytes, borrowed bytes, and keys.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace linnet::wire {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;

// Fixed-size values, told apart by name where they are used.
using Key = std::array<Byte, 32>;       // an X25519 or Ed25519 public key, or a symmetric key
using Signature = std::array<Byte, 64>; // Ed25519, RFC 8032
using Digest8 = std::array<Byte, 8>;    // the first 8 bytes of a SHA-256
using Salt = std::array<Byte, 16>;
using SessionId = std::array<Byte, 8>;

// Bytes that belong to someone else. Valid as long as their owner leaves them alone.
class ByteView
{
public:
    constexpr ByteView() = default;
    constexpr ByteView(const Byte* data, std::size_t size) : data_(data), size_(size) {}
    ByteView(const Bytes& bytes) : data_(bytes.data()), size_(bytes.size()) {}
    template <std::size_t N>
    constexpr ByteView(const std::array<Byte, N>& bytes) : data_(bytes.data()), size_(N)
    {
    }
    explicit ByteView(std::string_view text)
        : data_(reinterpret_cast<const Byte*>(text.data())), size_(text.size())
    {
    }

    constexpr const Byte* data() const { return data_; }
    constexpr std::size_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr const Byte* begin() const { return data_; }
    constexpr const Byte* end() const { return data_ + size_; }
    constexpr Byte operator[](std::size_t i) const { return data_[i]; }

    // The first `count` bytes, and all but the first `count`. REQUIRES: count <= size().
    constexpr ByteView first(std::size_t count) const { return {data_, count}; }
    constexpr ByteView from(std::size_t count) const { return {data_ + count, size_ - count}; }

    std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
    Bytes copy() const { return Bytes(begin(), end()); }

private:
    const Byte* data_ = nullptr;
    std::size_t size_ = 0;
};

inline bool operator==(ByteView a, ByteView b)
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}
inline bool operator!=(ByteView a, ByteView b)
{
    return !(a == b);
}

inline void append(Bytes& to, ByteView from)
{
    to.insert(to.end(), from.begin(), from.end());
}

template <std::size_t N>
bool isZero(const std::array<Byte, N>& bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](Byte b) { return b == 0; });
}

} // namespace linnet::wire
