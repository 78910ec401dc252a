// Each check passes what is within its stated tolerance and no more.
#include "emulate/delivery.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

const DeliveryTolerances stated;  // the defaults: 1 ms, 5 %, 5 %, 10 %, 1 ms

LinkClass link_with(Duration delay, Duration jitter, Duration measured_mean, std::uint64_t packets) {
  LinkClass link{.label = "a to b", .requested = {.delay = delay, .jitter = jitter, .rate = {}}, .counters = {}, .measure = {}, .delays = {}};
  link.measure.packets = packets;
  link.measure.asked_delays = delay * packets;
  link.measure.asked_variances = to_milliseconds(jitter) * to_milliseconds(jitter) * static_cast<double>(packets);
  link.measure.delays = measured_mean * packets;
  link.measure.squared_window_packets = static_cast<double>(packets);  // every delay by itself
  return link;
}

TEST(CheckDelay, allows_one_millisecond_or_five_percent) {
  EXPECT_TRUE(check_delay(link_with(10ms, 0ms, 10990us, 10), stated).ok);
  EXPECT_FALSE(check_delay(link_with(10ms, 0ms, 11010us, 10), stated).ok);
  EXPECT_TRUE(check_delay(link_with(100ms, 0ms, 104900us, 10), stated).ok);
  EXPECT_FALSE(check_delay(link_with(100ms, 0ms, 105100us, 10), stated).ok);
  EXPECT_FALSE(check_delay(link_with(10ms, 0ms, 8900us, 10), stated).ok) << "too fast is wrong too";
}

TEST(CheckDelay, allows_three_standard_errors_of_the_delays_that_were_seen) {
  // 9 independent delays of sd 5 ms: 3 * 5 / 3 = 5 ms.
  EXPECT_TRUE(check_delay(link_with(45ms, 5ms, 49900us, 9), stated).ok);
  EXPECT_FALSE(check_delay(link_with(45ms, 5ms, 50100us, 9), stated).ok);
  // The same packets in one window are one delay: 15 ms.
  LinkClass together = link_with(45ms, 5ms, 59900us, 9);
  together.measure.squared_window_packets = 81.0;
  EXPECT_TRUE(check_delay(together, stated).ok);
}

TEST(CheckRate, compares_bytes_over_busy_time) {
  LinkClass link = link_with(0ms, 0ms, 0ms, 1);
  link.requested.rate = 10_Mbps;
  EXPECT_TRUE(check_rate(link, stated).ok);
  EXPECT_THAT(check_rate(link, stated).note, ::testing::HasSubstr("not judged"));
  link.measure.busy_periods = 2;
  link.measure.busy_bytes = Bytes::of(1'250'000);
  link.measure.busy_time = 1s;
  link.measure.busy_asked = 1s;
  EXPECT_DOUBLE_EQ(check_rate(link, stated).delivered, 10.0);
  EXPECT_TRUE(check_rate(link, stated).ok);
  link.measure.busy_time = 1060ms;
  EXPECT_FALSE(check_rate(link, stated).ok);
}

TEST(CheckLoss, counts_the_lost_among_those_that_were_sent) {
  LinkClass link = link_with(0ms, 0ms, 0ms, 1);
  link.counters.sent_packets = 1000;
  link.counters.asked_losses = 100.0;
  link.counters.lost_packets = 100;  // of 1000; five standard errors are 5 * sqrt(0.09 / 1000) = 4.7 %
  EXPECT_DOUBLE_EQ(check_loss(link).delivered, 10.0);
  EXPECT_TRUE(check_loss(link).ok);
  link.counters.lost_packets = 150;
  EXPECT_FALSE(check_loss(link).ok);
  // In bursts of 10 packets (r = 1 - 1/90 - 1/10 = 0.889) a share varies sqrt(1.889 / 0.111) = 4.1 times as much.
  link.requested.bursts = {.good_to_bad = Probability::of(1.0 / 90), .bad_to_good = Probability::of(0.1)};
  EXPECT_TRUE(check_loss(link).ok);
}

