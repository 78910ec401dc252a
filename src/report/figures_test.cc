// Figures as people read them.
#include "report/figures.hh"

#include <gtest/gtest.h>

#include <limits>

namespace continuo {
namespace {

using namespace std::chrono_literals;

TEST(Figures, have_three_significant_digits_and_a_unit) {
  EXPECT_EQ(three_digits(0.4512), "0.45");
  EXPECT_EQ(three_digits(0.00225), "0.002");
  EXPECT_EQ(three_digits(12.149), "12.1");
  EXPECT_EQ(three_digits(99.97), "100");
  EXPECT_EQ(three_digits(2480.4), "2480");
  EXPECT_EQ(milliseconds(1234us), "1.23 ms");
  EXPECT_EQ(with_unit(7.21, "Mbit/s"), "7.21 Mbit/s");
  EXPECT_EQ(percent(0.9834), "98.3 %");
  EXPECT_EQ(signed_percent(-0.07), "-7.0 %");
}

TEST(Figures, that_are_not_known_are_a_dash) {
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(three_digits(nothing), "-");
  EXPECT_EQ(percent(nothing), "-");
  EXPECT_EQ(with_unit(nothing, "ms"), "-");
}

TEST(RelativeError, is_that_of_the_prediction_against_the_measurement) {
  Histogram predicted;
  Histogram measured;
  EXPECT_FALSE(relative_error_of_mean(predicted, measured));
  predicted.add(90ms);
  measured.add(100ms);
  EXPECT_NEAR(*relative_error_of_mean(predicted, measured), -0.1, 1e-12);
  EXPECT_NEAR(*relative_error(predicted, measured, 0.95), -0.1, 1e-12);
}

TEST(RelativeError, is_not_given_against_next_to_nothing) {
  Histogram predicted;
  Histogram measured;
  predicted.add(1ms);
  measured.add(10us);
  EXPECT_FALSE(relative_error_of_mean(predicted, measured));
}

}  // namespace
}  // namespace continuo
