// Lines arrive whole, whatever the pieces they come in.
#include "emulate/line_buffer.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using Lines = std::vector<std::string>;

TEST(LineBuffer, joins_pieces_and_splits_what_came_together) {
  LineBuffer buffer;
  EXPECT_EQ(buffer.add("one"), Lines{});
  EXPECT_EQ(buffer.add(" line\nan"), Lines{"one line"});
  EXPECT_EQ(buffer.add("other\n\nthird\n"), (Lines{"another", "", "third"}));
}

TEST(LineBuffer, cuts_a_line_without_end) {
  LineBuffer buffer;
  EXPECT_EQ(buffer.add(std::string(LineBuffer::line_size_max - 1, 'x')), Lines{});
  EXPECT_EQ(buffer.add(std::string(100'000, 'y')), Lines{});
  const Lines lines = buffer.add("z\nnext\n");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].size(), LineBuffer::line_size_max);
  EXPECT_EQ(lines[0].back(), 'y');
  EXPECT_EQ(lines[1], "next");
}

TEST(LastLines, keeps_the_last) {
  LastLines last;
  for (int line = 0; line < 30; ++line) {
    last.add(std::to_string(line));
  }
  EXPECT_TRUE(last.text().starts_with("  10\n"));
  EXPECT_TRUE(last.text().ends_with("  29\n"));
}

}  // namespace
}  // namespace continuo
