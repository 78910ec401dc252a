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

// Where a file of the variant is, its digest just checked, by the name that the variant gives it. Throws
// std::runtime_error.
using FileResolver = std::function<std::filesystem::path(const std::string& name)>;

// Loads a variant; what it throws is the reason of the failure. Called on the instance's own thread, one load at a
// time in the whole node, so that loads do not disturb each other's timing and need no lock.
using ExecutableLoader = std::function<Executable(const ServicePackage&, const Variant&, const FileResolver&)>;

}  // namespace continuo
