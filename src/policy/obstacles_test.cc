#include "policy/obstacles.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Placement refusing(const std::vector<Rejection>& rejections) { return {.assignments = {}, .rejections = rejections, .unplaced = {}}; }

TEST(Obstacles, are_told_once_for_the_nodes_that_have_them) {
  const Placement placement = refusing({{"read", "fp32", "edge-1", "no room"}, {"read", "fp32", "cloud-1", "too slow"}, {"read", "fp32", "edge-2", "no room"},
                                        {"other", "v", "edge-1", "no room"}});
  EXPECT_THAT(obstacles("read", placement), ElementsAre("read not on edge-1, edge-2: fp32: no room", "read not on cloud-1: fp32: too slow"));
}

TEST(Obstacles, of_many_nodes_name_four) {
  std::vector<Rejection> rejections;
  for (int node = 1; node <= 6; ++node) rejections.push_back({"read", "v", "n-" + std::to_string(node), "no room"});
  EXPECT_THAT(obstacles("read", refusing(rejections)), ElementsAre("read not on n-1, n-2, n-3, n-4 and 2 more: v: no room"));
}

TEST(Obstacles, that_are_many_are_five_and_a_number) {
  std::vector<Rejection> rejections;
  for (int node = 1; node <= 7; ++node) rejections.push_back({"read", "v", "n", "reason " + std::to_string(node)});
  const auto lines = obstacles("read", refusing(rejections));
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines.back(), "read: 2 more reasons");
}

TEST(Obstacles, of_a_service_that_was_placed_are_none) { EXPECT_THAT(obstacles("read", Placement{}), IsEmpty()); }

}  // namespace
}  // namespace continuo
