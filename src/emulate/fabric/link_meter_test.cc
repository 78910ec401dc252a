// Delay and rate from stamps that are written by hand.
#include "emulate/fabric/link_meter.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr Instant at(Duration since_start) { return scenario_start + since_start; }

// Of a link that asks for 5 ms, with this standard deviation.
Passage sent(Duration start, Duration end, Duration delay, Duration sd = {}) {
  return {.accepted = at(start), .transmission_start = at(start), .transmission_end = at(end), .delay = delay,
          .due = at(end + delay), .asked_mean = 5ms, .asked_sd = sd};
}

TEST(LinkMeter, measures_delay_from_the_end_of_transmission_to_the_write) {
  LinkMeter meter{100ms};
  meter.delivered(1500_B, sent(0ms, 1ms, 5ms), at(6ms));          // on time: 5 ms
  meter.delivered(1500_B, sent(300ms, 301ms, 5ms), at(308ms));    // 2 ms late: 7 ms
  EXPECT_EQ(meter.measure().packets, 2U);
  EXPECT_EQ(meter.measure().delays, 12ms);
  EXPECT_EQ(meter.measure().asked_delays, 10ms);
}

TEST(LinkMeter, measures_the_spread_of_delays_apart_from_what_their_mean_is_off_by) {
  LinkMeter meter{100ms};
  // 7 and 9 ms where 5 were asked for: 3 off in the mean, 1 about it.
  meter.delivered(1500_B, sent(0ms, 1ms, 7ms, 2ms), at(8ms));
  meter.delivered(1500_B, sent(300ms, 301ms, 9ms, 2ms), at(310ms));
  EXPECT_EQ(meter.measure().delay_sd(), 1ms);
  EXPECT_DOUBLE_EQ(meter.measure().asked_variances, 8.0);
  EXPECT_EQ(LinkMeasure{}.delay_sd(), 0ms);
}

TEST(LinkMeter, leaves_out_the_delay_of_what_a_change_of_the_link_has_held_but_not_its_bytes) {
  LinkMeter meter{100ms};
  Passage held = sent(0ms, 1ms, 5ms);
  held.due = at(600ms);
  held.behind_change = true;
  meter.delivered(1500_B, held, at(600ms));
  EXPECT_EQ(meter.measure().packets, 0U);
  EXPECT_EQ(meter.measure().delays, 0ms);
  meter.delivered(1500_B, sent(700ms, 701ms, 5ms), at(706ms));
  EXPECT_EQ(meter.measure().packets, 1U);
}

TEST(LinkMeter, counts_delays_as_independent_by_how_fast_they_drift_at_their_time) {
  LinkMeter meter{100ms};
  // Four packets in one window of 200 ms are one delay; after the change, four in windows of 2 ms each are four.
  for (int index = 0; index < 4; ++index) {
    const Duration end = 10ms + index * 40ms;
    meter.delivered(100_B, sent(end, end, 5ms), at(end + 5ms));
  }
  EXPECT_DOUBLE_EQ(meter.measure().independent_delays(), 1.0);  // 4^2 / 4^2
  meter.change(1ms);
  for (int index = 0; index < 4; ++index) {
    const Duration end = 210ms + index * 40ms;
    meter.delivered(100_B, sent(end, end, 5ms), at(end + 5ms));
  }
  EXPECT_DOUBLE_EQ(meter.measure().independent_delays(), 64.0 / 20.0);  // 8^2 / (4^2 + 4 * 1^2)
}

TEST(LinkMeter, gives_what_came_since_an_earlier_look) {
  LinkMeter meter{100ms};
  meter.delivered(1500_B, sent(0ms, 1ms, 5ms), at(6ms));
  const LinkMeasure before = meter.measure();
  meter.delivered(1500_B, sent(300ms, 301ms, 7ms), at(308ms));
  const LinkMeasure since = meter.measure().since(before);
  EXPECT_EQ(since.packets, 1U);
  EXPECT_EQ(since.delays, 7ms);
  EXPECT_EQ(since.asked_delays, 5ms);
}

TEST(LinkMeter, measures_the_rate_over_a_busy_period_whatever_the_delay_does_meanwhile) {
  LinkMeter meter{100ms};
  // 21 packets of 1250 bytes, 1 ms each: 10 Mbit/s for 20 ms behind the first; the delay drifts by 0.1 ms a packet.
  for (int index = 0; index <= 20; ++index) {
    const Duration end = (index + 1) * 1ms;
    const Duration delay = 5ms + index * 100us;
    meter.delivered(1250_B, sent(end - 1ms, end, delay), at(end + delay));
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
    meter.delivered(1250_B, sent(end - 1ms, end, 0ms), at(end));
  }
  const LinkMeasure measure = meter.measure();
  EXPECT_EQ(measure.busy_periods, 2U);
  EXPECT_EQ(measure.busy_bytes, Bytes::of((29 + 28) * 1250));
  EXPECT_EQ(measure.busy_time, 29ms + 28ms);
}

TEST(LinkMeter, ignores_periods_too_short_to_tell_a_rate) {
  LinkMeter meter{100ms};
  for (int index = 0; index < 9; ++index) {  // nine packets over 80 ms
    meter.delivered(1250_B, sent(index * 10ms, (index + 1) * 10ms, 0ms), at((index + 1) * 10ms));
  }
  EXPECT_EQ(meter.measure().busy_periods, 0U);
}

TEST(LinkMeter, counts_delays_as_independent_by_windows_of_twice_the_correlation_time) {
  LinkMeter meter{100ms};
  for (const Duration end : {10ms, 20ms, 30ms, 250ms, 260ms, 270ms}) {  // three in each of two windows of 200 ms
    meter.delivered(100_B, sent(end, end, 5ms), at(end + 5ms));
  }
  EXPECT_DOUBLE_EQ(meter.measure().squared_window_packets, 18.0);
  EXPECT_DOUBLE_EQ(meter.measure().independent_delays(), 2.0);  // 6^2 / 18
}

}  // namespace
}  // namespace continuo
