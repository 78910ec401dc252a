// The profiled runtime: holds a request for a service time drawn from a stated profile, and uses no CPU meanwhile.
//
// It lets a small host stand in for hardware that it does not have. Its answers carry no information (every element of an
// output is `fill`), and whatever it produces is labelled as profiled. A model file is one JSON object:
//   {"model": "profiled", "mean_ms": 12, "sd_ms": 1,
//    "inputs":  [{"name": "image", "datatype": "BYTES", "shape": [1]}],
//    "outputs": [{"name": "score", "datatype": "FP32", "shape": [10], "fill": 0.1}]}
// -1 in the shape of an output means 1. The service time is normal with that mean and standard deviation, cut at 0.
#pragma once

#include "node/runtime/runtime.hh"
#include "os/thread_clock.hh"
#include "units/seed.hh"

namespace continuo {

class ProfiledRuntime final : public Runtime {
 public:
  // Each model draws from a stream of its own, derived from the seed and the order of loading. `clock` does the waiting;
  // it outlives the runtime and its models.
  ProfiledRuntime(Seed seed, ThreadClock& clock) : seed_{seed}, clock_{clock} {}

  std::string name() const override { return "profiled"; }
  std::string version() const override { return "1"; }
  std::unique_ptr<LoadedModel> load(const std::filesystem::path& file, const LoadOptions& options) override;

 private:
  Seed seed_;
  ThreadClock& clock_;
  int loaded_ = 0;
};

}  // namespace continuo
