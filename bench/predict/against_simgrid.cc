#include "bench/predict/against_simgrid.hh"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "bench/figure.hh"
#include "bench/predict/offloading.hh"
#include "simulate/simulation.hh"

namespace continuo::bench {

namespace {

using namespace std::chrono_literals;

constexpr int endpoints = 10'000;
constexpr Duration duration = 2s;
constexpr int pairs = 3;

struct Run {
  double seconds = 0.0;
  double mean_s = 0.0;
  std::uint64_t answered = 0;
};

Run ours(const Scenario& scenario) {
  Run run;
  const SimulateOptions options = offloading_options();
  run.seconds = seconds([&] {
    Simulation simulation{scenario, options};
    simulation.run();
    const ServiceResult service = simulation.tally().services().at(0);
    run.mean_s = to_seconds(service.latency.mean());
    run.answered = service.completed;
  });
  return run;
}

// A process of its own: an engine of SimGrid is one a process.
std::optional<Run> theirs(const std::filesystem::path& program) {
  const std::string command = fmt::format("'{}' {} {} 2>/dev/null", program.string(), endpoints, to_seconds(duration));
  std::FILE* output = popen(command.c_str(), "r");
  if (output == nullptr) return std::nullopt;
  Run run;
  unsigned long long answered = 0;
  const bool read = std::fscanf(output, "%lf %lf %llu", &run.seconds, &run.mean_s, &answered) == 3;
  run.answered = answered;
  return pclose(output) == 0 && read ? std::optional{run} : std::nullopt;
}

}  // namespace

bool measure_against_simgrid() {
  constexpr double speed_bar = 20;
  constexpr double error_bar = 0.02;
  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "bench_simgrid";
  if (!std::filesystem::exists(program)) {
    fmt::print(stderr, "  left out: SimGrid is not installed (scripts/setup --bench)\n");
    return true;
  }
  const Scenario scenario = offloading(endpoints, duration);
  std::vector<double> ratios;
  double error = 0.0;
  for (int pair = 0; pair < pairs; ++pair) {
    const bool first = pair % 2 == 0;
    Run own = first ? ours(scenario) : Run{};
    const auto peer = theirs(program);
    if (!peer) {
      fmt::print(stderr, "  {} failed\n", program.string());
      return false;
    }
    if (!first) own = ours(scenario);
    fmt::print(stderr, "  {} endpoints: {:.2f} s, mean {:.4f} ms of {}; SimGrid {:.2f} s, mean {:.4f} ms of {}\n", endpoints, own.seconds,
               own.mean_s * 1e3, own.answered, peer->seconds, peer->mean_s * 1e3, peer->answered);
    ratios.push_back(peer->seconds / own.seconds);
    error = std::max(error, std::abs(own.mean_s - peer->mean_s) / peer->mean_s);
  }
  const Spread ratio = spread_of(ratios);
  const bool fast = print({"predict", "sim_vs_simgrid_speed", ratio.median, "1", Better::higher, speed_bar, "SimGrid 3.32", {}, pairs,
                           ratio.relative});
  return print({"predict", "sim_vs_simgrid_mean_error", error, "1", Better::lower, error_bar, "SimGrid 3.32", {}, pairs, 0.0}) && fast;
}

}  // namespace continuo::bench
