// Scenarios small enough to solve by hand, for the tests of the model.
#pragma once

#include "scenario/scenario.hh"

namespace continuo {

// Tiers "cloud", "edge" and "endpoint"; one service "classify" with one built-in variant, placed where the test says.
struct SampleTier {
  int nodes = 0;
  int cores = 1;
  double quota = 1.0;
};

struct SampleOptions {
  SampleTier cloud{};
  SampleTier edge{};
  SampleTier endpoint{1, 1, 1.0};
  TierIndex placed_on = 1;  // 0 cloud, 1 edge, 2 endpoint
  Duration service_time = std::chrono::milliseconds{80};
  double rate = 5.0;  // requests a second of each endpoint
  Bytes input = Bytes::of(65'280);
  LinkProperties link{.delay = std::chrono::microseconds{7500}, .rate = BitRate::megabits_per_second(7.21)};
  bool poisson = false;
};

inline Scenario sample_scenario(const SampleOptions& options) {
  Scenario scenario;
  scenario.name = "sample";
  const auto add_tier = [&](const char* name, Role role, const SampleTier& tier) {
    scenario.tiers.push_back({name, role, tier.nodes, tier.cores, tier.quota, Bytes::gibibytes(4), std::nullopt});
    for (int node = 1; node <= tier.nodes; ++node) {
      scenario.nodes.push_back({std::string{name} + "-" + std::to_string(node), scenario.tiers.size() - 1});
    }
  };
  add_tier("cloud", Role::cloud, options.cloud);
  add_tier("edge", Role::edge, options.edge);
  add_tier("endpoint", Role::endpoint, options.endpoint);
  for (TierIndex from = 0; from < 3; ++from) {
    for (TierIndex to = 0; to < 3; ++to) {
      const std::string label = scenario.tiers[from].name + " to " + scenario.tiers[to].name;
      scenario.links.push_back({from, to, options.link, label});
    }
  }
  Variant variant;
  variant.name = "mobilenet";
  variant.runtime = "builtin";
  variant.service_time = options.service_time;
  Service service;
  service.name = "classify";
  service.package.name = "classify";
  service.package.variants = {variant};
  scenario.services = {service};
  Stream stream;
  stream.name = "images";
  stream.from = 2;
  const Duration interval = from_seconds(1.0 / options.rate);
  if (options.poisson) stream.arrivals = Poisson{interval};
  else stream.arrivals = Periodic{interval};
  stream.input_size = options.input;
  stream.duration = std::chrono::seconds{60};
  scenario.workload = {stream};
  scenario.placement = PlaceOnTier{options.placed_on};
  return scenario;
}

}  // namespace continuo
