// The first-order model of the SPEC-RG reference architecture: each inequality with its numbers, and the load on every
// resource. Source: Jansen et al., "The SPEC-RG Reference Architecture for the Compute Continuum", CCGrid 2023, and its
// artifact's replicate_model.py.
#pragma once

#include <string>
#include <vector>

#include "model/flows.hh"
#include "result/evaluation.hh"

namespace continuo {

struct FirstOrder {
  std::vector<ResourceLoad> resources;
  std::vector<Inequality> inequalities;  // one a tier or link class: the one nearest to failing
  bool feasible = true;
  std::string bottleneck;
  double bottleneck_load = 0.0;
};

FirstOrder first_order(const Scenario& scenario, const Flows& flows, const ModelOptions& options);

}  // namespace continuo
