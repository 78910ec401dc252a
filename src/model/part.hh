// What the model finds for one interval of a run, and for a run out of its intervals.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "energy/usage.hh"
#include "model/first_order.hh"
#include "workload/intervals.hh"

namespace continuo {

// A service that answers less of its requests in time is not feasible: distributions at a few hundred points cannot tell it from none.
inline constexpr double answered_least = 0.01;

struct Part {
  FirstOrder first;  // of resources: what is used of them, refused requests left out
  bool feasible = true;  // and somebody serves each service that is asked for, with a stable latency
  std::vector<ServiceResult> services;
  std::vector<double> generated;  // requests, by service
  std::vector<std::string> overloads;  // "classify: overloaded at edge-1 cpu: queue grows by 2.5 requests/s; no stable latency"
  std::vector<std::string> notes;
  Usage usage;
};

// The scenario as it is in this interval, and what is assumed of it there: its placement is that of the whole run.
struct PartScenario {
  Scenario scenario;
  ModelOptions options;
};
PartScenario part_of(const Scenario& scenario, const ModelOptions& options, const Interval& interval);

// One that holds for every part. Nothing to plan: the options' own.
ModelOptions with_placement(const Scenario& scenario, const ModelOptions& options);

void add_usage(const Scenario& scenario, const Usage& more, Usage& sum);

// Of the run. Requests and what was used add up; latencies are weighted by the requests generated in each part; loads are means over the run, as
// the other fidelities tell them, but feasible, bottleneck and inequalities are those of the interval in which they are nearest to failing.
// What is left waiting at the end of one interval is not carried into the next, and a service has no latency that is overloaded in any.
Part composed(const Scenario& scenario, std::span<const Interval> intervals, std::span<const Part> parts);

// That the intervals were taken one by one, and which of them were not.
std::vector<std::string> notes_of(const Intervals& intervals);

}  // namespace continuo
