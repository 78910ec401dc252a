#include "simulate/lane_table.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

TEST(LaneTable, finds_each_pair_among_many_and_no_other) {
  std::vector<LaneTable::Pair> pairs;
  for (std::uint32_t one = 0; one < 40; ++one) {
    for (std::uint32_t other = 0; other < 40; ++other) pairs.emplace_back(one, 1000 * other);
  }
  const auto pair_of = [&](std::uint32_t number) { return pairs[number]; };
  LaneTable table;
  EXPECT_FALSE(table.find({0, 0}, pair_of));
  for (std::uint32_t number = 0; number < pairs.size(); ++number) {
    EXPECT_FALSE(table.find(pairs[number], pair_of));
    table.insert(pairs[number], number, pair_of);
  }
  for (std::uint32_t number = 0; number < pairs.size(); ++number) EXPECT_EQ(table.find(pairs[number], pair_of), number);
  EXPECT_FALSE(table.find({1000, 1}, pair_of)) << "the other way round";
}

}  // namespace
}  // namespace continuo
