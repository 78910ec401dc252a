// Random scenarios whose load is below 0.95 everywhere, for the model and the simulator to agree on.
#pragma once

#include <cstdint>
#include <string>

#include "scenario/scenario.hh"

namespace continuo::bench {

struct RandomScenario {
  Scenario scenario;
  std::string group;
  std::string text;  // for people
};

// By number: two fifths are `star` (one service on one node, one stream), the others `services` (two or three services that share a
// node's CPU, with one or two streams each), `tiers` (services on an edge node and a cloud node) and `access` (access links of limited
// rate on both sides). 1 to 40 endpoints, 1 to 16 cores, load 0.1 to 0.95, periodic and Poisson, with and without jitter and rates.
RandomScenario random_scenario(std::uint64_t number);

// One node and one service behind links that lose up to 3 % of their packets each way.
RandomScenario random_lossy_scenario(std::uint64_t number);

// One node of 1 to 8 cores at which 0 to 8 requests of its one service may wait, load 0.5 to 0.95: a part of them is refused. Most by Poisson
// sources.
RandomScenario random_limited_scenario(std::uint64_t number);

}  // namespace continuo::bench
