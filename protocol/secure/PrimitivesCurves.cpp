// X25519 and Ed25519.
#include "secure/Primitives.h"

#include "secure/OpenSsl.h"

#include <openssl/core_names.h>

namespace linnet::secure {

using namespace openssl;

namespace {

PrivateOrPublicKey privateKey(int type, const Key& secret)
{
    PrivateOrPublicKey key(EVP_PKEY_new_raw_private_key(type, nullptr, secret.data(), secret.size()));
    must(key != nullptr);
    return key;
}

Key publicHalf(int type, const Key& secret)
{
    Key result;
    std::size_t size = result.size();
    must(EVP_PKEY_get_raw_public_key(privateKey(type, secret).get(), result.data(), &size) == 1);
    return result;
}

// With both halves given OpenSSL does not work out the public one.
PrivateOrPublicKey import(const KeyPair& pair)
{
    static KeyContext context = [] {
        KeyContext made(EVP_PKEY_CTX_new_from_name(nullptr, "X25519", nullptr));
        must(made && EVP_PKEY_fromdata_init(made.get()) == 1);
        return made;
    }();
    KeyPair copy = pair; // OSSL_PARAM takes no pointer to const
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, copy.secret.data(), copy.secret.size()),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy.publicKey.data(),
                                          copy.publicKey.size()),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY* imported = nullptr;
    must(EVP_PKEY_fromdata(context.get(), &imported, EVP_PKEY_KEYPAIR, parameters) == 1);
    return PrivateOrPublicKey(imported);
}

} // namespace

KeyPair makeKeyPair(Random& random)
{
    Key secret;
    random.fill(secret.data(), secret.size());
    KeyPair pair = keyPairFromSecret(secret);
    wipe(secret);
    return pair;
}

KeyPair keyPairFromSecret(const Key& secret)
{
    KeyPair pair;
    pair.secret = secret;
    pair.publicKey = publicHalf(EVP_PKEY_X25519, secret);
    return pair;
}

std::optional<Key> x25519(const KeyPair& ours, const Key& theirs)
{
    PrivateOrPublicKey own = import(ours);
    PrivateOrPublicKey peer(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, theirs.data(), theirs.size()));
    KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own.get(), nullptr));
    must(peer && context && EVP_PKEY_derive_init(context.get()) == 1 &&
         EVP_PKEY_derive_set_peer_ex(context.get(), peer.get(), 0) == 1);
    Key shared{};
    std::size_t size = shared.size();
    if (EVP_PKEY_derive(context.get(), shared.data(), &size) != 1 || wire::isZero(shared))
        return std::nullopt;
    return shared;
}

Key signingKeyFromSeed(const Key& seed)
{
    return publicHalf(EVP_PKEY_ED25519, seed);
}

Signature sign(const Key& seed, ByteView message)
{
    PrivateOrPublicKey key = privateKey(EVP_PKEY_ED25519, seed);
    DigestContext context(EVP_MD_CTX_new());
    Signature signature;
    std::size_t size = signature.size();
    must(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1);
    return signature;
}

bool verify(const Key& signingKey, ByteView message, const Signature& signature)
{
    PrivateOrPublicKey key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, signingKey.data(), signingKey.size()));
    DigestContext context(EVP_MD_CTX_new());
    must(key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
    return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
}

} // namespace linnet::secure
