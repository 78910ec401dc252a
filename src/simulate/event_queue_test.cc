// One contract for every event queue.
#include "simulate/event_queue.hh"

#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "simulate/heap_queue.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// What they are held to: a map from time and number to the event.
class Reference {
 public:
  void push(const SimulatedEvent& event) { events_.emplace(std::pair{event.at, ++order_}, event); }
  SimulatedEvent pop() { return events_.extract(events_.begin()).mapped(); }
  std::size_t size() const { return events_.size(); }

 private:
  std::map<std::pair<Instant, std::uint64_t>, SimulatedEvent> events_;
  std::uint64_t order_ = 0;
};

template <typename Queue>
class EventQueueContract : public testing::Test {
 protected:
  void push(Instant at) {
    const SimulatedEvent event{at, EventKind::arrival, ++made_};
    queue_.push(event);
    reference_.push(event);
  }
  Instant pop() {
    const SimulatedEvent expected = reference_.pop();
    EXPECT_EQ(queue_.next(), expected.at);
    const SimulatedEvent event = queue_.pop();
    EXPECT_EQ(event.at, expected.at);
    EXPECT_EQ(event.index, expected.index);
    EXPECT_EQ(queue_.size(), reference_.size());
    return event.at;
  }
  void pop_all() {
    while (reference_.size() > 0 && !this->HasFailure()) pop();
    EXPECT_TRUE(queue_.empty());
  }

  Queue queue_;
  Reference reference_;
  std::uint32_t made_ = 0;
  Rng rng_{Seed{1}};
};

using Queues = testing::Types<HeapQueue, LadderQueue>;
TYPED_TEST_SUITE(EventQueueContract, Queues);

TYPED_TEST(EventQueueContract, keeps_the_order_of_making_among_events_at_one_time) {
  // Few distinct times among many: most have company.
  for (int event = 0; event < 5000; ++event) {
    this->push(scenario_start + 1ms * this->rng_.below(100));
    if (event % 3 == 0) this->pop();
  }
  this->pop_all();
}

TYPED_TEST(EventQueueContract, takes_events_at_the_time_that_it_has_come_to) {
  for (int event = 0; event < 1000; ++event) this->push(scenario_start);
  for (int event = 0; event < 1000; ++event) {
    const Instant now = this->pop();
    this->push(now);
    if (event % 2 == 0) this->push(now + 1ns);
  }
  this->pop_all();
}

TYPED_TEST(EventQueueContract, holds_near_and_far_events) {
  for (int event = 0; event < 300; ++event) this->push(scenario_start + this->rng_.exponential(1s));
  for (int hold = 0; hold < 30'000 && !this->HasFailure(); ++hold) {
    const Instant now = this->pop();
    const std::uint64_t decades = this->rng_.below(12);  // from a few nanoseconds to an hour
    Duration mean{3};
    for (std::uint64_t decade = 0; decade < decades; ++decade) mean *= 10;
    this->push(now + this->rng_.exponential(mean));
    if (hold % 100 == 0) this->push(now + 200ms);
  }
  this->pop_all();
}

TYPED_TEST(EventQueueContract, fills_up_again_after_it_ran_empty) {
  for (int round = 0; round < 20; ++round) {
    for (int event = 0; event < 1 << (round % 11); ++event) this->push(scenario_start + 1h * round + 1ns * this->rng_.below(1000 * 1000));
    this->pop_all();
  }
}

TYPED_TEST(EventQueueContract, takes_any_time) {
  for (const Instant at : {Instant::max(), Instant::min(), scenario_start, Instant::max(), scenario_start - 1ns}) this->push(at);
  for (int event = 0; event < 200; ++event) this->push(Instant::max() - 1ns * this->rng_.below(5));
  this->pop();
  for (int event = 0; event < 200; ++event) this->push(Instant::min() + 1ns * this->rng_.below(1'000'000'000'000));
  this->pop_all();
}

TYPED_TEST(EventQueueContract, takes_bursts_between_two_events) {
  this->push(scenario_start);
  this->push(scenario_start + 10s);
  for (int burst = 0; burst < 30; ++burst) {
    const Instant now = this->pop();
    for (int event = 0; event < 500; ++event) this->push(now + 1ns * this->rng_.below(1 + 1'000'000'000 / (burst + 1)));
  }
  this->pop_all();
}

}  // namespace
}  // namespace continuo
