// The service and the smallest scenario of the simulator's tests.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "scenario/scenario.hh"
#include "simulate/simulate.hh"

namespace continuo::test {

// Takes so long on one whole core, by a runtime that every node has.
inline Service service_taking(Duration time) {
  Variant variant;
  variant.name = "v";
  variant.runtime = "builtin";
  variant.service_time = time;
  Service service;
  service.name = "read";
  service.package.variants = {variant};
  return service;
}

// One endpoint sends to one edge node, 5 ms away each way, without limits: every 100 ms 1000 bytes, for 10 s, served in 20 ms.
inline Scenario endpoint_and_edge() {
  using namespace std::chrono_literals;
  Scenario scenario;
  scenario.name = "small";
  scenario.tiers = {{.name = "edge", .runtimes = {}}, {.name = "endpoint", .role = Role::endpoint, .runtimes = std::vector<std::string>{}}};
  scenario.nodes = {{"edge-1", 0}, {"endpoint-1", 1}};
  const LinkProperties link{.delay = 5ms};
  scenario.links = {{0, 0, link, ""}, {0, 1, link, ""}, {1, 0, link, ""}, {1, 1, link, ""}};
  scenario.sites = {{"all", {0, 1}}};
  scenario.services = {service_taking(20ms)};
  Stream stream;
  stream.name = "labels";
  stream.from = 1;
  stream.arrivals = Periodic{100ms};
  stream.input_size = 1000_B;
  stream.duration = 10s;
  stream.deadline = 5s;
  scenario.workload = {stream};
  return scenario;
}

// Nothing is prepared and no headers are sent: what is left can be added up by hand.
inline SimulateOptions bare_options() {
  SimulateOptions options;
  options.prepare_time = Duration::zero();
  options.request_handling = Duration::zero();
  options.answer_handling = Duration::zero();
  options.message_overhead = Bytes::zero();
  options.response_size = 100_B;
  return options;
}

}  // namespace continuo::test
