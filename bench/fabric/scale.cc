// How long many nodes take to come up and to go, and the memory they take of the process that holds the fabric.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <sstream>

#include "bench/fabric/measure.hh"
#include "bench/nodes/two_nodes.hh"
#include "os/file_descriptor.hh"

namespace continuo::bench {

namespace {

using namespace std::chrono_literals;

constexpr int runs = 5;

struct UpAndDown {
  double up = 0.0;
  double down = 0.0;
  double megabytes = 0.0;  // that the process grew by while they were up
};

double resident_megabytes() {
  std::istringstream fields{read_file("/proc/self/statm").value_or("")};
  double pages = 0.0;
  fields >> pages >> pages;
  return pages * 4096.0 / 1e6;
}

UpAndDown bring_up(int cloud_nodes, int endpoint_nodes, bool shaped) {
  LinkProperties link;
  if (shaped) {
    link = {.delay = 20ms, .rate = BitRate::bits_per_second(29'660'000)};
  }
  const Scenario scenario = two_tiers(cloud_nodes, endpoint_nodes, link, link);
  const MonotonicClock clock;
  UpAndDown result;
  std::unique_ptr<Infrastructure> infrastructure;
  const double before = resident_megabytes();
  result.up = seconds([&] { infrastructure = std::make_unique<Infrastructure>(scenario, init_program(), clock); });
  result.megabytes = resident_megabytes() - before;
  result.down = seconds([&] { infrastructure.reset(); });
  return result;
}

// Seconds that Mininet takes for as many hosts on one switch; nothing: it is not here, or could not.
std::optional<double> mininet_seconds(int hosts) {
  const std::string program = fmt::format(R"(
import time
from mininet.net import Mininet
from mininet.nodelib import LinuxBridge
from mininet.topo import SingleSwitchTopo
begun = time.monotonic()
net = Mininet(topo=SingleSwitchTopo({}), switch=LinuxBridge, controller=None)
net.start()
print(time.monotonic() - begun, flush=True)
net.stop()
)", hosts);
  FILE* output = ::popen(("/usr/bin/python3 -c '" + program + "' 2>/dev/null").c_str(), "r");
  double seconds = 0.0;
  const bool read = output != nullptr && std::fscanf(output, "%lf", &seconds) == 1;
  const bool ended = output != nullptr && ::pclose(output) == 0;
  return read && ended ? std::optional{seconds} : std::nullopt;
}

}  // namespace

bool measure_up() {
  const Row against{.metric = "up_vs_mininet", .unit = "1", .better = Better::higher, .bar = 2.0, .peer = "Mininet"};
  const bool mininet = std::system("/usr/bin/python3 -c 'import mininet' 2>/dev/null && command -v brctl >/dev/null") == 0;
  std::vector<double> up, down, ratios;
  for (int run = 0; run < runs; ++run) {
    const UpAndDown shaped = bring_up(11, 40, true);
    up.push_back(shaped.up);
    down.push_back(shaped.down);
    if (mininet) {
      const double own = bring_up(11, 40, false).up;
      const auto theirs = mininet_seconds(51);
      fmt::print(stderr, "  51 nodes: {:.2f} s, Mininet {:.2f} s\n", own, theirs.value_or(0.0));
      if (theirs) {
        ratios.push_back(*theirs / own);
      }
    }
  }
  bool ok = print_row({.metric = "up_51_nodes_s", .unit = "s", .bar = 2.0}, up);
  ok = print_row({.metric = "down_51_nodes_s", .unit = "s", .bar = 1.0}, down) && ok;
  if (ratios.empty()) {
    print_skipped(against, mininet ? "Mininet did not come up here" : "Mininet and bridge-utils are not installed");
    return ok;
  }
  return print_row(against, ratios, spread_of(ratios).median) && ok;
}

bool measure_many() {
  std::vector<double> up;
  double memory = 0.0;  // the most: later runs reuse what the first has given back
  for (int run = 0; run < 3; ++run) {
    const UpAndDown result = bring_up(60, 240, true);
    fmt::print(stderr, "  300 nodes: up {:.2f} s, down {:.2f} s, {:.1f} MB\n", result.up, result.down, result.megabytes);
    up.push_back(result.up);
    memory = std::max(memory, result.megabytes / 300.0);
  }
  const bool ok = print_row({.metric = "up_300_nodes_s", .unit = "s", .bar = 15.0}, up);
  return print_row({.metric = "fabric_mb_per_node", .unit = "MB", .bar = 1.0}, {memory}) && ok;
}

}  // namespace continuo::bench
