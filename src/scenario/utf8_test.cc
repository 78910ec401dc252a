// What is quoted of a file that is none of text moves no terminal.
#include "scenario/utf8.hh"

#include <gtest/gtest.h>

#include "scenario/fields.hh"
#include "scenario/scenario_error.hh"

namespace continuo {
namespace {

TEST(Utf8, shows_letters_as_they_are_and_all_else_as_numbers) {
  EXPECT_EQ(shown("a b\nµ €"), "a b\nµ €");
  EXPECT_EQ(shown("\x1b[31mred"), "\\x1b[31mred");          // an escape sequence
  EXPECT_EQ(shown("\x7f\r"), "\\x7f\\x0d");
  EXPECT_EQ(shown("\xc2\x9b"), "\\xc2\\x9b");               // U+009B begins a sequence, too
  EXPECT_EQ(shown("\xff\xe2\x82"), "\\xff\\xe2\\x82");      // no letter; half of one
}

TEST(Utf8, knows_what_no_text_has) {
  EXPECT_TRUE(is_text("\t"));
  EXPECT_TRUE(is_text("€"));
  EXPECT_FALSE(is_text("\x01"));
  EXPECT_FALSE(is_text("\xff"));
}

TEST(Utf8, quotes_are_short_and_show_no_raw_bytes) {
  EXPECT_EQ(in_quotes("a\tb"), "\"a b\"");
  EXPECT_EQ(in_quotes("\x1b\xff"), "\"\\x1b\\xff\"");
  EXPECT_LE(in_quotes(std::string(1000, '\x02')).size(), 70U);
}

TEST(Utf8, errors_show_what_they_quote_as_text) {
  EXPECT_EQ(to_string(ScenarioError{"f.yaml", 1, 2, "unknown unit \"\x1b[2J\"", ""}), "f.yaml:1:2: unknown unit \"\\x1b[2J\"\n");
}

}  // namespace
}  // namespace continuo
