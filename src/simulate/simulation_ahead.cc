// Fetching ahead: it makes a simulation faster and changes nothing else.
#include "simulate/simulation.hh"

namespace continuo {

// Of a million endpoints next to nothing is in the processor's caches. What the next events are about is fetched while those before them
// are done: an event leads to a request, a request to what its sender knows of the server, and that to the lane, one step at a time.
void Simulation::look_ahead() const {
  constexpr std::size_t first_step = 15;  // events ahead
  constexpr std::size_t second_step = 10;
  constexpr std::size_t third_step = 5;
  const auto first_sight = [this](const Request& request) { return sights_.data() + sight_number(request.source, 0); };
  if (const SimulatedEvent* event = events_.peek(first_step)) {
    if (event->kind == EventKind::sent) __builtin_prefetch(&requests_[event->index], 1);
    else if (event->kind == EventKind::message) network_.fetch_message(event->index);
    else if (event->kind == EventKind::arrival) prepared_.fetch(node_of(event->index));
  }
  if (const SimulatedEvent* event = events_.peek(second_step)) {
    if (event->kind == EventKind::sent) {
      __builtin_prefetch(first_sight(requests_[event->index]), 1);
    } else if (event->kind == EventKind::message) {
      if (const auto index = network_.tag_of(event->index)) __builtin_prefetch(&requests_[*index], 1);
    }
  }
  if (const SimulatedEvent* event = events_.peek(third_step)) {
    if (event->kind == EventKind::sent) {
      const Request& request = requests_[event->index];
      if (stream_of(request).places == 0) return;
      if (const Sight* sight = first_sight(request); sight->lane != unknown) network_.fetch_lane(sight->lane);
    } else if (event->kind == EventKind::message) {
      const auto index = network_.tag_of(event->index);
      if (index && requests_[*index].answered) __builtin_prefetch(first_sight(requests_[*index]), 1);
      else if (index) network_.fetch_lane(requests_[*index].lane);
    }
  }
}

}  // namespace continuo
