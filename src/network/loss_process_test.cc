// Loss within the 99 % intervals of what was asked for.
#include "network/loss_process.hh"

#include <gtest/gtest.h>

#include <cmath>

namespace continuo {
namespace {

constexpr Seed seed{7};
constexpr double deviations_99 = 2.576;

TEST(LossProcess, loses_each_packet_on_its_own) {
  constexpr int packets = 100'000;
  LossProcess process{{.loss = Probability::of(0.02)}, seed};
  int lost = 0;
  int lost_after_lost = 0;
  bool before = false;
  for (int packet = 0; packet < packets; ++packet) {
    const bool now = process.loses();
    lost += now ? 1 : 0;
    lost_after_lost += now && before ? 1 : 0;
    before = now;
  }
  EXPECT_NEAR(lost, packets * 0.02, deviations_99 * std::sqrt(packets * 0.02 * 0.98));
  EXPECT_NEAR(lost_after_lost, packets * 0.0004, deviations_99 * std::sqrt(packets * 0.0004));
}

// p = 0.01 into the bad state and r = 0.25 out of it: p / (p + r) = 1/26 of all packets meet the bad state and are lost. The states of
// packets k apart have correlation (1 - p - r)^k, which makes the variance of the mean (2 - p - r) / (p + r) times that of
// independent packets. A burst is geometric: 1 / r packets, with deviation sqrt(1 - r) / r.
TEST(LossProcess, loses_in_bursts_as_Gilbert_says) {
  constexpr int packets = 1'000'000;
  constexpr double p = 0.01;
  constexpr double r = 0.25;
  LossProcess process{{.bursts = LossBursts{Probability::of(p), Probability::of(r)}}, seed};
  int lost = 0;
  int bursts = 0;
  bool before = false;
  for (int packet = 0; packet < packets; ++packet) {
    const bool now = process.loses();
    lost += now ? 1 : 0;
    bursts += now && !before ? 1 : 0;
    before = now;
  }
  const double share = p / (p + r);
  EXPECT_NEAR(lost / 1e6, share, deviations_99 * std::sqrt(share * (1 - share) / packets * (2 - p - r) / (p + r)));
  EXPECT_NEAR(static_cast<double>(lost) / bursts, 1 / r, deviations_99 * std::sqrt(1 - r) / r / std::sqrt(bursts));
}

// Half of the packets meet each state, in runs of two: 1 % of the one half and 60 % of the other are lost.
TEST(LossProcess, has_a_loss_of_its_own_in_each_state_as_Elliott_says) {
  constexpr int packets = 100'000;
  const LossBursts bursts{Probability::of(0.5), Probability::of(0.5), Probability::of(0.6)};
  LossProcess process{{.loss = Probability::of(0.01), .bursts = bursts}, seed};
  int lost = 0;
  for (int packet = 0; packet < packets; ++packet) lost += process.loses() ? 1 : 0;
  EXPECT_NEAR(lost, packets * 0.305, deviations_99 * std::sqrt(packets * 0.305 * 0.695));  // p + r = 1: independent
}

TEST(LossProcess, begins_in_either_state_as_often_as_it_is_in_it) {
  // A chain that stays where it is for a million packets: a third begins in the bad state.
  const LossBursts bursts{Probability::of(1e-6), Probability::of(2e-6), Probability::always()};
  int bad = 0;
  for (std::uint64_t index = 0; index < 3000; ++index) bad += LossProcess{{.bursts = bursts}, Seed{index}}.loses() ? 1 : 0;
  EXPECT_NEAR(bad, 1000, deviations_99 * std::sqrt(3000.0 * 2 / 9));
}

TEST(LossProcess, forgets_its_bursts_when_they_end) {
  LossProcess process{{.bursts = LossBursts{Probability::always(), Probability::of(1e-9)}}, seed};
  EXPECT_TRUE(process.loses());
  process.change({});
  for (int packet = 0; packet < 100; ++packet) EXPECT_FALSE(process.loses());
}

}  // namespace
}  // namespace continuo
