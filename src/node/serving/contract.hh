// Does a request fit the service's contract? Shapes are those of the manifest, verbatim: a batch dimension is part of
// them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "scenario/service_package.hh"
#include "wire/inference.hh"

namespace continuo {

// Every input of the contract is there, nothing else, with its datatype and a shape that fits; every requested output
// exists.
std::optional<Refusal> check_contract(const ServicePackage& package, const InferenceRequest& request);

// The outputs that the request asks for, in its order; all if it names none.
std::vector<Tensor> select_outputs(const InferenceRequest& request, std::vector<Tensor> outputs);

// The absolute deadline that the request parameter `timeout` (microseconds from arrival; 0: none) makes.
std::variant<std::optional<Duration>, Refusal> deadline_of(const InferenceRequest& request, Duration arrived);

}  // namespace continuo
