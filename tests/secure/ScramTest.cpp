// SCRAM-SHA-256: the RFC's example, and every way in which an exchange must not succeed.
#include "secure/Scram.h"

#include "wire/Limits.h"

#include "Vectors.h"

using namespace linnet::secure;
using namespace linnet::test;

namespace {

constexpr std::uint32_t kIterations = linnet::wire::kMinIterations;
const Bytes kBinding(32, 0x42);
const Salt kSalt = {1, 2, 3};

// One exchange up to client-final, of a registry that knows `alice` with "correct horse".
struct Exchange
{
    explicit Exchange(std::string_view password = "correct horse", ByteView clientBinding = kBinding,
                      std::string_view name = "alice")
        : client(name, password, clientBinding, "clientnonce")
    {
    }

    bool start() { return server.start(client.first()).has_value(); }
    void runToFinal()
    {
        CHECK_TRUE(start());
        serverFirst = server.challenge(makeVerifier("correct horse", kSalt, kIterations));
        std::optional<std::string> final = client.final(serverFirst);
        CHECK_TRUE(final.has_value());
        clientFinal = *final;
    }

    ScramClient client;
    ScramServer server{kBinding, "servernonce"};
    std::string serverFirst;
    std::string clientFinal;
};

std::optional<std::string> startWith(const std::string& bare)
{
    ScramServer server(kBinding, "servernonce");
    return server.start("p=noise-hh,," + bare);
}

bool clientTakes(const std::string& serverFirst)
{
    return ScramClient("alice", "correct horse", kBinding, "clientnonce").final(serverFirst).has_value();
}

std::string serverFirstWith(const std::string& iterations)
{
    return "r=clientnonceX,s=AAAA,i=" + iterations;
}

} // namespace

TEST_GROUP(Scram){};