TEST(CheckJitter, compares_the_spread_of_enough_independent_delays) {
  LinkClass link = link_with(20ms, 2ms, 20ms, 50);
  link.measure.squared_differences = 50 * 2.5 * 2.5;  // 2.5 ms about the mean
  EXPECT_DOUBLE_EQ(check_jitter(link, stated).requested, 2.0);
  EXPECT_DOUBLE_EQ(check_jitter(link, stated).delivered, 2.5);
  EXPECT_TRUE(check_jitter(link, stated).ok) << "within a millisecond";
  link.measure.squared_differences = 50 * 3.5 * 3.5;
  EXPECT_FALSE(check_jitter(link, stated).ok);
  link.measure.squared_window_packets = 50 * 50 / 9.0;  // nine independent delays
  EXPECT_THAT(check_jitter(link, stated).note, ::testing::HasSubstr("about 9 times: not judged"));
}

TEST(CheckDelayP99, compares_the_99th_percentile_of_a_link_that_did_not_change) {
  LinkClass link = link_with(20ms, 0ms, 20ms, 200);
  link.delays.add(20ms, 197);
  link.delays.add(25ms, 3);  // more than one in a hundred
  EXPECT_DOUBLE_EQ(check_delay_p99(link, stated).requested, 20.0);
  EXPECT_NEAR(check_delay_p99(link, stated).delivered, 25.0, 0.02);
  EXPECT_FALSE(check_delay_p99(link, stated).ok);
  link.delays.add(20ms, 200);
  EXPECT_TRUE(check_delay_p99(link, stated).ok);
  link.measure.asked_delays += 1ms;
  EXPECT_THAT(check_delay_p99(link, stated).note, ::testing::HasSubstr("changed during the run: not judged"));
}

TEST(CheckDelayP99, allows_three_standard_errors_of_the_quantile) {
  // Normal, sd 2 ms, 400 delays: 20 + 2.3263 * 2 = 24.65 ms. From the 98.5th to the 99.5th percentile there are 0.811 ms, so a
  // standard error is sqrt(0.0099 / 400) * 0.811 ms / 0.01 = 0.403 ms.
  LinkClass link = link_with(20ms, 2ms, 20ms, 400);
  link.delays.add(25800us);
  EXPECT_TRUE(check_delay_p99(link, {.delay = 0ms, .delay_share = 0.05}).ok) << "1.15 ms off; 5 % are 1.23 ms";
  EXPECT_NEAR(check_delay_p99(link, {.delay = 0ms, .delay_share = 0.0}).tolerance, 3 * 0.4035, 0.002);
}

TEST(CheckCpu, holds_the_share_within_ten_percent_and_the_use_below_the_quota) {
  EXPECT_TRUE(check_cpu_share("edge-1", 0.5, 0.455, stated.cpu_share).ok);
  EXPECT_FALSE(check_cpu_share("edge-1", 0.5, 0.44, stated.cpu_share).ok);
  const auto check = check_cpu_limit({{"a", 0.5, 0.2}, {"b", 1.0, 1.1}});
  EXPECT_FALSE(check.ok);
  EXPECT_THAT(check.note, ::testing::HasSubstr("b"));
  EXPECT_TRUE(check_cpu_limit({{"a", 0.5, 0.2}}).ok);
}

TEST(CheckHandingOver, allows_no_refused_packet_and_only_notes_what_was_for_nobody) {
  const auto fine = check_handing_over({.malformed = 3, .unroutable = 2, .refused = 0});
  EXPECT_TRUE(fine.ok);
  EXPECT_THAT(fine.note, ::testing::HasSubstr("2 were for no node and 3 were no IP packets"));
  EXPECT_EQ(check_handing_over({}).note, "");
  const auto refused = check_handing_over({.refused = 1});
  EXPECT_FALSE(refused.ok);
  EXPECT_DOUBLE_EQ(refused.delivered, 1.0);
  EXPECT_FALSE(check_handing_over({.unread = 1}).ok);
  EXPECT_FALSE(check_handing_over({.held = 1}).ok);
}

