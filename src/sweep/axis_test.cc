// Parameters span points, the last varying fastest, and not too many.
#include "sweep/axis.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::variant<std::vector<Axis>, AskedWrongly> axes(const std::vector<std::string>& texts) { return parse_axes(texts); }

std::string message(const std::vector<std::string>& texts) {
  const auto parsed = axes(texts);
  const auto* wrong = std::get_if<AskedWrongly>(&parsed);
  return wrong == nullptr ? "" : wrong->message;
}

TEST(Axis, of_two_parameters_the_last_varies_fastest) {
  const auto parsed = std::get<std::vector<Axis>>(axes({"tiers.edge.quota=0.5,1", "workload[0].every=1s,2s,3s"}));
  EXPECT_EQ(point_count(parsed), 6U);
  EXPECT_THAT(values_at(parsed, 0), ElementsAre("0.5", "1s"));
  EXPECT_THAT(values_at(parsed, 1), ElementsAre("0.5", "2s"));
  EXPECT_THAT(values_at(parsed, 5), ElementsAre("1", "3s"));
}

TEST(Axis, says_what_is_wrong_with_a_parameter) {
  EXPECT_THAT(message({"tiers.edge.quota"}), HasSubstr("has no ="));
  EXPECT_THAT(message({"=1..2"}), HasSubstr("is no path"));
  EXPECT_THAT(message({"tiers..quota=1..2"}), HasSubstr("is no path"));
  EXPECT_THAT(message({"workload[x].every=1..2"}), HasSubstr("is no path"));
  EXPECT_THAT(message({"seed=1", "seed=2"}), HasSubstr("seed is varied twice"));
}

TEST(Axis, bounds_the_number_of_points) {
  EXPECT_EQ(message({"a=1..1000:1", "b=1..1000:1"}), "");  // 1 000 000
  EXPECT_THAT(message({"a=1..1000:1", "b=1..1001:1"}), HasSubstr("more than 1000000 points"));
  EXPECT_THAT(message({"a=1", "b=1", "c=1", "d=1", "e=1", "f=1", "g=1"}), HasSubstr("at most 6"));
}

}  // namespace
}  // namespace continuo
