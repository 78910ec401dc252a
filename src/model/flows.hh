// Who may send what to whom: the scenario and a placement, flattened for the model's arithmetic.
#pragma once

#include <string>
#include <vector>

#include "model/options.hh"
#include "model/terms/service.hh"
#include "result/evaluation.hh"

namespace continuo {

// What serves requests on a node: its CPU, or the stand-in of an accelerator whose service times are drawn from a profile.
struct Server {
  std::string name;  // "edge-1 cpu"
  NodeIndex node = 0;
  ResourceKind kind = ResourceKind::cpu;
  double capacity = 1.0;  // core-seconds a second: cores * quota
  int workers = 1;        // requests of one service in service at once
};

// One service's queue and workers on a server. Stations of one server share its CPU.
struct Station {
  std::size_t server = 0;
  ServiceIndex service = 0;
};

// One node that can answer a source's requests.
struct Choice {
  std::size_t server = 0;
  std::size_t station = 0;
  std::string variant;
  double work = 0.0;        // core-seconds a request: the paper's T_proc
  ServiceTime service;      // seconds in service there, alone
  double share = 0.0;       // of the source's requests; equilibrium.hh sets it
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

// A placement by the scenario's own rule, as the hub would make it before anything runs.
Placement planned_placement(const Scenario& scenario);

Flows make_flows(const Scenario& scenario, const Placement& placement, const ModelOptions& options);

// How long one request occupies a worker when all workers are busy: a queue's service time. Slower than alone where the
// cores outnumber the quota (2 cores at 0.75 each: one request alone has a whole core, two have 0.75).
double busy_factor(const Server& server);

}  // namespace continuo
