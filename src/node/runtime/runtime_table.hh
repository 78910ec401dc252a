// The runtimes that a node has, and why it lacks the others. Asking does not load any library.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/runtime/runtime.hh"
#include "os/thread_clock.hh"
#include "units/seed.hh"

namespace continuo {

struct RuntimeTableOptions {
  // A particular ONNX Runtime library; empty: the system's, else the first in `onnxruntime_folders`.
  std::filesystem::path onnxruntime_library{};
  std::vector<std::filesystem::path> onnxruntime_folders{};
  // Where continuo_runtime_opencv.so lies: beside the program.
  std::filesystem::path module_folder{};
  // The names that this node is said to have; nothing: whatever is there.
  std::optional<std::vector<std::string>> only{};
  Seed seed{1};  // of the profiled runtime
};

struct RuntimeAvailability {
  std::string name;
  bool available = false;
  std::string reason;   // why not; empty if available
  std::string version;  // empty until the runtime's library has been loaded
};

class RuntimeTable {
 public:
  // Throws RuntimeError if `only` names a runtime that continuo does not know. `clock` outlives the table.
  RuntimeTable(const RuntimeTableOptions& options, ThreadClock& clock);

  // Null: this node does not have it; availability() says why. Lives as long as the table. A Runtime is for one thread
  // at a time; the models that it has loaded may each run in a thread of its own.
  Runtime* find(std::string_view name) const;
  // Every runtime that continuo knows, available or not, always in the same order.
  std::vector<RuntimeAvailability> availability() const;

 private:
  struct Entry {
    std::string name;
    std::unique_ptr<Runtime> runtime;  // null: absent
    std::string reason;
  };
  std::vector<Entry> entries_;
};

}  // namespace continuo
