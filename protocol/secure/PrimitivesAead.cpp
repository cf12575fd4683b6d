// ChaCha20-Poly1305. Two contexts serve every session: to set the key anew each time costs a tenth of a small
// seal, a context per session would cost 1 kB of heap.
#include "secure/Primitives.h"

#include "secure/OpenSsl.h"
#include "wire/Limits.h"

#include <openssl/core_names.h>

namespace linnet::secure {

using namespace openssl;
using wire::kTagSize;

namespace {

struct Aead
{
    Cipher cipher{EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr)};
    CipherContext sealing{EVP_CIPHER_CTX_new()};
    CipherContext opening{EVP_CIPHER_CTX_new()};

    Aead()
    {
        must(cipher && sealing && opening &&
             EVP_EncryptInit_ex2(sealing.get(), cipher.get(), nullptr, nullptr, nullptr) == 1 &&
             EVP_DecryptInit_ex2(opening.get(), cipher.get(), nullptr, nullptr, nullptr) == 1);
    }
};

Aead& aead()
{
    static Aead instance;
    return instance;
}

struct TagParameter
{
    explicit TagParameter(Byte* tag)
        : list{OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag, kTagSize),
               OSSL_PARAM_construct_end()}
    {
    }
    OSSL_PARAM list[2];
};

// Writes ciphertext and tag to `to`, which may be where `plaintext` is.
void sealTo(const Key& key, const Nonce& nonce, ByteView additional, ByteView plaintext, Byte* to)
{
    EVP_CIPHER_CTX* context = aead().sealing.get();
    TagParameter tag(to + plaintext.size());
    int size = 0;
    must(EVP_EncryptInit_ex2(context, nullptr, key.data(), nonce.data(), nullptr) == 1);
    if (!additional.empty())
        must(EVP_EncryptUpdate(context, nullptr, &size, additional.data(),
                               static_cast<int>(additional.size())) == 1);
    if (!plaintext.empty())
        must(EVP_EncryptUpdate(context, to, &size, plaintext.data(), static_cast<int>(plaintext.size())) ==
             1);
    must(EVP_EncryptFinal_ex(context, to + plaintext.size(), &size) == 1 &&
         EVP_CIPHER_CTX_get_params(context, tag.list) == 1);
}

} // namespace

void seal(const Key& key, const Nonce& nonce, ByteView additional, ByteView plaintext, Bytes& to)
{
    std::size_t at = to.size();
    to.resize(at + plaintext.size() + kTagSize);
    sealTo(key, nonce, additional, plaintext, to.data() + at);
}

void sealInPlace(const Key& key, const Nonce& nonce, ByteView additional, Byte* data, std::size_t size)
{
    sealTo(key, nonce, additional, {data, size}, data);
}

bool openInPlace(const Key& key, const Nonce& nonce, ByteView additional, Byte* sealed, std::size_t size)
{
    if (size < kTagSize) return false;
    std::size_t textSize = size - kTagSize;
    EVP_CIPHER_CTX* context = aead().opening.get();
    TagParameter tag(sealed + textSize);
    int written = 0;
    must(EVP_DecryptInit_ex2(context, nullptr, key.data(), nonce.data(), tag.list) == 1);
    if (!additional.empty())
        must(EVP_DecryptUpdate(context, nullptr, &written, additional.data(),
                               static_cast<int>(additional.size())) == 1);
    if (textSize > 0)
        must(EVP_DecryptUpdate(context, sealed, &written, sealed, static_cast<int>(textSize)) == 1);
    return EVP_DecryptFinal_ex(context, sealed + textSize, &written) == 1;
}

} // namespace linnet::secure
