// A scenario that the stand-in program (stand_in.cc) and its test build alike.
#pragma once

#include "scenario/scenario.hh"

namespace continuo {

// cloud-1, edge-1, edge-2, endpoint-1, endpoint-2: one core in all. Each endpoint sends 10 requests a second for 2 s over a 4g
// link.
inline Scenario tiny_scenario() {
  using namespace std::chrono_literals;
  Scenario scenario;
  scenario.name = "tiny";
  scenario.file = "/tiny.yaml";
  scenario.tiers = {
      {.name = "cloud", .role = Role::cloud, .nodes = 1, .quota = 0.2, .memory = 256_MiB, .runtimes = {}},
      {.name = "edge", .role = Role::edge, .nodes = 2, .quota = 0.3, .memory = 256_MiB, .runtimes = {}},
      {.name = "endpoint", .role = Role::endpoint, .nodes = 2, .quota = 0.1, .memory = 256_MiB, .runtimes = {}}};
  scenario.nodes = {{"cloud-1", 0}, {"edge-1", 1}, {"edge-2", 1}, {"endpoint-1", 2}, {"endpoint-2", 2}};
  const LinkProperties wireless{.delay = 7500us, .jitter = 2500us, .rate = BitRate::bits_per_second(7'210'000)};
  for (TierIndex from = 0; from < 3; ++from) {
    for (TierIndex to = 0; to < 3; ++to) {
      const bool between_edge_and_endpoint = (from == 1 && to == 2) || (from == 2 && to == 1);
      scenario.links.push_back({from, to, between_edge_and_endpoint ? wireless : default_link(), ""});
    }
  }
  scenario.sites = {{"all", {0, 1, 2, 3, 4}}};
  Service service;
  service.name = "echo";
  service.slo = ServiceLevel{.quantile = 0.95, .bound = 500ms};
  scenario.services = {service};
  Stream stream;
  stream.name = "echoes";
  stream.from = 2;
  stream.arrivals = Periodic{100ms};
  stream.duration = 2s;
  stream.deadline = 2s;
  scenario.workload = {stream};
  return scenario;
}

}  // namespace continuo
