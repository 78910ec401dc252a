// Who can serve what, and how fast: a placement with the CPU that nodes have and the service times that are known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/assumptions.hh"
#include "policy/node_memory.hh"
#include "policy/service_time.hh"
#include "scenario/scenario.hh"

namespace continuo {

// What serves requests on a node: its CPU, or the stand-in of an accelerator whose service times are drawn from a profile.
// 16 bytes: there may be a million of them.
struct Server {
  enum class Kind : std::uint8_t { cpu, profiled };

  double capacity = 1.0;      // core-seconds a second: cores * quota
  std::uint32_t node = 0;     // of the scenario's
  std::uint16_t workers = 1;  // requests of one service in service at once
  Kind kind = Kind::cpu;
};
static_assert(sizeof(Server) == 16);

// "edge-1 cpu". Made when it is asked for: of a million nodes the names would be most of a plan.
std::string server_name(const Scenario& scenario, const Server& server);

// One service's queue and workers on a server. Stations of one server share its CPU.
struct Station {
  std::size_t server = 0;
  ServiceIndex service = 0;
};

// One node that can answer a service's requests.
struct Serving {
  std::size_t server = 0;
  std::size_t station = 0;
  std::string variant;
  ServiceTime service;
};

struct ServingPlan {
  std::vector<Server> servers;  // first the CPU of each node, in their order
  std::vector<Station> stations;
  std::vector<std::vector<Serving>> of_service;  // in the order of the placement
  std::vector<NodeMemory> memory;                // in the order of the nodes that have something loaded
};

// Of a variant on a node of so many core-seconds a second: as that node has timed it, else as it is stated for one whole core, under the
// quota there. Profiled ones do not use the CPU.
ServiceTime service_on(const Assumptions& assumptions, ServiceIndex service, NodeIndex node, const Variant& variant, double cpu);

// A placement by the scenario's own rule, as the hub would make it before anything runs.
Placement planned_placement(const Scenario& scenario);
// Its assignments alone, and why able nodes (policy/demand.hh) were not chosen: nothing of those that lack every runtime.
Placement planned_on_able(const Scenario& scenario);

// Assignments of a service without a stream have no station, and take their memory all the same.
ServingPlan make_serving_plan(const Scenario& scenario, const Placement& placement, const Assumptions& assumptions);

// How long one request occupies a worker when all workers are busy: a queue's service time. Slower than alone where the
// cores outnumber the quota (2 cores at 0.75 each: one request alone has a whole core, two have 0.75).
double busy_factor(const Server& server);
double busy_factor(int workers, double capacity);

}  // namespace continuo
