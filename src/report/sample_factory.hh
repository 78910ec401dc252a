// The scenario that belongs to the sample evaluations of result/test_support: one cloud, two edge, three endpoint nodes.
#pragma once

#include "scenario/scenario.hh"

namespace continuo {

inline Scenario sample_factory() {
  using namespace std::chrono_literals;
  Scenario scenario;
  scenario.name = "factory";
  const auto tier = [&](const char* name, Role role, int nodes, int cores, double quota, std::vector<std::string> runtimes) {
    scenario.tiers.push_back({name, role, nodes, cores, quota, Bytes::gibibytes(role == Role::cloud ? 4 : 1),
                              std::move(runtimes)});
    for (int node = 1; node <= nodes; ++node) {
      scenario.nodes.push_back({std::string{name} + "-" + std::to_string(node), scenario.tiers.size() - 1});
    }
  };
  tier("cloud", Role::cloud, 1, 1, 0.6, {"onnxruntime", "opencv"});
  tier("edge", Role::edge, 1, 1, 0.5, {"onnxruntime"});
  tier("edge-cv", Role::edge, 1, 1, 0.3, {"opencv"});
  tier("endpoint", Role::endpoint, 3, 1, 0.1, {});
  const LinkProperties near{.delay = 7500us, .jitter = 2500us, .rate = BitRate::megabits_per_second(7.21)};
  const LinkProperties far{.delay = 45ms, .jitter = 5ms, .rate = BitRate::megabits_per_second(7.21)};
  const LinkProperties wired{.delay = 7500us, .jitter = 2500us, .rate = BitRate::megabits_per_second(1000)};
  for (TierIndex from = 0; from < 4; ++from) {
    for (TierIndex to = 0; to < 4; ++to) {
      const bool wireless = from == 3 || to == 3;
      const bool cloud = from == 0 || to == 0;
      scenario.links.push_back({from, to, !wireless ? wired : (cloud ? far : near),
                                scenario.tiers[from].name + " to " + scenario.tiers[to].name});
    }
  }
  return scenario;
}

}  // namespace continuo
