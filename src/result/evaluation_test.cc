// What a resource is asked for, and whether it can give it.
#include "result/evaluation.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

TEST(OfferedLoad, counts_what_was_not_answered_like_what_was) {
  EXPECT_DOUBLE_EQ(generated_to_completed(30, 20), 1.5);
  EXPECT_DOUBLE_EQ(generated_to_completed(30, 0), 1.0) << "nobody knows what it would have cost";
}

TEST(OfferedLoad, is_taken_over_the_time_in_which_it_was_generated) {
  EXPECT_DOUBLE_EQ(answered_to_generated(5s, 6s), 1.2);
  EXPECT_DOUBLE_EQ(answered_to_generated(5s, 4s), 1.0);
  EXPECT_DOUBLE_EQ(answered_to_generated(0s, 4s), 1.0);
}

TEST(OfferedLoad, of_users_fills_what_open_streams_leave_and_no_more) {
  EXPECT_DOUBLE_EQ(load_beside_users(0.0, 0.4), 0.4);
  EXPECT_DOUBLE_EQ(load_beside_users(0.5, 0.4), 0.9);
  EXPECT_DOUBLE_EQ(load_beside_users(0.5, 0.7), 0.999999);
  EXPECT_DOUBLE_EQ(load_beside_users(0.0, 386.0), 0.999999);
  EXPECT_DOUBLE_EQ(load_beside_users(1.2, 0.4), 1.2);
}

TEST(Bottleneck, that_users_fill_is_feasible) {
  Evaluation evaluation;
  evaluation.resources = {{.name = "edge-1 cpu", .kind = ResourceKind::cpu, .utilisation = 1.0, .offered_load = load_beside_users(0.0, 1.00001)}};
  find_bottleneck(evaluation);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_TRUE(evaluation.feasible);
}

}  // namespace
}  // namespace continuo