TEST(Scram, GivesTheMessagesOfRfc7677)
{
    Vectors vectors("scram_sha_256.txt");
    ScramClient client("user", "pencil", {}, "rOprNGfwEbeRWgbNEkqO");
    TEXT_EQUAL(vectors.text("rfc_client_first"), client.first());
    TEXT_EQUAL(vectors.text("rfc_client_final"), *client.final(vectors.text("rfc_server_first")));
    CHECK_TRUE(client.verify(vectors.text("rfc_server_final")));

    Salt salt = {0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e,
                 0xec, 0xa0, 0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81};
    ScramVerifier verifier = makeVerifier("pencil", salt, 4096);
    BYTES_EQUAL(vectors.key("stored_key"), verifier.storedKey);
    BYTES_EQUAL(vectors.key("server_key"), verifier.serverKey);
    ScramServer server({}, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
    TEXT_EQUAL("user", *server.start(vectors.text("rfc_client_first")));
    TEXT_EQUAL(vectors.text("rfc_server_first"), server.challenge(verifier));
    TEXT_EQUAL(vectors.text("rfc_server_final"), *server.finish(vectors.text("rfc_client_final")));
}

TEST(Scram, BindsTheExchangeToTheNoiseSession)
{
    Vectors vectors("scram_sha_256.txt");
    Bytes binding = vectors.bytes("channel_binding");
    ScramClient client("user", "pencil", binding, "rOprNGfwEbeRWgbNEkqO");
    TEXT_EQUAL(vectors.text("bound_client_first"), client.first());
    TEXT_EQUAL(vectors.text("bound_client_final"), *client.final(vectors.text("bound_server_first")));
    CHECK_TRUE(client.verify(vectors.text("bound_server_final")));
}

TEST(Scram, LetsTheRightPasswordInAndProvesTheRegistry)
{
    Exchange exchange;
    exchange.runToFinal();
    std::optional<std::string> serverFinal = exchange.server.finish(exchange.clientFinal);
    CHECK_TRUE(serverFinal.has_value());
    CHECK_TRUE(exchange.client.verify(*serverFinal));
}

TEST(Scram, RefusesTheWrongPassword)
{
    Exchange exchange("incorrect horse");
    exchange.runToFinal();
    CHECK_FALSE(exchange.server.finish(exchange.clientFinal).has_value());
}

TEST(Scram, RefusesAProofMadeForAnotherSession)
{
    Exchange exchange("correct horse", Bytes(32, 0x43));
    exchange.runToFinal();
    CHECK_FALSE(exchange.server.finish(exchange.clientFinal).has_value());
}

TEST(Scram, RefusesAnyOtherKindOfBinding)
{
    ScramServer server(kBinding, "servernonce");
    for (const char* header : {"n,,", "y,,", "p=tls-unique,,", "p=noise-hh,a=bob,", "p=noise-hh,", ""})
        CHECK_FALSE_TEXT(server.start(std::string(header) + "n=alice,r=abc").has_value(), header);
    CHECK_TRUE(server.start("p=noise-hh,,n=alice,r=abc").has_value());
}

TEST(Scram, RefusesAReplayedProof)
{
    Exchange first;
    first.runToFinal();
    CHECK_TRUE(first.server.finish(first.clientFinal).has_value());

    Exchange second;
    second.server = ScramServer(kBinding, "anothernonce");
    CHECK_TRUE(second.start());
    second.server.challenge(makeVerifier("correct horse", kSalt, kIterations));
    CHECK_FALSE(second.server.finish(first.clientFinal).has_value());
}

TEST(Scram, RefusesAForeignNonceEvenIfTheProofFits)
{
    for (std::string nonce : {"clientnonceservernonce", "clientnonceothernonce"}) {
        Exchange exchange;
        exchange.runToFinal();
        std::size_t nonceAt = exchange.clientFinal.find(",r=");
        std::string withoutProof = exchange.clientFinal.substr(0, nonceAt) + ",r=" + nonce;
        std::string authMessage = "n=alice,r=clientnonce," + exchange.serverFirst + "," + withoutProof;
        Key proof =
            hmacSha256(pbkdf2("correct horse", kSalt, kIterations), ByteView(std::string_view("Client Key")));
        Key signature = hmacSha256(sha256(proof), ByteView(authMessage));
        for (std::size_t i = 0; i < proof.size(); ++i)
            proof[i] ^= signature[i];
        bool ours = nonce == "clientnonceservernonce";
        CHECK_EQUAL(ours, exchange.server.finish(withoutProof + ",p=" + base64(proof)).has_value());
    }
}

TEST(Scram, GivesOneTryAChallenge)
{
    Exchange exchange;
    exchange.runToFinal();
    CHECK_FALSE(exchange.server.finish("nonsense").has_value());
    CHECK_FALSE(exchange.server.finish(exchange.clientFinal).has_value());
}

TEST(Scram, RefusesAProofBeforeTheChallenge)
{
    Exchange exchange;
    CHECK_TRUE(exchange.start());
    CHECK_FALSE(exchange.server.finish("c=,r=clientnonceservernonce,p=AAAA").has_value());
}

TEST(Scram, ClientRefusesANonceThatDoesNotExtendItsOwn)
{
    for (const char* nonce :
         {"clientnonce", "clientnonc", "othernonceX", "xclientnonce", "clientnonce\x7f", "clientnonce x"})
        CHECK_FALSE_TEXT(clientTakes("r=" + std::string(nonce) + ",s=AAAA,i=4096"), nonce);
    CHECK_TRUE(clientTakes("r=clientnonceX,s=AAAA,i=4096"));
}

TEST(Scram, ClientBoundsTheIterations)
{
    for (const char* count : {"0", "1", "4095", "04096", "1000001", "4294971392", "99999999999999999999",
                              "-4096", "+4096", "4096x", " 4096", "0x1000"})
        CHECK_FALSE_TEXT(clientTakes(serverFirstWith(count)), count);
    CHECK_TRUE(clientTakes(serverFirstWith("4096")));
}

TEST(Scram, ClientRefusesMalformedChallenges)
{
    for (const char* message :
         {"", "r", "r=", "r=clientnonceX", "r=clientnonceX,", "r=clientnonceX,s=AAAA",
          "r=clientnonceX,s=AAAA,", "r=clientnonceX,s=AAAA,i=", "r=clientnonceX,s=,i=4096",
          "r=clientnonceX,s=A,i=4096", "r=clientnonceX,i=4096,s=AAAA", "s=AAAA,r=clientnonceX,i=4096",
          "r=clientnonceX,s=AAAA,i=4096,", "r=clientnonceX,s=AAAA,i=4096,,", "r=clientnonceX,s=AAAA,i=4096,x",
          "m=x,r=clientnonceX,s=AAAA,i=4096", "r=clientnonceX,s=AAAA,i=4096,m=x", "e=unknown-user"})
        CHECK_FALSE_TEXT(clientTakes(message), message);
}

TEST(Scram, ClientIgnoresOptionalExtensions)
{
    CHECK_TRUE(clientTakes("r=clientnonceX,s=AAAA,i=4096,x=1,y=a=b"));
}

TEST(Scram, ServerRefusesMalformedFirstMessages)
{
    for (const char* bare : {"", "n", "n=", "n=alice", "n=alice,", "n=alice,r=", "n=alice,r=a b",
                             "n=alice,r=a\x01", "n=alice,r=\xc3\xa4", "n=,r=abc", "r=abc,n=alice",
                             "m=x,n=alice,r=abc", "n=alice,r=abc,m=x", "n=alice,r=abc,", "n=al=ice,r=abc",
                             "n=al=2c,r=abc", "n=al=2,r=abc", "n=al\xff,r=abc", "a=bob,n=alice,r=abc"})
        CHECK_FALSE_TEXT(startWith(bare).has_value(), bare);
}

TEST(Scram, ServerIgnoresOptionalExtensions)
{
    TEXT_EQUAL("alice", *startWith("n=alice,r=abc,x=1"));
}

TEST(Scram, EscapesCommasAndEqualsSignsInNames)
{
    Exchange exchange("correct horse", kBinding, "a,b=c");
    TEXT_EQUAL("p=noise-hh,,n=a=2Cb=3Dc,r=clientnonce", exchange.client.first());
    TEXT_EQUAL("a,b=c", *exchange.server.start(exchange.client.first()));
    CHECK_FALSE(startWith("n=a=2").has_value());
}

TEST(Scram, KeepsItsMessagesShortWhateverTheOtherSidesNonce)
{
    CHECK_FALSE(startWith("n=alice,r=" + std::string(300, 'x')).has_value());
    CHECK_FALSE(clientTakes("r=clientnonce" + std::string(300, 'x') + ",s=AAAA,i=4096"));

    std::string nonce(256 - 11, 'x');
    ScramClient client("alice", "correct horse", kBinding, nonce);
    ScramServer server(kBinding, "servernonce");
    CHECK_TRUE(server.start(client.first()).has_value());
    std::string serverFirst = server.challenge(makeVerifier("correct horse", kSalt, kIterations));
    CHECK_TRUE(serverFirst.size() <= linnet::wire::kMaxScram);
    std::optional<std::string> clientFinal = client.final(serverFirst);
    CHECK_TRUE(clientFinal && clientFinal->size() <= linnet::wire::kMaxScram);
    CHECK_TRUE(server.finish(*clientFinal).has_value());
}

TEST(Scram, RefusesEveryMessageThatIsCutShort)
{
    Exchange whole;
    whole.runToFinal();
    for (std::size_t size = 0; size < whole.clientFinal.size(); ++size) {
        ScramServer server = whole.server;
        CHECK_FALSE(server.finish(whole.clientFinal.substr(0, size)).has_value());
    }
    std::optional<std::string> serverFinal = whole.server.finish(whole.clientFinal);
    CHECK_TRUE(serverFinal.has_value());
    for (std::size_t size = 0; size < serverFinal->size(); ++size)
        CHECK_FALSE(whole.client.verify(serverFinal->substr(0, size)));
    // A nonce of client-first that is cut is still a nonce.
    std::size_t nonceAt = whole.client.first().find("r=") + 2;
    for (std::size_t size = 0; size <= nonceAt; ++size)
        CHECK_FALSE(ScramServer(kBinding, "s").start(whole.client.first().substr(0, size)).has_value());
    for (std::size_t size = 0; size < whole.serverFirst.size(); ++size)
        CHECK_FALSE(clientTakes(whole.serverFirst.substr(0, size)));
}

TEST(Scram, RefusesEveryChangedCharacterOfAProof)
{
    Exchange whole;
    whole.runToFinal();
    for (std::size_t i = 0; i < whole.clientFinal.size(); ++i) {
        ScramServer server = whole.server;
        std::string bent = whole.clientFinal;
        bent[i] = bent[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(server.finish(bent).has_value());
    }
}

TEST(Scram, ClientBelievesNoOtherRegistry)
{
    Exchange exchange;
    CHECK_FALSE(exchange.client.verify("v=" + base64(Key{})));
    exchange.runToFinal();
    CHECK_FALSE(exchange.client.verify("v=" + base64(Key{})));
    CHECK_FALSE(exchange.client.verify("e=other-error"));
    CHECK_FALSE(exchange.client.verify(""));
    std::string serverFinal = *exchange.server.finish(exchange.clientFinal);
    serverFinal[5] = serverFinal[5] == 'A' ? 'B' : 'A';
    CHECK_FALSE(exchange.client.verify(serverFinal));
}

TEST(Scram, ChallengesAnUnknownNameAsItWouldAKnownOne)
{
    Key secret{9};
    ScramVerifier known = makeVerifier("correct horse", kSalt, linnet::wire::kDefaultIterations);
    ScramVerifier unknown = unknownVerifier(secret, "nobody");
    CHECK_EQUAL(known.iterations, unknown.iterations);
    BYTES_EQUAL(unknown.salt, unknownVerifier(secret, "NoBody").salt);
    CHECK_TRUE(unknown.salt != unknownVerifier(secret, "nobodi").salt);
    CHECK_TRUE(unknown.salt != unknownVerifier(Key{8}, "nobody").salt);

    Exchange one;
    Exchange other;
    CHECK_TRUE(one.start() && other.start());
    CHECK_EQUAL(one.server.challenge(known).size(), other.server.challenge(unknown).size());
}

TEST(Scram, LetsNoProofFitAnUnknownName)
{
    Exchange exchange;
    CHECK_TRUE(exchange.start());
    std::string serverFirst = exchange.server.challenge(unknownVerifier(Key{9}, "alice"));
    std::optional<std::string> clientFinal = exchange.client.final(serverFirst);
    CHECK_TRUE(clientFinal.has_value());
    CHECK_FALSE(exchange.server.finish(*clientFinal).has_value());
}

TEST(Scram, TakesPasswordsOf8To256BytesOfText)
{
    CHECK_FALSE(isPassword("1234567"));
    CHECK_TRUE(isPassword("12345678"));
    CHECK_TRUE(isPassword("gr\xc3\xbc\xc3\x9f"
                          "e dich"));
    CHECK_TRUE(isPassword(std::string(256, 'x')));
    CHECK_FALSE(isPassword(std::string(257, 'x')));
    CHECK_FALSE(isPassword("1234567\n"));
    CHECK_FALSE(isPassword("1234567\x7f"));
    CHECK_FALSE(isPassword("1234567\xc2\x85"));
    CHECK_TRUE(isPassword("1234567\xc2\xa9"));
    CHECK_FALSE(isPassword("1234567\xff"));
    CHECK_FALSE(isPassword(std::string_view("1234\0"
                                            "5678",
                                            9)));
}
