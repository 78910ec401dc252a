#include "simulate/event_queue.hh"

#include <gtest/gtest.h>

#include <tuple>

#include "units/rng.hh"

namespace continuo {
namespace {

TEST(EventQueue, gives_back_by_time_and_of_one_time_in_the_order_of_making) {
  EventQueue queue;
  Rng rng{Seed{1}};
  // Few distinct times among many: most have company.
  for (std::uint32_t event = 0; event < 5000; ++event) {
    queue.push(scenario_start + std::chrono::milliseconds{rng.below(100)}, EventKind::arrival, event);
    if (event % 3 == 0) queue.pop();
  }
  std::tuple<Instant, std::uint64_t> before{Instant::min(), 0};
  while (!queue.empty()) {
    const SimulatedEvent event = queue.pop();
    EXPECT_LT(before, std::tuple(event.at, event.order));
    before = {event.at, event.order};
  }
}

}  // namespace
}  // namespace continuo
