// Ownership and error checks for the Primitives*.cpp files, the only ones that include this header.
#pragma once

#include <openssl/evp.h>

#include <cstdlib>
#include <memory>

namespace linnet::secure::openssl {

// For calls that only fail when memory is gone or OpenSSL lacks an algorithm: nothing sensible can follow.
inline void must(bool succeeded)
{
    if (!succeeded) std::abort();
}

template <auto Free>
struct Deleter
{
    template <class T>
    void operator()(T* object) const
    {
        Free(object);
    }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Deleter<Free>>;

using Digest = Owned<EVP_MD, EVP_MD_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Mac = Owned<EVP_MAC, EVP_MAC_free>;
using MacContext = Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using Cipher = Owned<EVP_CIPHER, EVP_CIPHER_free>;
using CipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using PrivateOrPublicKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

} // namespace linnet::secure::openssl
