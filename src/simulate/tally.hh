// What becomes of the requests of a simulation, added up as they end.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "policy/serving_plan.hh"
#include "result/evaluation.hh"
#include "result/timeline_tally.hh"
#include "scenario/scenario.hh"

namespace continuo {

// One request, from its scheduled time on.
struct SimulatedTimes {
  Instant scheduled{};
  Instant sent{};
  Instant arrived{};  // at the serving node
  Duration queued{};
  Duration served{};
};

class Tally {
 public:
  Tally(const Scenario& scenario, const ServingPlan& plan);

  void generated(ServiceIndex service) { ++services_[service].result.generated; }
  // `serving`: the place in the plan's list of that service. `received`: when the sender has the whole answer.
  void completed(ServiceIndex service, std::size_t serving, const SimulatedTimes& times, Instant received);
  void failed(ServiceIndex service, const char* reason, Instant at);

  // `duration`: from the load's beginning to the last end.
  std::vector<ServiceResult> services() const;
  std::vector<TimelineSlice> timeline(Duration duration) const;

 private:
  struct OfService {
    ServiceResult result;
    std::uint64_t within = 0;
    std::vector<std::uint64_t> served;  // by place in the plan
  };

  const Scenario& scenario_;
  const ServingPlan& plan_;
  std::vector<OfService> services_;
  TimelineTally timeline_;
};

}  // namespace continuo
