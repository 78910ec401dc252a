#include "units/bit_rate.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

TEST(BitRate, transmits_1500_bytes_at_12_megabit_in_one_millisecond) { EXPECT_EQ(1500_B / 12_Mbps, 1ms); }

TEST(BitRate, rounds_transmission_time_up_so_that_a_link_is_never_too_fast) {
  // 1 byte at 3 bit/s: 8/3 s = 2.666666666(6) s
  EXPECT_EQ(1_B / 3_bps, Duration{2'666'666'667});
}

TEST(BitRate, does_not_overflow_for_a_model_of_eight_gibibytes) {
  // 2^33 bytes * 8 bit / 10^9 bit/s = 68.719476736 s
  EXPECT_EQ(8_GiB / 1000_Mbps, Duration{68'719'476'736});
}

TEST(BitRate, times_a_duration_gives_whole_bytes) {
  EXPECT_EQ(8_Mbps * 1s, 1000_kB);
  // 7.21 Mbit/s for 1 ms = 7210 bit = 901.25 bytes
  EXPECT_EQ(7.21_Mbps * 1ms, 901_B);
}

}  // namespace
}  // namespace continuo
