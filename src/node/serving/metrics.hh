// GET /metrics: what this node has done so far, in the text exposition format of Prometheus (version 0.0.4).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "units/time.hh"
#include "wire/capability.hh"

namespace continuo {

// Counts since the node started. One thread.
class Metrics {
 public:
  // A request that an instance of this node ran or refused; `latency`: its queueing and its run.
  void add(const std::string& service, int status, Duration latency);

  // With the queues of this moment.
  std::string text(const std::vector<QueueLength>& queues) const;

 private:
  // Upper bounds of the latency histogram's buckets, in seconds: Prometheus's own defaults, and less below.
  static constexpr std::array<double, 12> bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0};
  struct Latency {
    std::array<std::uint64_t, bounds.size()> within{};  // cumulative
    std::uint64_t count = 0;
    double sum_s = 0.0;
  };
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;  // by service and HTTP status
  std::map<std::string, Latency> latencies_;                       // of those with status 200
};

}  // namespace continuo
