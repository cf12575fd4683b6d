// RFC 5802's messages are comma-separated attributes, each a letter, `=` and a value. The names below are the
// RFC's: AuthMessage is client-first-bare, server-first and client-final-without-proof with commas between.
#include "secure/Scram.h"

#include "wire/Limits.h"
#include "wire/Text.h"

#include <charconv>
#include <utility>

namespace linnet::secure {

namespace {

// Of both sides together: so much that any client's will do, so little that each message stays under
// wire::kMaxScram.
constexpr std::size_t kMaxNonce = 256;

std::string gs2HeaderFor(ByteView channelBinding)
{
    return channelBinding.empty() ? "n,," : "p=noise-hh,,";
}

// The value of `c=`: header and binding data.
std::string bindingText(std::string_view gs2Header, ByteView channelBinding)
{
    Bytes bytes = ByteView(gs2Header).copy();
    append(bytes, channelBinding);
    return base64(bytes);
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Takes an attribute off the front of `message`, with the comma behind it. False when the message doesn't
// begin with a well-formed one, or when nothing follows the comma.
bool takeAttribute(std::string_view& message, char& letter, std::string_view& value)
{
    if (message.size() < 3 || !isLetter(message[0]) || message[1] != '=') return false;
    std::size_t end = message.find(',');
    if (end == 2 || end + 1 == message.size()) return false;
    letter = message[0];
    value = message.substr(2, end == std::string_view::npos ? end : end - 2);
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
    return true;
}

bool takeAttributeOf(char expected, std::string_view& message, std::string_view& value)
{
    char letter = 0;
    return takeAttribute(message, letter, value) && letter == expected;
}

// Whether what is left are extensions that may be ignored. `m=` announces one that must not be.
bool onlyOptionalExtensions(std::string_view message)
{
    while (!message.empty()) {
        char letter = 0;
        std::string_view value;
        if (!takeAttribute(message, letter, value) || letter == 'm') return false;
    }
    return true;
}

bool isNonce(std::string_view nonce)
{
    return nonce.size() <= kMaxNonce &&
           std::all_of(nonce.begin(), nonce.end(), [](char c) { return c > ' ' && c <= '~' && c != ','; });
}

std::string toSaslName(std::string_view name)
{
    std::string escaped;
    for (char c : name) {
        if (c == ',')
            escaped += "=2C";
        else if (c == '=')
            escaped += "=3D";
        else
            escaped += c;
    }
    return escaped;
}

std::optional<std::string> fromSaslName(std::string_view escaped)
{
    if (!wire::isUtf8(escaped)) return std::nullopt;
    std::string name;
    while (!escaped.empty()) {
        std::string_view code = escaped.substr(0, 3);
        bool isEscape = escaped[0] == '=';
        if (isEscape && code != "=2C" && code != "=3D") return std::nullopt;
        name += !isEscape ? escaped[0] : code == "=2C" ? ',' : '=';
        escaped.remove_prefix(isEscape ? 3 : 1);
    }
    return name;
}

std::optional<std::uint32_t> iterationCount(std::string_view text)
{
    std::uint32_t count = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    bool number = error == std::errc() && end == text.data() + text.size() && text[0] != '0';
    if (!number || count < wire::kMinIterations || count > wire::kMaxIterations) return std::nullopt;
    return count;
}

Key clientKeyOf(const Key& saltedPassword)
{
    return hmacSha256(saltedPassword, ByteView(std::string_view("Client Key")));
}

Key serverKeyOf(const Key& saltedPassword)
{
    return hmacSha256(saltedPassword, ByteView(std::string_view("Server Key")));
}

Key exclusiveOr(const Key& a, const Key& b)
{
    Key result;
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = a[i] ^ b[i];
    return result;
}

void wipeText(std::string& secret)
{
    wipe(reinterpret_cast<Byte*>(secret.data()), secret.size());
    secret.clear();
}

} // namespace

ScramVerifier makeVerifier(std::string_view password, const Salt& salt, std::uint32_t iterations)
{
    Key salted = pbkdf2(password, salt, iterations);
    Key clientKey = clientKeyOf(salted);
    ScramVerifier verifier{salt, iterations, sha256(clientKey), serverKeyOf(salted)};
    wipe(clientKey);
    wipe(salted);
    return verifier;
}

bool isPassword(std::string_view password)
{
    if (password.size() < wire::kMinPassword || password.size() > wire::kMaxPassword) return false;
    if (!wire::isUtf8(password)) return false;
    unsigned char before = 0;
    for (unsigned char c : password) {
        bool c1 = before == 0xc2 && c < 0xa0; // U+0080 to U+009F
        if (c < 0x20 || c == 0x7f || c1) return false;
        before = c;
    }
    return true;
}

ScramVerifier unknownVerifier(const Key& secret, std::string_view name)
{
    Key digest = hmacSha256(secret, ByteView("unknown name " + wire::canonicalName(name)));
    ScramVerifier verifier;
    std::copy_n(digest.begin(), verifier.salt.size(), verifier.salt.begin());
    verifier.iterations = wire::kDefaultIterations;
    return verifier;
}

ScramClient::ScramClient(std::string_view name, std::string_view password, ByteView channelBinding,
                         std::string nonce)
    : password_(password),
      gs2Header_(gs2HeaderFor(channelBinding)),
      channelBinding_(channelBinding.copy()),
      nonce_(std::move(nonce)),
      first_(gs2Header_ + "n=" + toSaslName(name) + ",r=" + nonce_)
{
}

ScramClient::~ScramClient()
{
    wipeText(password_);
}

std::optional<std::string> ScramClient::final(std::string_view serverFirst)
{
    std::string_view left = serverFirst;
    std::string_view nonce;
    std::string_view saltText;
    std::string_view countText;
    if (!takeAttributeOf('r', left, nonce) || !takeAttributeOf('s', left, saltText) ||
        !takeAttributeOf('i', left, countText) || !onlyOptionalExtensions(left))
        return std::nullopt;
    bool extendsOurs = nonce.size() > nonce_.size() && nonce.substr(0, nonce_.size()) == nonce_;
    std::optional<Bytes> salt = fromBase64(saltText);
    std::optional<std::uint32_t> count = iterationCount(countText);
    if (!extendsOurs || !isNonce(nonce) || !salt || !count) return std::nullopt;

    std::string withoutProof = "c=" + bindingText(gs2Header_, channelBinding_) + ",r=" + std::string(nonce);
    std::string authMessage =
        first_.substr(gs2Header_.size()) + ',' + std::string(serverFirst) + ',' + withoutProof;
    Key salted = pbkdf2(password_, *salt, *count);
    Key clientKey = clientKeyOf(salted);
    Key proof = exclusiveOr(clientKey, hmacSha256(sha256(clientKey), ByteView(authMessage)));
    serverSignature_ = hmacSha256(serverKeyOf(salted), ByteView(authMessage));
    wipe(clientKey);
    wipe(salted);
    wipeText(password_);
    return withoutProof + ",p=" + base64(proof);
}

bool ScramClient::verify(std::string_view serverFinal) const
{
    std::string_view left = serverFinal;
    std::string_view signature;
    if (!serverSignature_ || !takeAttributeOf('v', left, signature) || !onlyOptionalExtensions(left))
        return false;
    return equalInConstantTime(ByteView(signature), ByteView(base64(*serverSignature_)));
}

ScramServer::ScramServer(ByteView channelBinding, std::string nonce)
    : channelBinding_(channelBinding.copy()),
      gs2Header_(gs2HeaderFor(channelBinding)),
      nonce_(std::move(nonce))
{
}

std::optional<std::string> ScramServer::start(std::string_view clientFirst)
{
    if (clientFirst.substr(0, gs2Header_.size()) != gs2Header_) return std::nullopt;
    std::string_view bare = clientFirst.substr(gs2Header_.size());
    std::string_view left = bare;
    std::string_view nameText;
    std::string_view nonce;
    if (!takeAttributeOf('n', left, nameText) || !takeAttributeOf('r', left, nonce) ||
        !onlyOptionalExtensions(left))
        return std::nullopt;
    std::string both = std::string(nonce) + nonce_;
    std::optional<std::string> name = fromSaslName(nameText);
    if (!name || !isNonce(both)) return std::nullopt;
    clientFirstBare_ = bare;
    nonce_ = both;
    return name;
}

std::string ScramServer::challenge(const ScramVerifier& verifier)
{
    verifier_ = verifier;
    serverFirst_ =
        "r=" + nonce_ + ",s=" + base64(verifier.salt) + ",i=" + std::to_string(verifier.iterations);
    return serverFirst_;
}

std::optional<std::string> ScramServer::finish(std::string_view clientFinal)
{
    std::string serverFirst = std::exchange(serverFirst_, {});
    std::size_t proofAt = clientFinal.rfind(",p=");
    if (serverFirst.empty() || proofAt == std::string_view::npos) return std::nullopt;
    std::string_view withoutProof = clientFinal.substr(0, proofAt);
    std::string_view left = withoutProof;
    std::string_view binding;
    std::string_view nonce;
    if (!takeAttributeOf('c', left, binding) || !takeAttributeOf('r', left, nonce) ||
        !onlyOptionalExtensions(left))
        return std::nullopt;
    std::optional<Bytes> proof = fromBase64(clientFinal.substr(proofAt + 3));
    bool bound = equalInConstantTime(ByteView(binding), ByteView(bindingText(gs2Header_, channelBinding_)));
    if (!bound || !equalInConstantTime(ByteView(nonce), ByteView(nonce_)) || !proof) return std::nullopt;

    Key clientProof{};
    if (proof->size() != clientProof.size()) return std::nullopt;
    std::copy(proof->begin(), proof->end(), clientProof.begin());
    std::string authMessage = clientFirstBare_ + ',' + serverFirst + ',' + std::string(withoutProof);
    Key clientKey = exclusiveOr(clientProof, hmacSha256(verifier_.storedKey, ByteView(authMessage)));
    if (!equalInConstantTime(sha256(clientKey), verifier_.storedKey)) return std::nullopt;
    return "v=" + base64(hmacSha256(verifier_.serverKey, ByteView(authMessage)));
}

} // namespace linnet::secure
