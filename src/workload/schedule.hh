// When one node sends which input: the arrival process of a stream, drawn lazily from the scenario's seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenario/scenario.hh"
#include "units/rng.hh"

namespace continuo {

struct Arrival {
  std::uint64_t sequence = 0;  // from 0 within this stream and node
  Instant at{};                // scenario_start is the moment the load begins
  std::size_t input = 0;       // index into Stream::inputs; 0 if there are none
};

// One stream as sent by one node. Same scenario, stream and node: same arrivals, whatever else the scenario holds, since
// the random numbers come from the seed's stream "arrivals/STREAM/NODE".
//
//   periodic  first at a phase uniform in [0, interval), then exactly every interval
//   Poisson   independent exponential gaps, the first one included
//
// Arrivals ascend and lie in [start, start + duration). Inputs are cycled; the nodes of the tier begin at places spread evenly
// over them, so that together they come through all inputs as soon as they can.
class Schedule {
 public:
  // The node must be of the stream's tier, and the stream no closed loop (workload/user.hh).
  Schedule(const Scenario& scenario, StreamIndex stream, NodeIndex node);

  StreamIndex stream() const { return stream_; }
  // Nothing: the stream has ended, and stays so.
  std::optional<Arrival> next();

 private:
  StreamIndex stream_;
  Arrivals arrivals_;
  Instant end_;
  Rng rng_;
  Instant at_;  // of the next arrival
  std::uint64_t sequence_ = 0;
  std::size_t input_;
  std::size_t inputs_;
};

// Every stream that this node sends and whose arrivals depend on no answer: not those of closed loops.
std::vector<Schedule> schedules_of(const Scenario& scenario, NodeIndex node);

// Mean requests a second for a service while all of its streams last, over all nodes that send them; of closed loops the most.
double offered_rate(const Scenario& scenario, ServiceIndex service);

}  // namespace continuo
