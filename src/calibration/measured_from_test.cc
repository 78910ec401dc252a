// Which kept profiles hold for a scenario.
#include "calibration/measured_from.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const ProfiledHost host{"Some CPU", 2, "x86_64"};
const ProfiledHost other_host{"Other CPU", 2, "x86_64"};

// Two edge nodes at a quota of 0.5 and a cloud node of four cores; one service of one variant.
Scenario two_tiers() {
  Scenario scenario;
  scenario.tiers = {{"edge", Role::edge, 2, 1, 0.5, 1_GiB, {}}, {"cloud", Role::cloud, 1, 4, 1.0, 1_GiB, {}}};
  scenario.nodes = {{"edge-1", 0}, {"edge-2", 0}, {"cloud-1", 1}};
  Variant builtin;
  builtin.name = "builtin";
  builtin.runtime = "builtin";
  builtin.service_time = 20ms;
  Service burn{"burn", {}, {}};
  burn.package.name = "burn-package";
  burn.package.digest = std::string(64, 'a');
  burn.package.variants = {builtin};
  scenario.services = {burn};
  return scenario;
}

Placement on(std::initializer_list<const char*> nodes) {
  Placement placement;
  for (const char* node : nodes) placement.assignments.push_back({"burn", "builtin", node, {}});
  return placement;
}

ServiceProfile profile(int cores, double quota, Duration mean) {
  return {.package = "burn-package", .digest = std::string(64, 'a'), .variant = "builtin", .runtime = "builtin", .cores = cores,
          .quota = quota, .batch = 1, .mean = mean, .sd = mean / 10, .p50 = mean, .p95 = mean, .samples = 30};
}

ServiceProfiles kept(std::vector<ServiceProfile> profiles) { return {host, "abc", "2026-01-02", std::move(profiles)}; }

TEST(MeasuredFrom, takes_a_profile_at_the_same_share_as_it_is_for_every_node_that_serves) {
  const auto times = measured_from(two_tiers(), on({"edge-1", "edge-2"}), kept({profile(1, 1.0, 21ms), profile(1, 0.5, 43ms)}), host);
  ASSERT_THAT(times.measured, SizeIs(2));
  for (const NodeIndex node : {0U, 1U}) {
    EXPECT_EQ(times.measured.at({0, node}).time, 43ms);
    EXPECT_EQ(times.measured.at({0, node}).sd, 4300us);
  }
  EXPECT_THAT(times.refused, IsEmpty());
  EXPECT_THAT(times.flagged, IsEmpty());
}

TEST(MeasuredFrom, takes_what_a_further_request_adds_from_the_largest_batch_measured_beside) {
  ServiceProfile four = profile(1, 0.5, 70ms);
  four.batch = 4;
  ServiceProfile eight = profile(1, 0.5, 110ms);
  eight.batch = 8;
  ServiceProfile elsewhere = profile(1, 1.0, 900ms);
  elsewhere.batch = 16;
  const auto times = measured_from(two_tiers(), on({"edge-1"}), kept({profile(1, 0.5, 40ms), four, eight, elsewhere}), host);
  EXPECT_EQ(times.measured.at({0, 0}).batch, (TimedBatch{8, 110ms}));
  EXPECT_EQ(measured_from(two_tiers(), on({"edge-1"}), kept({profile(1, 0.5, 40ms)}), host).measured.at({0, 0}).batch, TimedBatch{});
}

TEST(MeasuredFrom, takes_two_quarters_of_a_core_for_half_a_core) {
  const auto times = measured_from(two_tiers(), on({"edge-1"}), kept({profile(2, 0.25, 41ms)}), host);
  EXPECT_EQ(times.measured.at({0, 0}).time, 41ms);
  EXPECT_THAT(times.flagged, IsEmpty());
}

TEST(MeasuredFrom, stretches_the_nearest_share_once_for_a_tier_and_says_so) {
  // 0.4 is nearer to 0.5 than 1 is: 49 ms at 0.4 are 21.5 + 10 * 3 - 2.5 ms, and at 0.5 that work takes 21.5 + 8 * 2.5 - 2.5
  // (policy/quota_periods.hh).
  const auto times = measured_from(two_tiers(), on({"edge-1", "edge-2"}), kept({profile(1, 1.0, 21ms), profile(1, 0.4, 49ms)}), host);
  EXPECT_NEAR(to_seconds(times.measured.at({0, 1}).time), 0.039, 1e-6);
  EXPECT_NEAR(to_seconds(times.measured.at({0, 1}).sd), 0.0049 * 39 / 49, 1e-6);
  EXPECT_THAT(times.flagged, ElementsAre(AllOf(HasSubstr("at 0.5 cores, as edge has"), HasSubstr("at 0.4 cores is taken 0.7959 times as long"))));
}

