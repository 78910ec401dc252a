// Who may send what to whom: the scenario and a placement, flattened for the model's arithmetic.
#pragma once

#include <string>
#include <vector>

#include "model/options.hh"
#include "policy/serving_plan.hh"

namespace continuo {

// One node that can answer a source's requests.
struct Choice : Serving {
  double share = 0.0;  // of the source's requests; equilibrium.hh sets it
};

// One node that sends one stream.
struct Source {
  StreamIndex stream = 0;
  ServiceIndex service = 0;
  NodeIndex node = 0;
  double rate = 0.0;  // requests a second
  bool periodic = false;
  Bytes request = Bytes::zero();   // with its overhead
  Bytes response = Bytes::zero();  // with its overhead
  std::vector<Choice> choices;
};

struct Flows {
  std::vector<Server> servers;
  std::vector<Station> stations;
  std::vector<Source> sources;
};

Flows make_flows(const Scenario& scenario, const Placement& placement, const ModelOptions& options);

}  // namespace continuo
