// The seam between serving and inference: what runs a request, and how a variant becomes one.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "scenario/service_package.hh"
#include "wire/inference.hh"

namespace continuo {

// All outputs of the service's contract, or why not. Called by several threads at once. May throw: that is a 500.
using Outcome = std::variant<std::vector<Tensor>, Refusal>;
using Executable = std::function<Outcome(std::span<const Tensor> inputs, const RequestParameters& parameters)>;
// Several requests in one run: an outcome for each, in their order. One that is refused changes nothing for the others.
using BatchExecutable = std::function<std::vector<Outcome>(std::span<const BatchRequest> requests)>;

struct LoadedVariant {
  LoadedVariant(Executable one, BatchExecutable several = {}) : run{std::move(one)}, run_batch{std::move(several)} {}

  Executable run;
  BatchExecutable run_batch;  // empty: requests of a batch are run one after the other
};

// Where a file of the variant is, its digest just checked, by the name that the variant gives it. Throws
// std::runtime_error.
using FileResolver = std::function<std::filesystem::path(const std::string& name)>;

// Loads a variant; what it throws is the reason of the failure. Called on the instance's own thread, one load at a
// time in the whole node, so that loads do not disturb each other's timing and need no lock.
using ExecutableLoader = std::function<LoadedVariant(const ServicePackage&, const Variant&, const FileResolver&)>;

}  // namespace continuo