TEST(LinkClasses, gather_the_paths_between_two_tiers_and_leave_out_the_unused) {
  Scenario scenario;
  scenario.tiers = {{.name = "edge", .runtimes = {}}, {.name = "endpoint", .runtimes = {}}};
  scenario.nodes = {{"edge-1", 0}, {"endpoint-1", 1}, {"endpoint-2", 1}};
  scenario.links = {{0, 0, {}, "edge to edge"}, {1, 0, {.rate = 10_Mbps}, "endpoint to edge (4g)"}, {0, 1, {}, ""}};
  FabricCounters counters;
  for (const auto& [from, to] : {std::pair{1U, 0U}, {2U, 0U}, {0U, 2U}}) {
    PathCounters path{.from = from, .to = to, .link = {}, .measure = {}};
    path.link.offered_packets = 5;
    path.measure.packets = 4;
    counters.paths.push_back(path);
  }
  const auto classes = link_classes(scenario, counters);
  ASSERT_EQ(classes.size(), 2U);
  EXPECT_EQ(classes[0].label, "endpoint to edge (4g)");
  EXPECT_EQ(classes[0].measure.packets, 8U);
  EXPECT_EQ(classes[1].label, "edge to endpoint");
  EXPECT_EQ(check_links(classes, stated).size(), 5U) << "two delays with their percentiles, one rate";
}

TEST(LinkClasses, gather_the_access_links_of_a_tier_and_judge_their_rate) {
  Scenario scenario;
  scenario.tiers = {{.name = "endpoint", .nodes = 2, .runtimes = {}}};
  scenario.nodes = {{"endpoint-1", 0}, {"endpoint-2", 0}};
  scenario.access = {{.up = 8_Mbps}, {.up = 8_Mbps}};
  FabricCounters counters;
  for (const Port port : {Port{0}, Port{1}}) {
    AccessCounters access{.port = port, .up = true, .link = {}, .measure = {}};
    access.link.offered_packets = 1000;
    access.measure.packets = 1000;
    access.measure.busy_periods = 1;
    access.measure.busy_bytes = Bytes::of(1'000'000);  // a second of 8 Mbit/s
    access.measure.busy_asked = 1s;
    access.measure.busy_time = port == 0 ? 1s : 1250ms;
    counters.access.push_back(access);
  }
  const auto classes = link_classes(scenario, counters);
  ASSERT_EQ(classes.size(), 1U);
  EXPECT_EQ(classes[0].label, "endpoint up");
  const auto checks = check_links(classes, {});
  ASSERT_EQ(checks.size(), 1U) << "they have no delay to be judged";
  EXPECT_EQ(checks[0].what, "rate endpoint up");
  EXPECT_DOUBLE_EQ(checks[0].requested, 8.0);
  EXPECT_NEAR(checks[0].delivered, 16.0 / 2.25, 1e-9);
  EXPECT_FALSE(checks[0].ok);
}

TEST(JudgeDelivery, makes_the_evaluation_invalid_and_says_why) {
  Evaluation evaluation;
  evaluation.delivery = {check_cpu_share("edge-1", 0.5, 0.5, stated.cpu_share)};
  judge_delivery(evaluation);
  EXPECT_TRUE(evaluation.valid);
  evaluation.delivery.push_back(check_cpu_share("edge-2", 0.5, 0.25, stated.cpu_share));
  judge_delivery(evaluation);
  EXPECT_FALSE(evaluation.valid);
  ASSERT_EQ(evaluation.invalid_because.size(), 1U);
  EXPECT_EQ(evaluation.invalid_because[0], "CPU share edge-2: asked for 0.5 cores, got 0.25 (tolerance 0.05), all nodes busy at once, before the load");
}

}  // namespace
}  // namespace continuo
