// Where characters begin and how wide they are.
#include "core/Utf8Width.h"
#include "support/TestHarness.h"

using namespace linnet;

TEST_GROUP(Utf8Width){};

TEST(Utf8Width, KnowsNarrowWideAndZeroWidthCharacters)
{
    LONGS_EQUAL(1, peer::widthOf('a'));
    LONGS_EQUAL(1, peer::widthOf(0xe9));
    LONGS_EQUAL(1, peer::widthOf(0x20ac));
    LONGS_EQUAL(0, peer::widthOf(0x0301));  // combining acute accent
    LONGS_EQUAL(0, peer::widthOf(0x200d));  // zero-width joiner
    LONGS_EQUAL(0, peer::widthOf(0xfe0f));  // variation selector
    LONGS_EQUAL(0, peer::widthOf(0xe0100)); // variation selector 17
    LONGS_EQUAL(2, peer::widthOf(0x6f22));  // an ideograph
    LONGS_EQUAL(2, peer::widthOf(0xac00));  // a Hangul syllable
    LONGS_EQUAL(2, peer::widthOf(0xff21));  // fullwidth A
    LONGS_EQUAL(2, peer::widthOf(0x1f600)); // an emoji
    LONGS_EQUAL(2, peer::widthOf(0x20000)); // an ideograph beyond the basic plane
    LONGS_EQUAL(1, peer::widthOf(0x1d400)); // mathematical bold A
}

TEST(Utf8Width, CountsTheColumnsOfText)
{
    LONGS_EQUAL(0, peer::columnsOf(""));
    LONGS_EQUAL(5, peer::columnsOf("ae\xcc\x81\xe6\xbc\xa2z"));
}

TEST(Utf8Width, KeepsMarksWithTheirLetter)
{
    std::string_view text = "ae\xcc\x81\xcc\xa3z";
    LONGS_EQUAL(1, peer::nextCharacter(text, 0));
    LONGS_EQUAL(6, peer::nextCharacter(text, 1));
    LONGS_EQUAL(1, peer::previousCharacter(text, 6));
    LONGS_EQUAL(0, peer::previousCharacter(text, 1));
    CHECK_FALSE(peer::startsCharacter(text, 2));
    CHECK_FALSE(peer::startsCharacter(text, 3));
    CHECK_TRUE(peer::startsCharacter(text, 6));
    CHECK_TRUE(peer::startsCharacter(text, text.size()));
}
