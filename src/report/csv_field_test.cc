// What is written as CSV is read back, and harms no spreadsheet.
#include "report/csv_field.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using ::testing::ElementsAre;

TEST(CsvField, quotes_what_would_break_a_row) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"a\""), "\"say \"\"a\"\"\"");
}

TEST(CsvField, keeps_a_spreadsheet_from_running_a_text) {
  EXPECT_EQ(csv_field("=cmd()"), "'=cmd()");
  EXPECT_EQ(csv_field("+1"), "'+1");
  EXPECT_EQ(csv_field("@x,y"), "\"'@x,y\"");
}

TEST(CsvField, is_read_back_as_it_was) {
  const std::vector<std::string> texts{"plain", "a,b", "say \"a\"", "=cmd()", "'=cmd()", "'quoted'", "two\nlines", ""};
  std::string text;
  for (const std::string& field : texts) text += (text.empty() ? "" : ",") + csv_field(field);
  const auto read = read_csv(text + "\r\n");
  ASSERT_TRUE(read.has_value());
  EXPECT_THAT(read->records, ElementsAre(texts));
}

TEST(CsvField, leaves_a_record_that_is_cut_off_away) {
  const auto read = read_csv("a,b\r\n1,2\r\n3,");
  ASSERT_TRUE(read.has_value());
  EXPECT_THAT(read->records, ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
  EXPECT_EQ(read->whole, 10U);  // two lines of five bytes
}

TEST(CsvField, refuses_a_quote_in_the_middle) { EXPECT_FALSE(read_csv("a\"b\n").has_value()); }

}  // namespace
}  // namespace continuo
