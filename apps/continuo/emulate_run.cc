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

namespace continuo {
namespace {

std::atomic<bool> stop_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// The first Ctrl-C ends the run in good order; a second one ends the program the usual way.
void ask_to_stop(int signal) {
  stop_asked.store(true);
  std::signal(signal, SIG_DFL);
}

// Lines for what happens, and on a terminal one line in place for what counts up.
class ProgressLines {
 public:
  explicit ProgressLines(bool quiet) : quiet_{quiet}, terminal_{::isatty(STDERR_FILENO) == 1} {}

  void show(const EmulationProgress& progress) {
    if (quiet_) return;
    if (progress.phase != phase_) {
      phase_ = progress.phase;
      if (const char* begins = what_begins(phase_)) line(progress.elapsed, begins);
    }
    if (progress.event) return line(progress.elapsed, describe(*progress.event));
    if (!progress.text.empty()) return line(progress.elapsed, progress.text);
    if (progress.phase == EmulationProgress::Phase::loading) count(progress);
  }
  void finish() { clear(); }

 private:
  static const char* what_begins(EmulationProgress::Phase phase) {
    switch (phase) {
      case EmulationProgress::Phase::starting: return "starting the nodes";
      case EmulationProgress::Phase::placing: return "every node listens; waiting for services to be placed and loaded";
      case EmulationProgress::Phase::probing: return "measuring the CPU share of every node";
      case EmulationProgress::Phase::loading: return "the load begins";
      case EmulationProgress::Phase::finished: break;
    }
    return nullptr;
  }

  static std::string describe(const NodeEvent& event) {
    const std::string service = event.service + (event.variant.empty() ? "" : " (" + event.variant + ")");
    if (event.kind == "listening") return fmt::format("{} listens on {}", event.node, event.text);
    if (event.kind == "discovered") return fmt::format("{} discovered {} by {}", event.node, event.peer, event.text);
    if (event.kind == "lost") return fmt::format("{} lost {}: {}", event.node, event.peer, event.text);
    if (event.kind == "fetching") return fmt::format("{} fetches {}", event.node, service);
    if (event.kind == "loading") return fmt::format("{} loads {}", event.node, service);
    if (event.kind == "ready") {
      return fmt::format("{} is ready for {}: {:.1f} ms a request", event.node, service,
                         to_milliseconds(event.service_time));
    }
    if (event.kind == "failed") return fmt::format("{} cannot load {}: {}", event.node, service, event.text);
    if (event.kind == "placed") return fmt::format("placement: {}", event.text);
    return fmt::format("{} {} {}", event.node, event.kind, event.text);
  }

  void line(Duration elapsed, const std::string& text) {
    clear();
    fmt::print(stderr, "{:7.2f} s  {}\n", to_seconds(elapsed), text);
  }

  void count(const EmulationProgress& progress) {
    const auto text = fmt::format("{} of {} requests completed, {} failed", progress.completed, progress.scheduled,
                                  progress.failed);
    if (terminal_) {
      fmt::print(stderr, "\r{:7.2f} s  {}\033[K", to_seconds(progress.elapsed), text);
      counting_ = true;
    } else if (progress.elapsed - last_count_ >= std::chrono::seconds{10}) {
      last_count_ = progress.elapsed;
      line(progress.elapsed, text);
    }
  }

  void clear() {
    if (counting_) fmt::print(stderr, "\r\033[K");
    counting_ = false;
  }

  bool quiet_;
  bool terminal_;
  bool counting_ = false;
  Duration last_count_{};
  EmulationProgress::Phase phase_ = EmulationProgress::Phase::finished;
};

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
  ProgressLines lines{options.quiet};
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
