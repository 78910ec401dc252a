// The first-order model of the SPEC-RG reference architecture: each inequality with its numbers, and the load on every
// resource. Source: Jansen et al., "The SPEC-RG Reference Architecture for the Compute Continuum", CCGrid 2023, and its
// artifact's replicate_model.py.
#pragma once

#include <string>
#include <vector>

#include "model/flows.hh"
#include "result/evaluation.hh"

namespace continuo {

// What each resource is asked for.
struct Demands {
  // Core-seconds a second of one node.
  struct OfNode {
    double own = 0.0;      // T_proc R of its own requests
    double others = 0.0;   // T_proc R E of those that it is sent
    double prepare = 0.0;  // T_pre R
    double not_full = 0.0;  // more, since batches are not all as large as they can be
    bool batches = false;   // T_proc is of a request in a batch at its fullest
  };
  // Bits a second.
  struct Traffic {
    double requests = 0.0;  // inputs alone
    double answers = 0.0;
    double wire = 0.0;      // of both, with what the transport and packets add: what a link has to carry

    double payload() const { return requests + answers; }
  };
  std::vector<OfNode> nodes;         // by class
  std::vector<double> accelerators;  // by server
  std::vector<double> not_full;      // by server, as of nodes; empty: nothing is batched
  std::vector<Traffic> links;        // by the links of the flows, of one ordered pair of nodes
  std::vector<Traffic> up;           // by class, of one node; empty: no node has an access link
  std::vector<Traffic> down;
};

Demands demands_of(const Scenario& scenario, const Flows& flows, const ModelOptions& options);

// The most loaded resource of all, without the names and the rest.
struct Bottleneck {
  enum class Kind { none, cpu, accelerator, link, up, down };
  Kind kind = Kind::none;
  std::size_t index = 0;  // of a class of nodes, a server, a class of links or a class of nodes
  double load = 0.0;
  bool feasible = true;   // every demand is below its capacity
};
Bottleneck bottleneck_of(const Scenario& scenario, const Flows& flows, const Demands& demands);
std::string bottleneck_name(const Scenario& scenario, const Flows& flows, const Bottleneck& bottleneck);

struct FirstOrder {
  std::vector<ResourceLoad> resources;
  std::vector<Inequality> inequalities;  // one a tier or link class: the one nearest to failing
  bool feasible = true;
  std::string bottleneck;
  double bottleneck_load = 0.0;
};

FirstOrder first_order(const Scenario& scenario, const Flows& flows, const ModelOptions& options);

}  // namespace continuo
