// The latency of each service: the terms of model/terms, composed in one place.
#pragma once

#include <string>
#include <vector>

#include "model/flows.hh"
#include "result/evaluation.hh"

namespace continuo {

struct ServiceLatency {
  Histogram latency;  // empty if any part of the way is overloaded: there is no stable latency then
  Stages stages;
  double in_time = 1.0;    // share of the requests answered within their deadline
  double sustained = 1.0;  // share of the requests that the resources can carry in the long run
  std::vector<std::string> overloaded;  // "edge-1 cpu: queue grows by 2.5 requests/s"
};

// One for each service, in the scenario's order.
std::vector<ServiceLatency> service_latencies(const Scenario& scenario, const Flows& flows, const ModelOptions& options);

}  // namespace continuo
