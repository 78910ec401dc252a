// The fabric against Linux's netem in a virtual machine: the same delays, rates and datagrams. Needs root, scripts/setup --bench.
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "bench/nodes/rows.hh"
#include "bench/nodes/two_nodes.hh"
#include "emulate/addresses.hh"

namespace {

using namespace continuo;
using namespace std::chrono_literals;

struct Setting {
  const char* name;
  LinkProperties link;
  const char* netem;  // the same in the words of tc
  std::int64_t packets;
  int size;  // of the payload
  Duration gap;
};

// netem's jitter is half the width of its uniform distribution, ours the standard deviation of any: 10 ms * sqrt(3). Its rate
// counts the Ethernet header, which -14 takes off. Its Pareto table is cut (standard deviation 8.1 ms where 10 are asked for),
// and so is another distribution than ours.
std::vector<Setting> settings() {
  return {
      {"delay-2", {.delay = 2ms}, "delay 2ms", 3000, 200, 1ms},
      {"delay-50", {.delay = 50ms}, "delay 50ms", 3000, 200, 1ms},
      {"normal", {.delay = 50ms, .jitter = 10ms, .reorder = true}, "delay 50ms 10ms distribution normal", 30'000, 200, 500us},
      {"uniform", {.delay = 50ms, .jitter = 10ms, .shape = DelayShape::uniform, .reorder = true}, "delay 50ms 17.3205ms", 30'000,
       200, 500us},
      {"rate", {.delay = 20ms, .rate = BitRate::bits_per_second(10'000'000)}, "delay 20ms rate 10mbit -14", 3000, 1472, 1500us},
      // 1.2 ms a packet: the queue grows by 0.1 ms with each.
      {"overload", {.delay = 20ms, .rate = BitRate::bits_per_second(10'000'000)}, "delay 20ms rate 10mbit -14", 300, 1472, 1100us},
  };
}

struct Delay {
  double mean_ms = 0.0;
  double sd_ms = 0.0;
};

std::map<std::string, Delay> netem_delays(const std::vector<Setting>& settings) {
  const auto file = std::filesystem::temp_directory_path() / fmt::format("netem-oracle.{}", ::getpid());
  {
    std::ofstream lines{file};
    for (const Setting& setting : settings) {
      lines << fmt::format("{} {} {} {} {}\n", setting.name, setting.packets, setting.size, setting.gap.count(), setting.netem);
    }
  }
  fmt::print(stderr, "  netem, in a virtual machine: about a minute\n");
  FILE* guest = ::popen(fmt::format("bench/netem-oracle/guest {} {}", file.string(), bench::traffic_program()).c_str(), "r");
  std::map<std::string, Delay> delays;
  std::array<char, 300> line{};
  while (guest != nullptr && std::fgets(line.data(), line.size(), guest) != nullptr) {
    std::istringstream fields{line.data()};
    std::string name;
    double packets = 0.0;
    Delay delay;
    fields >> name >> packets >> delay.mean_ms >> delay.sd_ms;
    delays[name] = {.mean_ms = delay.mean_ms / 1e6, .sd_ms = delay.sd_ms / 1e6};
  }
  const bool ended = guest != nullptr && ::pclose(guest) == 0;
  std::filesystem::remove(file);
  if (!ended || delays.size() != settings.size()) {
    throw std::runtime_error(fmt::format("{} of {} measurements came from the virtual machine", delays.size(), settings.size()));
  }
  return delays;
}

bool compare_delays() {
  const std::vector<Setting> all = settings();
  const auto theirs = netem_delays(all);
  constexpr int runs = 3;
  std::vector<double> means, deviations;
  for (int run = 0; run < runs; ++run) {
    double mean_worst = 0.0, sd_worst = 0.0;
    for (const Setting& setting : all) {
      bench::TwoNodes pair{setting.link};
      const bench::UdpResult own =
          bench::send_udp(pair.node(0), pair.node(1), to_string(address_of(1)), setting.packets, setting.size, setting.gap);
      const Delay& netem = theirs.at(setting.name);
      fmt::print(stderr, "  {:9} netem mean {:8.3f} sd {:7.3f} ms, fabric {:+.3f} and {:+.3f} ms from it\n", setting.name,
                 netem.mean_ms, netem.sd_ms, own.mean_ms - netem.mean_ms, own.sd_ms - netem.sd_ms);
      mean_worst = std::max(mean_worst, std::abs(own.mean_ms - netem.mean_ms));
      sd_worst = std::max(sd_worst, std::abs(own.sd_ms - netem.sd_ms));
    }
    means.push_back(mean_worst);
    deviations.push_back(sd_worst);
  }
  const auto row = [](const char* metric) {
    return bench::Row{.metric = metric, .unit = "ms", .bar = 0.3, .peer = "netem", .bench = "netem-oracle"};
  };
  const bool mean_ok = bench::print_row(row("netem_delay_diff_ms"), means);
  return bench::print_row(row("netem_sd_diff_ms"), deviations) && mean_ok;
}

}  // namespace

int main() {
  if (::geteuid() != 0) {
    fmt::print(stderr, "bench_netem-oracle: makes namespaces, and needs root for that\n");
    return 2;
  }
  try {
    return compare_delays() ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_netem-oracle: {}\n", error.what());
    return 2;
  }
}
