#include "emulate_run.hh"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "commit.hh"
#include "emulate/emulation.hh"
#include "emulate/progress_lines.hh"

namespace continuo {
namespace {

std::atomic<bool> stop_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// The first Ctrl-C ends the run in good order; a second one ends the program the usual way.
void ask_to_stop(int signal) {
  stop_asked.store(true);
  std::signal(signal, SIG_DFL);
}

EmulateOptions emulate_options(const Scenario& scenario, const EmulateRunOptions& options, ProgressLines& lines) {
  EmulateOptions result;
  result.program = std::filesystem::read_symlink("/proc/self/exe");
  if (!options.logs.empty()) {
    std::filesystem::create_directories(options.logs);
    result.log_folder = options.logs;
  }
  result.load_arguments = {"--seed", std::to_string(scenario.seed.value())};
  result.commit = built_commit;
  result.started_at = options.started;
  result.stop = &stop_asked;
  result.progress = [&lines](const EmulationProgress& progress) { lines.show(progress); };
  return result;
}

}  // namespace

std::optional<EmulateRun> emulate_with_progress(const Scenario& scenario, const EmulateRunOptions& options) {
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
  std::signal(SIGHUP, ask_to_stop);
  ProgressLines lines{options.quiet ? nullptr : stderr, ::isatty(STDERR_FILENO) == 1};
  try {
    auto result = evaluate(scenario, emulate_options(scenario, options, lines), *options.clock);
    lines.finish();
    EmulateRun run{.evaluation = std::move(result.evaluation), .measured = {}};
    for (const auto& [names, time] : result.service_times) {
      const auto service = std::ranges::find(scenario.services, names.first, &Service::name);
      const auto node = std::ranges::find(scenario.nodes, names.second, &Node::name);
      if (service == scenario.services.end() || node == scenario.nodes.end()) continue;
      run.measured[{static_cast<ServiceIndex>(service - scenario.services.begin()),
                    static_cast<NodeIndex>(node - scenario.nodes.begin())}] = {.time = time, .sd = {}};
    }
    return run;
  } catch (const EmulationStopped&) {
    lines.finish();
    fmt::print(stderr, "continuo: interrupted; every node has ended and nothing is left\n");
    return std::nullopt;
  }
}

}  // namespace continuo
