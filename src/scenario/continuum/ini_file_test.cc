#include "scenario/continuum/ini_file.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string said(std::string_view text, const IniLimits& limits = {}) {
  Problems problems{"a.cfg"};
  parse_ini(text, problems, limits);
  return to_string(std::move(problems).sorted());
}

TEST(IniFile, knows_the_place_of_each_key_and_value) {
  Problems problems{"a.cfg"};
  const IniFile file = parse_ini("# a comment\r\n\r\n[one]\r\nkey =  a value \r\n; another\n[two]\nother: x=y\n", problems);
  EXPECT_TRUE(problems.empty());
  ASSERT_THAT(file.sections, SizeIs(2));
  EXPECT_EQ(file.sections[1].name.line, 6);
  ASSERT_THAT(file.entries, SizeIs(2));
  EXPECT_EQ(file.entries[0].section, "one");
  EXPECT_EQ(file.entries[0].key.text, "key");
  EXPECT_EQ(file.entries[0].value.text, "a value");
  EXPECT_EQ(file.entries[0].value.line, 4);
  EXPECT_EQ(file.entries[0].value.column, 8) << "after `key =  `";
  EXPECT_EQ(file.entries[1].value.text, "x=y") << "the first delimiter counts";
}

TEST(IniFile, takes_an_empty_value_as_a_value) {
  Problems problems{"a.cfg"};
  EXPECT_EQ(parse_ini("[a]\nkey =\n", problems).entries.at(0).value.text, "");
  EXPECT_TRUE(problems.empty());
}

TEST(IniFile, tells_each_line_that_is_none_of_its_kinds) {
  EXPECT_EQ(said("early = 1\n[a]\nno value\n[b\n= 3\nk = 1\n  goes on\nk = %(other)s\n[a]\nK = 2\n"),
            "a.cfg:1:1: \"early\" stands before the first section\n  write [infrastructure] above it\n"
            "a.cfg:3:1: \"no value\" is no `key = value`\n  write for example cloud_nodes = 1, or # before a comment\n"
            "a.cfg:4:1: \"[b\" is no section\n  write for example [infrastructure], and comments on lines of their own\n"
            "a.cfg:5:1: \"= 3\" is no `key = value`\n  write for example cloud_nodes = 1, or # before a comment\n"
            "a.cfg:7:3: the line begins with a space, which continues the value above it\n"
            "  write each `key = value` on one line, from the first column\n"
            "a.cfg:8:1: \"k\" appears twice in [a]\n  it is already said on line 6: keep one of the two\n"
            "a.cfg:9:2: section [a] appears twice\n  it begins on line 2 already: join the two\n"
            "a.cfg:10:1: \"K\" appears twice in [a]\n  it is already said on line 6: keep one of the two\n");
  EXPECT_THAT(said("[a]\nk = %(other)s\n"), HasSubstr("write the value itself in place of %(...)s"));
}

TEST(IniFile, tells_once_of_a_file_that_is_no_text) {
  EXPECT_EQ(said("[a]\nke\x01y = 1\n\x02\n"), "a.cfg:2:3: byte 0x01 is not text\n  a configuration is a text file: check the path\n");
  EXPECT_THAT(said("\xe9t\xe9\n"), testing::HasSubstr("\\xe9t\\xe9"));  // of another encoding: shown, and not as it is
}

TEST(IniFile, is_bounded_in_bytes_lines_and_their_length) {
  EXPECT_THAT(said("[a]\nk = 1\n", {.bytes = 9}), HasSubstr("the file is larger than"));
  EXPECT_THAT(said("[a]\nk = 1\n", {.bytes = 10}), IsEmpty());
  EXPECT_THAT(said("[a]\nk = 1\nl = 2\n", {.lines = 2}), HasSubstr("a.cfg:3:1: there are more than 2 lines"));
  EXPECT_THAT(said("[a]\nk = 12\n", {.line_length = 5}), HasSubstr("a.cfg:2:1: the line has 6 letters"));
}

}  // namespace
}  // namespace continuo
