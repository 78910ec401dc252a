#include "scenario/link_properties.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

TEST(LinkProperties, knows_the_mean_loss_of_bursts) {
  LinkProperties link{.loss = Probability::of(0.01)};
  EXPECT_DOUBLE_EQ(link.mean_loss().value(), 0.01);
  // One packet in 100 enters the bad state, one in 4 leaves it: 0.01 / 0.26 of all packets meet it, and half of those are lost.
  link.bursts = {.good_to_bad = Probability::of(0.01), .bad_to_good = Probability::of(0.25), .loss_in_bad = Probability::of(0.5)};
  EXPECT_NEAR(link.mean_loss().value(), 0.01 * 25 / 26 + 0.5 / 26, 1e-12);
}

TEST(LinkPatch, overrides_what_it_says_and_nothing_else) {
  const LinkProperties link{.delay = 10ms, .jitter = 1ms, .rate = 5_Mbps, .loss = Probability::of(0.1)};
  LinkPatch patch;
  EXPECT_TRUE(patch.says_nothing());
  EXPECT_EQ(patch.applied_to(link), link);
  patch.delay = 20ms;
  const LinkProperties changed = patch.applied_to(link);
  EXPECT_EQ(changed, (LinkProperties{.delay = 20ms, .jitter = 1ms, .rate = 5_Mbps, .loss = Probability::of(0.1)}));
}

TEST(LinkPatch, an_independent_loss_ends_bursts) {
  LinkProperties link{.delay = 1ms};
  link.bursts = LossBursts{};
  EXPECT_FALSE(LinkPatch{.loss = Probability::of(0.1)}.applied_to(link).bursts);
}

TEST(LinkPatch, unlimited_takes_the_rate_away) {
  const LinkProperties link{.delay = 1ms, .rate = 5_Mbps};
  EXPECT_FALSE(LinkPatch{.unlimited = true}.applied_to(link).mean_rate());
}

}  // namespace
}  // namespace continuo
