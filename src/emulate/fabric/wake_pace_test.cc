// Wake-ups counted by hand.
#include "emulate/fabric/wake_pace.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr Instant at(Duration since_start) { return scenario_start + since_start; }

TEST(WakePace, wakes_at_once_for_what_comes_seldom) {
  WakePace pace;
  for (int packet = 1; packet < 1000; ++packet) {
    const Instant due = at(packet * 400us);
    EXPECT_EQ(pace.wake_at(due), due);
    pace.woke(due);
  }
}

TEST(WakePace, wakes_once_an_interval_for_what_comes_often) {
  // Due every 100 us: a burst of wake-ups at once, each of which takes 400 us of the allowance of 20 * 400 us and gets 100 us
  // back. After 27 (27 * 300 us > 8 ms) the next has to wait.
  WakePace pace;
  int at_once = 0;
  Instant due = at(1s);
  while (pace.wake_at(due) == due) {
    pace.woke(due);
    due += 100us;
    ++at_once;
  }
  EXPECT_EQ(at_once, 27);
  Instant last = pace.wake_at(due);
  for (int wake = 0; wake < 100; ++wake) {
    pace.woke(last);
    due = last + 100us;
    EXPECT_EQ(pace.wake_at(due) - last, 400us);
    last = pace.wake_at(due);
  }
}

TEST(WakePace, lets_streams_wait_longer) {
  // The burst's allowance of 20 * 400 us is used up; from then on a wake-up for three packets puts off the next by 600 us.
  WakePace pace;
  for (int wake = 0; wake < 100; ++wake) {
    pace.woke(pace.wake_at(at(1s)), 3);
  }
  const Instant last = pace.earliest();
  pace.woke(last, 3);
  EXPECT_EQ(pace.earliest() - last, 600us);
  pace.woke(pace.earliest(), 2);
  EXPECT_EQ(pace.earliest() - last, 1000us);
}

TEST(WakePace, forgives_after_a_rest) {
  WakePace pace;
  for (int wake = 0; wake < 100; ++wake) {
    pace.woke(at(1s));
  }
  EXPECT_GT(pace.wake_at(at(1s)), at(1s));
  EXPECT_EQ(pace.wake_at(at(2s)), at(2s));
}

TEST(WakeLead, settles_at_the_median) {
  // Sleeping ends 20, 30, 40 us late in turn.
  WakeLead lead;
  for (int wake = 0; wake < 3000; ++wake) {
    lead.woke(20us + (wake % 3) * 10us);
  }
  EXPECT_GE(lead.lead(), 29us);
  EXPECT_LE(lead.lead(), 31us);
}

TEST(WakeLead, is_bounded) {
  WakeLead lead;
  for (int wake = 0; wake < 4000; ++wake) {
    lead.woke(10ms);
  }
  EXPECT_EQ(lead.lead(), WakeLead::lead_max);
}

}  // namespace
}  // namespace continuo
