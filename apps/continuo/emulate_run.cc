#include "emulate_run.hh"

#include <fmt/format.h>
#include <linux/capability.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "commit.hh"
#include "emulate/control/run_folder.hh"
#include "emulate/emulation.hh"
#include "emulate/progress_lines.hh"
#include "exit_status.hh"
#include "os/file_descriptor.hh"
#include "os/privileges.hh"
#include "os/user_namespace.hh"

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
  result.captures = options.captures;
  result.commit = built_commit;
  result.quotas = options.quotas;
  result.started_at = options.started;
  // Nodes have an environment of their own; of a build with sanitizers all processes are told the same.
  if (const char* sanitizer = std::getenv("ASAN_OPTIONS"); sanitizer != nullptr) {
    result.environment.push_back(fmt::format("ASAN_OPTIONS={}", sanitizer));
  }
  result.stop = &stop_asked;
  result.run_folder_root = own_run_folder_root();
  result.progress = [&lines](const EmulationProgress& progress) { lines.show(progress); };
  return result;
}

// Namespaces need rights that an ordinary user has in a user namespace of its own only. Before any thread is started.
void make_sure_of_rights() {
  if (has_capability(CAP_SYS_ADMIN)) return;
  try {
    enter_user_namespace();
  } catch (const std::system_error& error) {
    throw EmulationRefused(fmt::format("{}. Without root, emulation needs a user namespace: continuo doctor says what is missing.\n"
                                       "Nothing was started (--at model needs none).", error.what()));
  }
}

}  // namespace

void stop_emulations_when_asked() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, ask_to_stop);
}

bool stop_as_usual() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
  return stop_asked.load();
}

std::filesystem::path own_run_folder_root() {
  const char* runtime_folder = std::getenv("XDG_RUNTIME_DIR");
  return run_folder_root(user_outside(read_file("/proc/self/uid_map").value_or(""), ::geteuid()),
                         runtime_folder == nullptr ? "" : runtime_folder);
}

int keep_up_with_progress(const Scenario& scenario, const EmulateRunOptions& options) {
  stop_emulations_when_asked();
  ProgressLines lines{options.quiet ? nullptr : stderr, ::isatty(STDERR_FILENO) == 1};
  try {
    make_sure_of_rights();
    keep_up(scenario, emulate_options(scenario, options, lines), *options.clock);
  } catch (const EmulationStopped&) {
    lines.finish();
    fmt::print(stderr, "continuo: every node has ended and nothing is left\n");
  } catch (const EmulationRefused& refusal) {
    fmt::print(stderr, "continuo: {}\n", refusal.what());
    return exit_bad_input;
  }
  return exit_ok;
}

std::optional<EmulateRun> emulate_with_progress(const Scenario& scenario, const EmulateRunOptions& options) {
  stop_emulations_when_asked();
  make_sure_of_rights();
  ProgressLines lines{options.quiet ? nullptr : stderr, ::isatty(STDERR_FILENO) == 1};
  try {
    auto result = evaluate(scenario, emulate_options(scenario, options, lines), *options.clock);
    lines.finish();
    EmulateRun run{.evaluation = std::move(result.evaluation), .measured = {}};
    for (const auto& [names, time] : result.service_times) {
      const auto service = std::ranges::find(scenario.services, names.first, &Service::name);
      const auto node = std::ranges::find(scenario.nodes, names.second, &Node::name);
      if (service == scenario.services.end() || node == scenario.nodes.end()) continue;
      const auto batch = result.batches.find(names);
      run.measured[{static_cast<ServiceIndex>(service - scenario.services.begin()),
                    static_cast<NodeIndex>(node - scenario.nodes.begin())}] = {.time = time, .sd = {}, .batch = batch != result.batches.end() ? batch->second : TimedBatch{}};
    }
    return run;
  } catch (const EmulationStopped&) {
    lines.finish();
    fmt::print(stderr, "continuo: interrupted; every node has ended and nothing is left\n");
    return std::nullopt;
  }
}

}  // namespace continuo
