// What is text, what is a name, and what may reach a terminal.
#include "wire/Text.h"

#include "support/TestHarness.h"

using namespace linnet::test;
using namespace linnet::wire;

TEST_GROUP(Text){};

TEST(Text, AcceptsUtf8AtTheEdgesOfEachLength)
{
    for (const char* text : {"", "\x01", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                             "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
        CHECK_TEXT(isUtf8(text), toHex(ByteView(std::string_view(text))).c_str());
    CHECK_TRUE(isUtf8(std::string_view("a\0b", 3)));
}

TEST(Text, RefusesOverlongFormsSurrogatesAndWhatLiesBeyondUnicode)
{
    for (const char* text :
         {"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
          "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff"})
        CHECK_FALSE_TEXT(isUtf8(text), toHex(ByteView(std::string_view(text))).c_str());
}

TEST(Text, RefusesSequencesThatBreakOff)
{
    for (const char* text : {"\x80", "\xc2",
                             "\xc2"
                             "a",
                             "\xe2\x82",
                             "\xe2\x82"
                             "a",
                             "\xf0\x9f\x98",
                             "\xf0\x9f\x98"
                             "a",
                             "a\xbf"})
        CHECK_FALSE_TEXT(isUtf8(text), toHex(ByteView(std::string_view(text))).c_str());
}

TEST(Text, TakesNamesOf3To32PlainCharacters)
{
    for (const char* name : {"bob", "Al1", "0ab", "a.b-c_d"})
        CHECK_TEXT(isName(name), name);
    CHECK_TRUE(isName(std::string(32, 'a')));
    CHECK_FALSE(isName(std::string(33, 'a')));
    for (const char* name : {"", "ab", ".ab", "-ab", "_ab", "a b", "a/b", "a\nb",
                             "b\xc3\xb6"
                             "b",
                             "a=b", "a,b"})
        CHECK_FALSE_TEXT(isName(name), name);
}

TEST(Text, TakesNamesForTheSameThatDifferOnlyInCase)
{
    TEXT_EQUAL("al.ice-1_z", canonicalName("Al.ICE-1_Z"));
    TEXT_EQUAL("@[`{", canonicalName("@[`{"));
}

TEST(Text, TakesHostsOfHarmlessCharacters)
{
    for (const char* host : {"a", "example.org", "192.0.2.1", "2001:db8::1", "fe80::1%eth0", "my_board"})
        CHECK_TEXT(isHost(host), host);
    for (const char* host : {"", " ", "a b", "a/b", "a\tb", "[::1]", "a;b", "\xc3\xa4"})
        CHECK_FALSE_TEXT(isHost(host), host);
}

TEST(Text, LeavesOrdinaryTextAsItIs)
{
    const char* text = "Gr\xc3\xbc\xc3\x9f"
                       "e, \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80!";
    TEXT_EQUAL(text, neutralise(text));
}

TEST(Text, ShowsControlCharactersAsQuestionMarks)
{
    TEXT_EQUAL("?[31mred", neutralise("\x1b[31mred"));
    TEXT_EQUAL("a?b?c?d", neutralise("a\rb\nc\x7f"
                                     "d"));
    TEXT_EQUAL("?31m ?", neutralise("\xc2\x9b"
                                    "31m \xc2\x80"));
    TEXT_EQUAL("a b", neutralise("a\tb"));
    TEXT_EQUAL("a?b", neutralise(std::string_view("a\0b", 3)));
}

TEST(Text, DropsWhatTurnsOrHidesText)
{
    TEXT_EQUAL("abcdefghi", neutralise("a\xe2\x80\xae"
                                       "b\xe2\x81\xa6"
                                       "c\xe2\x80\x8b"
                                       "d\xe2\x80\xa8"
                                       "e\xef\xbb\xbf"
                                       "f\xd8\x9c"
                                       "g\xe2\x81\xa0"
                                       "h\xf3\xa0\x81\x81"
                                       "i"));
}

TEST(Text, ShowsEachMalformedByteAsAQuestionMark)
{
    TEXT_EQUAL("?a??b", neutralise("\xff"
                                   "a\xe2\x82"
                                   "b"));
    TEXT_EQUAL("???", neutralise("\xed\xa0\x80"));
}

TEST(Text, IsUtf8OnceNeutralisedWhateverItWas)
{
    std::string all;
    for (int first = 0; first < 256; ++first)
        for (int second = 0; second < 256; second += 3)
            all += {static_cast<char>(first), static_cast<char>(second)};
    CHECK_TRUE(isUtf8(neutralise(all)));
}
