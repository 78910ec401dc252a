// The Runtime seam: what executes a model on a node. One contract suite (runtime_contract_test.cc) holds for all.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "units/time.hh"
#include "wire/tensor.hh"

namespace continuo {

// A model loaded into a runtime. run() may be called by several threads at once; each call uses the threads of its LoadOptions.
class LoadedModel {
 public:
  virtual ~LoadedModel() = default;

  struct TensorInfo {
    std::string name;
    Datatype datatype = Datatype::fp32;
    std::vector<std::int64_t> shape;  // -1: variable
  };
  virtual std::vector<TensorInfo> inputs() const = 0;
  virtual std::vector<TensorInfo> outputs() const = 0;

  // All outputs, in the order of outputs(). Inputs are matched by name, in any order. Throws InputError if they do not
  // fit the model, RuntimeError if the model fails on them.
  virtual std::vector<Tensor> run(std::span<const Tensor> inputs) = 0;

  // The answers of run() to each, of one run where the model can do that, else of one after the other. Throws if run() throws for any.
  virtual std::vector<std::vector<Tensor>> run_together(std::span<const std::span<const Tensor>> requests) {
    std::vector<std::vector<Tensor>> answers;
    for (const auto& request : requests) answers.push_back(run(request));
    return answers;
  }
};

struct LoadOptions {
  int threads = 1;  // of one run; a node runs as many requests at once as it has cores, each on one (policy/service_time.hh)
};

class RuntimeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The caller's inputs do not fit the model: not a fault of model or runtime.
class InputError : public RuntimeError {
 public:
  using RuntimeError::RuntimeError;
};

class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual std::string name() const = 0;
  // Empty until the runtime's library has been loaded.
  virtual std::string version() const = 0;
  // Loads the runtime's library if that has not happened. Throws RuntimeError: absent library, bad or foreign file.
  virtual std::unique_ptr<LoadedModel> load(const std::filesystem::path& file, const LoadOptions& options) = 0;
};

}  // namespace continuo
