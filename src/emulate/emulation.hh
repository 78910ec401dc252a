// The emulation: a scenario as real processes and real packets on this host, from bare to its Evaluation.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "emulate/fabric/packet_capture.hh"
#include "os/clock.hh"
#include "result/evaluation.hh"
#include "scenario/scenario.hh"
#include "wire/event.hh"

namespace continuo {

// What is going on, for people who wait.
struct EmulationProgress {
  // starting -> placing -> probing -> loading -> finished; of keep_up(): starting -> placing -> up
  enum class Phase { starting, placing, probing, loading, up, finished };
  Phase phase = Phase::starting;
  Duration elapsed{};               // since EmulateOptions::started_at
  std::optional<NodeEvent> event;   // something a node said
  std::string text;                 // something the emulation has to say; empty: nothing
  std::uint64_t completed = 0;      // requests so far, while loading
  std::uint64_t failed = 0;
  std::uint64_t scheduled = 0;      // all of the run; 0: nobody knows, for some are sent in closed loops
};

struct EmulateOptions {
  std::filesystem::path program;       // has the subcommands `node` and `load`
  std::filesystem::path init_program;  // empty: continuo-init beside `program`
  std::filesystem::path log_folder;    // NODE.log and NODE.load.log; must exist; empty: no logs
  std::vector<std::string> node_arguments;  // added to every node's
  std::vector<std::string> load_arguments;  // added to every load generator's
  std::vector<std::string> environment;     // of all of them, "NAME=value"
  // False: nodes have neither CPU quota nor memory limit, and are not judged by them.
  bool quotas = true;
  std::vector<PathCapture> captures;        // each to a file of its own
  std::filesystem::path run_folder_root;    // where commands to the run find it (run_folder.hh); empty: it takes none
  std::string commit;                       // of the program, for the Evaluation
  std::optional<Duration> started_at;       // CLOCK_MONOTONIC of the command; nothing: when evaluate is called
  const std::atomic<bool>* stop = nullptr;  // set by a signal handler: ends the run with EmulationStopped
  std::function<void(const EmulationProgress&)> progress;
  std::function<void(const LoadRecord&)> record;  // told of each request when it has ended
};

struct EmulationResult {
  Evaluation evaluation;
  // By service and node, as measured on arrival there: what the model can be run with.
  std::map<std::pair<std::string, std::string>, Duration> service_times;
  // Of several requests at once, where that was measured, too.
  std::map<std::pair<std::string, std::string>, TimedBatch> batches;
};

// The host cannot run the scenario; nothing was started.
struct EmulationRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// It was asked to stop.
struct EmulationStopped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Everything that it started has ended when it returns or throws. The calling thread must live as long as the process (the
// kernel ends the nodes with the thread that made them). Besides the above throws std::runtime_error if the nodes do not come
// up or no node ever serves a service of the workload. `scenario` comes from a file, which the nodes and load generators read.
EmulationResult evaluate(const Scenario& scenario, const EmulateOptions& options, const Clock& clock);

// Brings the nodes up and the services where they belong, and keeps them there, without load, until EmulationStopped.
void keep_up(const Scenario& scenario, const EmulateOptions& options, const Clock& clock);

}  // namespace continuo
