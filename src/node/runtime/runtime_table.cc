// A table of runtimes, filled from what the wiring says and the files that exist.
#include "node/runtime/runtime_table.hh"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "node/runtime/builtin_runtime.hh"
#include "node/runtime/onnx_runtime.hh"
#include "node/runtime/opencv_runtime.hh"
#include "node/runtime/profiled_runtime.hh"
#include "node/runtime/shared_library.hh"

namespace continuo {

RuntimeTable::RuntimeTable(const RuntimeTableOptions& options, ThreadClock& clock) {
  const auto library = find_onnx_runtime(options.onnxruntime_library, options.onnxruntime_folders);
  entries_.push_back({"onnxruntime", library ? std::make_unique<OnnxRuntime>(*library) : nullptr,
                      library ? "" : "there is no libonnxruntime.so.1 on this machine"});
  std::error_code ignored;
  const auto module = options.module_folder / OpencvRuntime::module_name;
  std::string lacking = std::filesystem::exists(module, ignored) ? "" : fmt::format("there is no {}", module.string());
  if (const auto needed = lacking.empty() ? needed_library(module, "libopencv_dnn.so") : std::nullopt;
      needed && !is_installed(*needed, options.module_folder)) {
    lacking = fmt::format("there is no {} on this machine", *needed);
  }
  entries_.push_back({"opencv", lacking.empty() ? std::make_unique<OpencvRuntime>(module) : nullptr, lacking});
  entries_.push_back({"builtin", std::make_unique<BuiltinRuntime>(clock), ""});
  entries_.push_back({"profiled", std::make_unique<ProfiledRuntime>(options.seed, clock), ""});
  if (!options.only) {
    return;
  }
  for (const std::string& name : *options.only) {
    if (std::ranges::none_of(entries_, [&](const Entry& entry) { return entry.name == name; })) {
      std::vector<std::string> names;
      std::ranges::transform(entries_, std::back_inserter(names), &Entry::name);
      throw RuntimeError(fmt::format("there is no runtime '{}'; there are {}", name, fmt::join(names, ", ")));
    }
  }
  for (Entry& entry : entries_) {
    if (std::ranges::find(*options.only, entry.name) == options.only->end()) {
      entry.runtime.reset();
      entry.reason = "this node is said not to have it";
    }
  }
}

Runtime* RuntimeTable::find(std::string_view name) const {
  const auto found = std::ranges::find(entries_, name, &Entry::name);
  return found == entries_.end() ? nullptr : found->runtime.get();
}

std::vector<RuntimeAvailability> RuntimeTable::availability() const {
  std::vector<RuntimeAvailability> list;
  for (const Entry& entry : entries_) {
    list.push_back({entry.name, entry.runtime != nullptr, entry.reason, entry.runtime ? entry.runtime->version() : ""});
  }
  return list;
}

}  // namespace continuo
