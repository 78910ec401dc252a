// Delay and rate from stamps that are written by hand.
#include "emulate/fabric/link_meter.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr Instant at(Duration since_start) { return scenario_start + since_start; }

Passage sent(Duration start, Duration end, Duration delay) {
  return {.accepted = at(start), .transmission_start = at(start), .transmission_end = at(end), .delay = delay,
          .due = at(end + delay)};
}

TEST(LinkMeter, measures_delay_from_the_end_of_transmission_to_the_write) {
  LinkMeter meter{100ms};
  meter.delivered(1500_B, sent(0ms, 1ms, 5ms), at(6ms), {.mean = 5ms});          // on time: 5 ms
  meter.delivered(1500_B, sent(300ms, 301ms, 5ms), at(308ms), {.mean = 5ms});    // 2 ms late: 7 ms
  EXPECT_EQ(meter.measure().packets, 2U);
  EXPECT_EQ(meter.measure().delays, 12ms);
  EXPECT_EQ(meter.measure().asked_delays, 10ms);
}

TEST(LinkMeter, measures_the_spread_of_delays_apart_from_what_their_mean_is_off_by) {
  LinkMeter meter{100ms};
  // 7 and 9 ms where 5 were asked for: 3 off in the mean, 1 about it.
  meter.delivered(1500_B, sent(0ms, 1ms, 7ms), at(8ms), {.mean = 5ms, .sd = 2ms});
  meter.delivered(1500_B, sent(300ms, 301ms, 9ms), at(310ms), {.mean = 5ms, .sd = 2ms});
  EXPECT_EQ(meter.measure().delay_sd(), 1ms);
  EXPECT_DOUBLE_EQ(meter.measure().asked_variances, 8.0);
  EXPECT_EQ(LinkMeasure{}.delay_sd(), 0ms);
}

TEST(LinkMeter, measures_the_rate_over_a_busy_period_whatever_the_delay_does_meanwhile) {
  LinkMeter meter{100ms};
  // 21 packets of 1250 bytes, 1 ms each: 10 Mbit/s for 20 ms behind the first; the delay drifts by 0.1 ms a packet.
  for (int index = 0; index <= 20; ++index) {
    const Duration end = (index + 1) * 1ms;
    const Duration delay = 5ms + index * 100us;
    meter.delivered(1250_B, sent(end - 1ms, end, delay), at(end + delay), {.mean = 5ms});
  }
  const LinkMeasure measure = meter.measure();
  EXPECT_EQ(measure.busy_periods, 1U);
  EXPECT_EQ(measure.busy_bytes, Bytes::of(20 * 1250));
  EXPECT_EQ(measure.busy_time, 20ms);
  EXPECT_EQ(measure.busy_asked, 20ms);
}

TEST(LinkMeter, ends_a_busy_period_where_the_link_was_idle_or_a_packet_was_lost) {
  LinkMeter meter{100ms};
  for (int index = 0; index < 60; ++index) {
    if (index == 30) {
      continue;  // lost: its time was spent, its bytes did not arrive
    }
    const Duration end = (index + 1) * 1ms;
    meter.delivered(1250_B, sent(end - 1ms, end, 0ms), at(end), {.mean = 5ms});
  }
  const LinkMeasure measure = meter.measure();
  EXPECT_EQ(measure.busy_periods, 2U);
  EXPECT_EQ(measure.busy_bytes, Bytes::of((29 + 28) * 1250));
  EXPECT_EQ(measure.busy_time, 29ms + 28ms);
}

TEST(LinkMeter, ignores_periods_too_short_to_tell_a_rate) {
  LinkMeter meter{100ms};
  for (int index = 0; index < 9; ++index) {  // nine packets over 80 ms
    meter.delivered(1250_B, sent(index * 10ms, (index + 1) * 10ms, 0ms), at((index + 1) * 10ms), {.mean = 5ms});
  }
  EXPECT_EQ(meter.measure().busy_periods, 0U);
}

TEST(LinkMeter, counts_delays_as_independent_by_windows_of_twice_the_correlation_time) {
  LinkMeter meter{100ms};
  for (const Duration end : {10ms, 20ms, 30ms, 250ms, 260ms, 270ms}) {  // three in each of two windows of 200 ms
    meter.delivered(100_B, sent(end, end, 5ms), at(end + 5ms), {.mean = 5ms});
  }
  EXPECT_DOUBLE_EQ(meter.measure().squared_window_packets, 18.0);
  EXPECT_DOUBLE_EQ(meter.measure().independent_delays(), 2.0);  // 6^2 / 18
}

}  // namespace
}  // namespace continuo
