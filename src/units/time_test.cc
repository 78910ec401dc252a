#include "units/time.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

TEST(Time, converts_between_durations_and_real_seconds) {
  EXPECT_EQ(from_seconds(0.0075), 7500us);
  EXPECT_EQ(from_milliseconds(7.5), 7500us);
  EXPECT_DOUBLE_EQ(to_milliseconds(7500us), 7.5);
  EXPECT_EQ(from_seconds(-1.5), -1500ms);
}

}  // namespace
}  // namespace continuo
