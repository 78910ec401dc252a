// Two emulated nodes joined by one link, and the traffic that is sent between them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emulate/infrastructure.hh"
#include "os/clock.hh"

namespace continuo::bench {

// Node 0 and node 1, with these properties in both directions.
class TwoNodes {
 public:
  explicit TwoNodes(const LinkProperties& there, const LinkProperties& back);
  explicit TwoNodes(const LinkProperties& both) : TwoNodes{both, both} {}

  EmulatedNode& node(NodeIndex index) { return infrastructure_->nodes().at(index); }
  const FabricThread& fabric() const { return infrastructure_->fabric(); }
  const Clock& clock() const { return clock_; }

 private:
  MonotonicClock clock_;
  Scenario scenario_;
  std::unique_ptr<Infrastructure> infrastructure_;
};

// Nodes of a tier a link, all alike: `cloud` and `endpoint` tiers of so many nodes.
Scenario two_tiers(int cloud_nodes, int endpoint_nodes, const LinkProperties& there, const LinkProperties& back);
std::string init_program();
std::string traffic_program();

// bench_traffic in a node's network, in one of the roles of traffic.hh; with all capabilities, for the sizes of its buffers.
class Running {
 public:
  Running(EmulatedNode& node, std::vector<std::string> words);
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();
  // Waits for the next line; throws at the end of the output.
  std::string line();

 private:
  pid_t pid_ = 0;
  FILE* output_ = nullptr;
};

struct UdpResult {
  std::int64_t packets = 0;
  double mean_ms = 0.0, sd_ms = 0.0, p99_ms = 0.0;  // one-way delay
  double bits_per_second = 0.0;                     // of IP packets
  std::int64_t distinct = 0;
  double window_bytes = 0.0;  // that came within the window after the first
};
UdpResult send_udp(EmulatedNode& from, EmulatedNode& to, const std::string& address, std::int64_t packets, int size,
                   Duration gap, Duration window = {});

struct TcpResult {
  double bits_per_second = 0.0;  // of payload
  double fabric_cpu = 0.0;       // seconds a second, over the time measured
};
// `fabric` may be nullptr.
TcpResult send_tcp(EmulatedNode& from, EmulatedNode& to, const std::string& address, Duration ramp, Duration time, int buffer,
                   const FabricThread* fabric);

}  // namespace continuo::bench