TEST(MeasuredFrom, takes_no_request_to_be_faster_on_more_than_one_core) {
  const auto times = measured_from(two_tiers(), on({"cloud-1"}), kept({profile(1, 1.0, 21ms)}), host);
  EXPECT_EQ(times.measured.at({0, 2}).time, 21ms);
  EXPECT_THAT(times.flagged, SizeIs(1));
}

TEST(MeasuredFrom, flags_what_has_no_profile_and_leaves_it_to_the_stated_time) {
  ServiceProfile other = profile(1, 0.5, 43ms);
  other.variant = "another";
  const auto times = measured_from(two_tiers(), on({"edge-1", "edge-2"}), kept({other}), host);
  EXPECT_THAT(times.measured, IsEmpty());
  EXPECT_THAT(times.refused, IsEmpty());
  EXPECT_THAT(times.flagged, ElementsAre(AllOf(HasSubstr("no profile of builtin of burn-package"), HasSubstr("20 ms"))));
}

TEST(MeasuredFrom, does_not_take_the_time_of_a_batch_for_that_of_a_request) {
  ServiceProfile batch = profile(1, 0.5, 43ms);
  batch.batch = 8;
  EXPECT_THAT(measured_from(two_tiers(), on({"edge-1"}), kept({batch}), host).measured, IsEmpty());
}

TEST(MeasuredFrom, refuses_profiles_of_another_digest_unless_stale_ones_are_taken) {
  ServiceProfile old = profile(1, 0.5, 43ms);
  old.digest = std::string(64, 'b');
  const auto refused = measured_from(two_tiers(), on({"edge-1", "edge-2"}), kept({old}), host);
  EXPECT_THAT(refused.measured, IsEmpty());
  EXPECT_THAT(refused.refused, ElementsAre(HasSubstr("builtin of burn-package are stale")));
  const auto taken = measured_from(two_tiers(), on({"edge-1"}), kept({old}), host, StaleProfiles::taken);
  EXPECT_EQ(taken.measured.at({0, 0}).time, 43ms);
  EXPECT_THAT(taken.refused, IsEmpty());
  EXPECT_THAT(taken.flagged, ElementsAre(HasSubstr("stale")));
}

TEST(MeasuredFrom, prefers_the_right_digest_at_another_share_to_another_digest_at_the_right_one) {
  ServiceProfile old = profile(1, 0.5, 43ms);
  old.digest = std::string(64, 'b');
  const auto times = measured_from(two_tiers(), on({"edge-1"}), kept({old, profile(1, 1.0, 20ms)}), host);
  EXPECT_EQ(times.measured.at({0, 0}).time, 35ms);
  EXPECT_THAT(times.refused, IsEmpty());
}

TEST(MeasuredFrom, refuses_profiles_of_another_host_unless_stale_ones_are_taken) {
  const ServiceProfiles profiles = kept({profile(1, 0.5, 43ms)});
  const auto refused = measured_from(two_tiers(), on({"edge-1"}), profiles, other_host);
  EXPECT_THAT(refused.measured, IsEmpty());
  EXPECT_THAT(refused.refused, ElementsAre(AllOf(HasSubstr("Some CPU, 2 cores, x86_64"), HasSubstr("Other CPU"))));
  const auto taken = measured_from(two_tiers(), on({"edge-1"}), profiles, other_host, StaleProfiles::taken);
  EXPECT_EQ(taken.measured.at({0, 0}).time, 43ms);
  EXPECT_THAT(taken.flagged, SizeIs(1));
}

TEST(MeasuredFrom, leaves_variants_alone_that_state_their_distribution) {
  Scenario scenario = two_tiers();
  scenario.services[0].package.variants[0].runtime = "profiled";
  const auto times = measured_from(scenario, on({"edge-1"}), kept({profile(1, 0.5, 43ms)}), host);
  EXPECT_THAT(times.measured, IsEmpty());
  EXPECT_THAT(times.flagged, IsEmpty());
}

}  // namespace
}  // namespace continuo
