#include "simulate/transport.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

Instant at(Duration time) { return scenario_start + time; }

TEST(TcpWireSize, adds_the_headers_of_each_segment) {
  const Bytes segment = tcp_segment(NetworkStack{});
  EXPECT_EQ(segment, 1448_B);
  EXPECT_EQ(tcp_wire_size(1_B, segment), 53_B);
  EXPECT_EQ(tcp_wire_size(1448_B, segment), 1500_B);
  EXPECT_EQ(tcp_wire_size(1449_B, segment), 1553_B);
}

TEST(TcpDirection, begins_with_ten_segments_and_keeps_what_it_has_grown_to) {
  TcpDirection direction;
  EXPECT_FALSE(direction.is_open(at(0s)));
  EXPECT_EQ(direction.begin({}, 100ms, at(0s)), 14480_B);
  direction.grow(14480_B);
  EXPECT_TRUE(direction.is_open(at(100ms)));
  EXPECT_EQ(direction.begin({}, 100ms, at(100ms)), 28960_B);
}

TEST(TcpDirection, loses_half_of_its_window_for_each_time_out_of_silence) {
  TcpDirection direction;
  direction.begin({}, 100ms, at(0s));
  direction.grow(100'000_B);  // 114480
  EXPECT_EQ(direction.begin({}, 100ms, at(650ms)), 28620_B) << "two time-outs of 300 ms";
  EXPECT_EQ(direction.begin({}, 100ms, at(20s)), 14480_B) << "never below the initial window";
}

TEST(TcpDirection, keeps_its_window_through_silence_if_the_stack_says_so) {
  TcpDirection direction;
  direction.begin({}, 100ms, at(0s));
  direction.grow(14480_B);
  EXPECT_EQ(direction.begin({.slow_start_after_idle = false}, 100ms, at(20s)), 28960_B);
  EXPECT_EQ(direction.begin({.slow_start_after_idle = false}, 100ms, at(51s)), 14480_B) << "the connection was closed";
}

}  // namespace
}  // namespace continuo
