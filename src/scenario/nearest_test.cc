#include "scenario/nearest.hh"

#include <gtest/gtest.h>

#include <vector>

namespace continuo {
namespace {

TEST(EditDistance, counts_insertions_deletions_substitutions_and_swaps) {
  EXPECT_EQ(edit_distance("nodes", "nodes"), 0U);
  EXPECT_EQ(edit_distance("node", "nodes"), 1U);
  EXPECT_EQ(edit_distance("evrey", "every"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(NearestWord, finds_what_was_meant_whatever_the_case) {
  const std::vector<std::string> known{"nodes", "cores", "quota", "memory"};
  EXPECT_EQ(nearest_word("node", known), "nodes");
  EXPECT_EQ(nearest_word("Quotas", known), "quota");
  EXPECT_EQ(nearest_word("memroy", known), "memory");
}

TEST(NearestWord, suggests_nothing_where_nothing_is_near) {
  const std::vector<std::string> known{"nodes", "cores", "ms"};
  EXPECT_EQ(nearest_word("bandwidth", known), std::nullopt);
  EXPECT_EQ(nearest_word("", known), std::nullopt);
  EXPECT_EQ(nearest_word("q", known), std::nullopt);
  EXPECT_EQ(nearest_word(std::string(100, 'n'), known), std::nullopt);
}

}  // namespace
}  // namespace continuo
