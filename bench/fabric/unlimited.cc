// A TCP stream through a path without limits against one over a veth pair of our own, between nodes made alike.
#include <array>
#include <cstdlib>
#include <stdexcept>

#include "bench/fabric/measure.hh"
#include "bench/nodes/two_nodes.hh"
#include "emulate/addresses.hh"

namespace continuo::bench {

namespace {

using namespace std::chrono_literals;

constexpr int runs = 7;

void run_command(const std::string& command) {
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error("failed: " + command);
  }
}

// Joins the namespaces of two processes: 10.99.0.1 and 10.99.0.2.
void join_by_veth(pid_t one, pid_t other) {
  run_command(fmt::format("ip link add veth0 netns {} type veth peer name veth0 netns {}", one, other));
  int last = 0;
  for (const pid_t pid : {one, other}) {
    run_command(fmt::format("nsenter -t {} -n ip address add 10.99.0.{}/24 dev veth0", pid, ++last));
    run_command(fmt::format("nsenter -t {} -n ip link set veth0 up", pid));
  }
}

}  // namespace

bool measure_unlimited() {
  const Row row{.metric = "unlimited_vs_veth", .unit = "1", .better = Better::higher, .bar = 0.7, .peer = "veth"};
  if (std::system("ip -V >/dev/null 2>&1 && nsenter -V >/dev/null 2>&1") != 0) {
    print_skipped(row, "needs the programs ip and nsenter");
    return true;
  }
  TwoNodes pair{LinkProperties{}};
  join_by_veth(pair.node(0).first_process(), pair.node(1).first_process());
  std::vector<double> ratios;
  for (int run = -1; run < runs; ++run) {
    std::array<double, 2> rates{};
    for (const int turn : {0, 1}) {
      const bool through_fabric = (turn + run) % 2 == 0;
      const std::string address = through_fabric ? to_string(address_of(1)) : "10.99.0.2";
      const TcpResult result = send_tcp(pair.node(0), pair.node(1), address, 500ms, 2s, 0, &pair.fabric());
      rates[through_fabric ? 0 : 1] = result.bits_per_second;
      fmt::print(stderr, "  {}: {:.2f} Gbit/s, fabric {:.2f} CPU-s/s\n", through_fabric ? "fabric" : "veth  ",
                 result.bits_per_second / 1e9, result.fabric_cpu);
    }
    if (run >= 0) {
      ratios.push_back(rates[0] / rates[1]);
    }
  }
  return print_row(row, ratios, spread_of(ratios).median);
}

}  // namespace continuo::bench
