// Digests, HMAC, key derivation, random bytes and base64. Ciphers and curves are in the other Primitives*.cpp
// files.
#include "secure/Primitives.h"

#include "secure/OpenSsl.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <climits>

namespace linnet::secure {

using namespace openssl;

namespace {

// One hash function with what computes it, bare and keyed.
class Hash
{
public:
    explicit Hash(const char* name)
        : digest_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new())
    {
        must(digest_ && context_);
        Mac hmac(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
        must(hmac != nullptr);
        mac_.reset(EVP_MAC_CTX_new(hmac.get()));
        std::string digestName = name;
        OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digestName.data(), 0),
            OSSL_PARAM_construct_end(),
        };
        must(mac_ && EVP_MAC_CTX_set_params(mac_.get(), parameters) == 1);
    }

    const EVP_MD* digest() const { return digest_.get(); }

    template <std::size_t N>
    std::array<Byte, N> of(ByteView data, ByteView more = {})
    {
        std::array<Byte, N> result;
        unsigned size = 0;
        must(EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) == 1 &&
             EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1 &&
             EVP_DigestUpdate(context_.get(), more.data(), more.size()) == 1 &&
             EVP_DigestFinal_ex(context_.get(), result.data(), &size) == 1 && size == N);
        return result;
    }

    template <std::size_t N>
    std::array<Byte, N> hmac(ByteView key, ByteView data)
    {
        static const Byte kNoKey = 0; // a null pointer would mean "the key of before"
        std::array<Byte, N> result;
        std::size_t size = 0;
        must(EVP_MAC_init(mac_.get(), key.empty() ? &kNoKey : key.data(), key.size(), nullptr) == 1 &&
             EVP_MAC_update(mac_.get(), data.data(), data.size()) == 1 &&
             EVP_MAC_final(mac_.get(), result.data(), &size, N) == 1 && size == N);
        return result;
    }

private:
    Digest digest_;
    DigestContext context_;
    MacContext mac_;
};

Hash& sha256Hash()
{
    static Hash hash("SHA256");
    return hash;
}

Hash& sha512Hash()
{
    static Hash hash("SHA512");
    return hash;
}

} // namespace

Key sha256(ByteView data, ByteView more)
{
    return sha256Hash().of<32>(data, more);
}
Sha512 sha512(ByteView data)
{
    return sha512Hash().of<64>(data);
}
Key hmacSha256(ByteView key, ByteView data)
{
    return sha256Hash().hmac<32>(key, data);
}
Sha512 hmacSha512(ByteView key, ByteView data)
{
    return sha512Hash().hmac<64>(key, data);
}

Digest8 digest8(ByteView data)
{
    Key whole = sha256(data);
    Digest8 digest;
    std::copy_n(whole.begin(), digest.size(), digest.begin());
    return digest;
}

HkdfPair hkdf2(const Key& chainingKey, ByteView input)
{
    Key temporary = hmacSha256(chainingKey, input);
    HkdfPair pair;
    pair.first = hmacSha256(temporary, std::array<Byte, 1>{1});
    std::array<Byte, 33> second;
    std::copy(pair.first.begin(), pair.first.end(), second.begin());
    second.back() = 2;
    pair.second = hmacSha256(temporary, second);
    wipe(second);
    wipe(temporary);
    return pair;
}

Key pbkdf2(std::string_view password, ByteView salt, std::uint32_t iterations)
{
    must(iterations > 0 && iterations <= INT_MAX);
    Key key;
    must(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                           static_cast<int>(salt.size()), static_cast<int>(iterations), sha256Hash().digest(),
                           static_cast<int>(key.size()), key.data()) == 1);
    return key;
}

bool equalInConstantTime(ByteView a, ByteView b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(Byte* data, std::size_t size)
{
    OPENSSL_cleanse(data, size);
}

void SystemRandom::fill(Byte* to, std::size_t size)
{
    must(RAND_bytes(to, static_cast<int>(size)) == 1);
}

std::string base64(ByteView data)
{
    std::string text((data.size() + 2) / 3 * 4 + 1, '\0'); // EVP_EncodeBlock ends its text with a zero byte
    text.resize(static_cast<std::size_t>(
        EVP_EncodeBlock(reinterpret_cast<Byte*>(text.data()), data.data(), static_cast<int>(data.size()))));
    return text;
}

std::optional<Bytes> fromBase64(std::string_view text)
{
    if (text.size() % 4 != 0) return std::nullopt;
    Bytes data(text.size() / 4 * 3);
    int size = EVP_DecodeBlock(data.data(), reinterpret_cast<const Byte*>(text.data()),
                               static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
        ++padding;
    data.resize(static_cast<std::size_t>(size) - std::min(padding, static_cast<std::size_t>(size)));
    // EVP_DecodeBlock lets white space and stray bits pass.
    if (base64(data) != text) return std::nullopt;
    return data;
}

} // namespace linnet::secure
