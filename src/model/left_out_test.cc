// The model says what it leaves out.
#include <gmock/gmock.h>

#include "model/explain.hh"
#include "model/model.hh"
#include "model/sample_scenario.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

bool is_outside(const Scenario& scenario, const std::string& because) {
  return std::ranges::any_of(explain(scenario, {}), [&](const Explanation& one) { return !one.holds && one.because.find(because) != std::string::npos; });
}

Scenario edge_of(const LinkProperties& link, Bytes input) {
  return sample_scenario({.edge = {1, 1, 1.0}, .service_time = 10ms, .rate = 2.0, .input = input, .link = link});
}

TEST(LeftOut, tells_of_a_link_whose_queue_holds_less_than_a_message) {
  // 100 kB are 70 packets.
  const auto link = [](std::uint64_t packets) { return LinkProperties{.delay = 5ms, .rate = 10_Mbps, .queue = {.packets = packets}}; };
  EXPECT_TRUE(is_outside(edge_of(link(20), 100'000_B), "queue holds 20"));
  EXPECT_FALSE(is_outside(edge_of(link(80), 100'000_B), "queue holds"));
  EXPECT_FALSE(is_outside(edge_of(link(20), 1000_B), "queue holds"));
  EXPECT_THAT(evaluate(edge_of(link(20), 100'000_B), {}).notes, Contains(HasSubstr("queue holds 20")));
  LinkProperties by_bytes{.delay = 5ms, .rate = 10_Mbps, .queue = {.bytes = 30'000_B}};
  EXPECT_TRUE(is_outside(edge_of(by_bytes, 100'000_B), "queue holds 2"));
  // 10 ms at 10 Mbit/s are 12.5 kB.
  LinkProperties by_time{.delay = 5ms, .rate = 10_Mbps, .queue = {.time = 10ms}};
  EXPECT_TRUE(is_outside(edge_of(by_time, 100'000_B), "queue holds 9"));
}

}  // namespace
}  // namespace continuo
