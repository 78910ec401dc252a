// Axes have round ticks and choose logarithms where values span decades.
#include "report/chart.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::DoubleEq;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ChartAxis, is_linear_within_a_decade) {
  const ChartAxis axis = ChartAxis::around(std::vector<double>{20.0, 100.0});
  EXPECT_FALSE(axis.logarithmic());
  EXPECT_THAT(axis.ticks(), ElementsAre(DoubleEq(20), DoubleEq(40), DoubleEq(60), DoubleEq(80), DoubleEq(100)));
}

TEST(ChartAxis, is_logarithmic_beyond_a_decade_and_halves_it_at_the_geometric_mean) {
  const ChartAxis axis = ChartAxis::around(std::vector<double>{1.1, 95.0});
  EXPECT_TRUE(axis.logarithmic());
  EXPECT_THAT(axis.ticks(), ElementsAre(DoubleEq(1), DoubleEq(2), DoubleEq(5), DoubleEq(10), DoubleEq(20), DoubleEq(50),
                                        DoubleEq(100)));
  EXPECT_NEAR(axis.position(10.0), 0.5, 1e-9);
}

TEST(ChartAxis, has_room_around_one_value_and_none_at_all) {
  const ChartAxis one = ChartAxis::around(std::vector<double>{50.0});
  EXPECT_LT(one.least(), 50.0);
  EXPECT_GT(one.greatest(), 50.0);
  EXPECT_NEAR(ChartAxis::between(3.0, 3.0).position(3.0), 0.5, 1e-9);
  EXPECT_FALSE(ChartAxis::around({}).ticks().empty());
}

TEST(ChartFile, carries_its_name_space_and_escapes_its_texts) {
  Svg svg{10, 10, "x"};
  svg.text(0, 0, "<script>", "c-text");
  const std::string file = chart_file(svg, 10, 10);
  EXPECT_THAT(file, StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\" viewBox="));
  EXPECT_THAT(file, HasSubstr("&lt;script&gt;"));
}

}  // namespace
}  // namespace continuo
