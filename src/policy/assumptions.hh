// What a prediction, by the model or the simulator, may be told beyond the scenario.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/placement.hh"
#include "scenario/scenario.hh"
#include "units/timed_batch.hh"

namespace continuo {

// As a node timed it on arrival: at that node's own quota, not on a whole core.
struct MeasuredService {
  Duration time{};
  Duration sd{};
  TimedBatch batch{};  // of which follows what each further request adds; none: as the package states it
};

struct Assumptions {
  // Where a pair is missing, the service time that the package states for one whole core is stretched by the quota.
  std::map<std::pair<ServiceIndex, NodeIndex>, MeasuredService> measured;
  // CPU time of `continuo load` for one request on a whole core, its input being in memory already: measured 0.11 to 0.22 ms
  // elapsed on a tenth of a core.
  Duration prepare_time = std::chrono::microseconds{15};
  // What HTTP and two nodes' programs take beside the network to hand a request from one node to another, and its answer back: elapsed, measured
  // (docs/model.md).
  Duration request_handling = std::chrono::microseconds{450};
  Duration answer_handling = std::chrono::microseconds{600};
  std::optional<Bytes> response_size;  // nothing: as the package states it
  // The sizes of a stream's inputs, in the order they are sent; missing: all have the stream's mean size.
  std::map<StreamIndex, std::vector<Bytes>> input_sizes;
  Bytes message_overhead = Bytes::of(500);  // request line, headers and tensor metadata around a payload
  std::optional<Placement> placement;       // as a run has made it; nothing: by policy/placement.hh
  std::string commit;                       // of the program, for the Evaluation
};

}  // namespace continuo
