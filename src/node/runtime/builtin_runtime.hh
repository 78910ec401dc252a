// The built-in runtime: small models with answers that anyone can check, for tests, demonstrations and load.
//
// A model file is one JSON object of at most 64 KiB:
//   {"model": "simple"}                         INPUT0, INPUT1: INT32 [-1,16]; OUTPUT0 = sum, OUTPUT1 = difference
//   {"model": "identity", "datatype": "FP32"}   INPUT0 -> OUTPUT0, shape [-1], any datatype
//   {"model": "burn", "cpu_ms": 20}             as identity of FP32, and uses that much CPU time of its thread;
//                                               "answer": 5 gives back the first five elements only
#pragma once

#include "node/runtime/runtime.hh"
#include "os/thread_clock.hh"

namespace continuo {

class BuiltinRuntime final : public Runtime {
 public:
  // `clock` measures what `burn` has used; it outlives the runtime and its models.
  explicit BuiltinRuntime(ThreadClock& clock) : clock_{clock} {}

  std::string name() const override { return "builtin"; }
  std::string version() const override { return "1"; }
  std::unique_ptr<LoadedModel> load(const std::filesystem::path& file, const LoadOptions& options) override;

 private:
  ThreadClock& clock_;
};

}  // namespace continuo
