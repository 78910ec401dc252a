// A loaded variant of a service: its models and the steps around them. Tensors of the contract in, tensors out.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "node/pipeline/step.hh"
#include "node/runtime/runtime.hh"
#include "scenario/service_package.hh"
#include "wire/inference.hh"

namespace continuo {

// Once it is made, several threads may use it at once.
class Pipeline {
 public:
  // Where a file of the variant is on this node, its digest checked, by the name that the variant gives it.
  using FileResolver = std::function<std::filesystem::path(const std::string& name)>;

  // Loads every model that the steps name. Throws PackageError or RuntimeError, which say what is wrong with the package.
  // `runtime` is needed only while this lasts.
  Pipeline(const ServicePackage& package, const Variant& variant, Runtime& runtime, FileResolver files,
           const LoadOptions& options);
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // All outputs of the contract, in its order. 400: the request does not fit; 500: the model or the package is at fault.
  std::variant<std::vector<Tensor>, Refusal> run(std::span<const Tensor> inputs, const RequestParameters& parameters);
  // An answer for each, the same as of run(). A bare model gets them at once; where there are steps they are run one after the other.
  std::vector<std::variant<std::vector<Tensor>, Refusal>> run_batch(std::span<const BatchRequest> requests);

 private:
  LoadedModel& model(const std::string& name);
  void load_steps(const ServicePackage& package);
  void load_bare_model(const ServicePackage& package);
  std::variant<std::vector<Tensor>, Refusal> run_steps(std::span<const Tensor> inputs,
                                                       const RequestParameters& parameters);
  std::variant<std::vector<Tensor>, Refusal> run_bare_model(std::span<const Tensor> inputs);
  bool fits(const BatchRequest& request) const;
  std::vector<Tensor> wanted_of(std::vector<Tensor> all) const;

  const Variant variant_;
  Runtime* runtime_;  // null once everything is loaded
  FileResolver files_;
  LoadOptions options_;
  std::vector<LoadedModel::TensorInfo> inputs_;
  std::vector<std::string> outputs_;
  std::map<std::string, std::unique_ptr<LoadedModel>> models_;
  std::vector<std::unique_ptr<PipelineStep>> steps_;
  LoadedModel* bare_model_ = nullptr;  // of a package without steps
};

}  // namespace continuo
