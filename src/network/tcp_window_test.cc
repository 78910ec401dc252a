// Against what `ss -ti` told of Linux 6.1 with cubic: 256 376 bytes every 400 ms over 20 ms each way and 50 Mbit/s.
#include "network/tcp_window.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr double segment = 1448;

class Tcp : public testing::Test {
 protected:
  // Sends a message flight by flight; the flights, in segments.
  std::vector<int> send(int segments, Instant at) {
    std::vector<int> flights;
    int window = segments_of(tcp.begin(stack, at));
    while (segments > 0) {
      const int flight = std::min(window, segments);
      const bool is_first = flights.empty();
      flights.push_back(flight);
      segments -= flight;
      const Instant left = is_first ? at : at + flight * spacing;
      window = segments_of(tcp.acknowledged(stack, {.payload = Bytes::of(flight * 1448), .first = round_trip, .spacing = spacing,
                                                    .is_first = is_first}, left));
      at += round_trip;
    }
    return flights;
  }
  static int segments_of(Bytes bytes) { return static_cast<int>(static_cast<double>(bytes.count()) / segment); }

  NetworkStack stack;
  Duration round_trip = 40400us;
  Duration spacing = 240us;  // 1500 bytes at 50 Mbit/s
  TcpWindow tcp;
  const Instant start = scenario_start;
};

TEST_F(Tcp, doubles_in_slow_start_while_its_window_is_used) {
  tcp.open(stack, round_trip, start);
  EXPECT_EQ(send(178, start), (std::vector<int>{10, 20, 40, 80, 28}));
}

TEST_F(Tcp, ends_slow_start_when_acknowledgements_come_in_a_train_of_half_a_round_trip) {
  tcp.open(stack, round_trip, start);
  send(178, start);
  // 237 ms of silence are less than the time-out. Half of 40.4 ms are 84 segments: 188 + 84 = 272 (Linux: 271).
  EXPECT_EQ(send(178, start + 400ms), (std::vector<int>{178}));
  // Its last acknowledgements came after 82 ms: time-out 280 ms (Linux: 280). 400 ms of silence halve the window (Linux: 135).
  EXPECT_NEAR(to_milliseconds(tcp.timeout()), 280, 1);
  EXPECT_EQ(send(178, start + 800ms), (std::vector<int>{136, 42}));
  EXPECT_NEAR(to_milliseconds(tcp.timeout()), 246, 3) << "Linux: 244 to 248";
  EXPECT_EQ(send(178, start + 1200ms), (std::vector<int>{136, 42}));
}

TEST_F(Tcp, halves_its_window_for_each_time_out_of_silence_down_to_the_initial_one) {
  tcp.open(stack, round_trip, start);
  send(178, start);
  EXPECT_EQ(send(178, start + 10s).front(), 10);
}

TEST_F(Tcp, keeps_its_window_where_the_stack_is_told_to) {
  stack.slow_start_after_idle = false;
  tcp.open(stack, round_trip, start);
  send(178, start);
  EXPECT_EQ(send(178, start + 10s), (std::vector<int>{178}));
}

TEST_F(Tcp, does_not_grow_a_window_of_which_less_than_half_is_used) {
  tcp.open(stack, round_trip, start);
  for (int message = 0; message < 10; ++message) EXPECT_EQ(send(4, start + message * 100ms), (std::vector<int>{4}));
  // Still ten, not more for the 40 segments that were acknowledged.
  EXPECT_EQ(send(30, start + 1s), (std::vector<int>{10, 20}));
}

// Twelve segments over 15 ms each way and 10 Mbit/s, then four every 120 ms: 22 segments of window for as long as that was watched, two seconds
// (Linux 6.18).
TEST_F(Tcp, keeps_a_window_of_which_little_is_used) {
  round_trip = 31200us;
  spacing = 1200us;
  tcp.open(stack, round_trip, start);
  EXPECT_EQ(send(12, start), (std::vector<int>{10, 2}));
  for (int message = 1; message <= 20; ++message) EXPECT_EQ(send(4, start + message * 120ms), (std::vector<int>{4}));
  EXPECT_EQ(send(25, start + 21 * 120ms), (std::vector<int>{22, 3}));
}

TEST_F(Tcp, ends_slow_start_when_the_round_trip_has_grown) {
  tcp.open(stack, round_trip, start);
  spacing = 3ms;  // no train: two segments are 6 ms apart
  EXPECT_EQ(send(20, start), (std::vector<int>{10, 10}));
  // 30 segments of window; a round trip 6 ms longer, more than an eighth of 40.4 ms: 8 more until that is seen, and not 30.
  round_trip = 46400us;
  EXPECT_EQ(send(90, start + 100ms), (std::vector<int>{30, 38, 22}));
}

TEST_F(Tcp, loses_three_tenths_of_its_window_to_a_loss) {
  tcp.open(stack, round_trip, start);
  tcp.reduce();
  EXPECT_EQ(send(8, start).front(), 7);
}

}  // namespace
}  // namespace continuo
