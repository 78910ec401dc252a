#include "workload/user.hh"

#include <gtest/gtest.h>

#include <set>

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Two endpoints with three users each that share four inputs, from 5 s on.
Scenario three_users(ClosedLoop loop, Duration duration) {
  Scenario scenario;
  scenario.tiers = {{.name = "edge"}, {.name = "endpoint", .role = Role::endpoint, .nodes = 2}};
  scenario.nodes = {{"edge-1", 0}, {"endpoint-1", 1}, {"endpoint-2", 1}};
  scenario.services = {Service{.name = "faces"}};
  Stream stream;
  stream.name = "photos";
  stream.from = 1;
  loop.users = 3;
  stream.arrivals = loop;
  stream.start = 5s;
  stream.duration = duration;
  stream.inputs = {"a", "b", "c", "d"};
  scenario.workload = {stream};
  return scenario;
}

TEST(User, thinks_after_the_answer_and_not_after_the_request) {
  const Scenario scenario = three_users({.think = 200ms, .exponential = false}, 1s);
  User user{scenario, 0, 1, 0};
  const auto first = user.first();
  ASSERT_TRUE(first);
  EXPECT_GE(first->at, scenario_start + 5s);
  EXPECT_LT(first->at, scenario_start + 5200ms);
  EXPECT_EQ(user.after(first->at + 70ms, false)->at, first->at + 270ms);
  EXPECT_FALSE(user.after(scenario_start + 5800ms, false)) << "the stream ends at 6 s";
}

TEST(User, begins_at_once_if_it_does_not_think_and_pauses_after_a_failure) {
  const Scenario scenario = three_users({}, 1s);
  User user{scenario, 0, 1, 0};
  EXPECT_EQ(user.first()->at, scenario_start + 5s);
  EXPECT_EQ(user.after(scenario_start + 5100ms, false)->at, scenario_start + 5100ms);
  EXPECT_EQ(user.after(scenario_start + 5200ms, true)->at, scenario_start + 5201ms);
}

TEST(User, takes_turns_with_the_others_of_its_node) {
  const Scenario scenario = three_users({.think = 1ms}, 1h);
  std::set<std::uint64_t> sequences;
  for (int number = 0; number < 3; ++number) {
    User user{scenario, 0, 2, number};
    auto arrival = user.first();
    for (int request = 0; request < 5; ++request) {
      ASSERT_TRUE(arrival);
      EXPECT_EQ(arrival->input, (2 + arrival->sequence) % 4) << "the second of two nodes begins at half of four";
      sequences.insert(arrival->sequence);
      arrival = user.after(arrival->at, false);
    }
  }
  EXPECT_EQ(sequences.size(), 15U);
  EXPECT_EQ(*sequences.rbegin(), 14U);
}

TEST(User, draws_exponential_thinking_times_with_the_asked_mean) {
  const Scenario scenario = three_users({.think = 10ms, .exponential = true}, 700h);
  User user{scenario, 0, 1, 1};
  auto arrival = user.first();
  const Instant first = arrival->at;
  for (int request = 0; request < 100'000; ++request) arrival = user.after(arrival->at, false);
  // The sum of 100 000 exponential times: a standard error of 10 ms / sqrt(10^5) = 0.032 ms of their mean.
  EXPECT_NEAR(to_milliseconds(arrival->at - first) / 1e5, 10.0, 5 * 0.032);
}

TEST(User, has_thinking_times_of_its_own) {
  const Scenario scenario = three_users({.think = 10ms, .exponential = true}, 1s);
  EXPECT_EQ((User{scenario, 0, 1, 0}.first()->at), (User{scenario, 0, 1, 0}.first()->at));
  EXPECT_NE((User{scenario, 0, 1, 0}.first()->at), (User{scenario, 0, 1, 1}.first()->at));
  EXPECT_NE((User{scenario, 0, 1, 0}.first()->at), (User{scenario, 0, 2, 0}.first()->at));
}

}  // namespace
}  // namespace continuo
