// Names, datatypes and shapes against the manifest.
#include "node/serving/contract.hh"

#include <algorithm>
#include <utility>

namespace continuo {

namespace {

std::string text(std::span<const std::int64_t> shape) {
  std::string result = "[";
  for (const std::int64_t dimension : shape) {
    result += (result.size() > 1 ? "," : "") + std::to_string(dimension);
  }
  return result + "]";
}

bool fits(std::span<const std::int64_t> shape, std::span<const std::int64_t> contract) {
  return std::ranges::equal(shape, contract, [](std::int64_t dimension, std::int64_t wanted) {
    return wanted == -1 || dimension == wanted;
  });
}

std::optional<Refusal> check_input(const TensorContract& contract, const InferenceRequest& request) {
  const auto input = std::ranges::find(request.inputs, contract.name, &Tensor::name);
  if (input == request.inputs.end()) {
    return Refusal{400, "the input " + contract.name + " is missing"};
  }
  if (to_string(input->datatype) != contract.datatype) {
    return Refusal{400, "the input " + contract.name + " has datatype " + std::string{to_string(input->datatype)} +
                            ", the service takes " + contract.datatype};
  }
  if (!fits(input->shape, contract.shape)) {
    return Refusal{400, "the input " + contract.name + " has shape " + text(input->shape) + ", the service takes " +
                            text(contract.shape)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_contract(const ServicePackage& package, const InferenceRequest& request) {
  for (const TensorContract& contract : package.inputs) {
    if (auto refusal = check_input(contract, request)) {
      return refusal;
    }
  }
  for (const Tensor& input : request.inputs) {
    if (std::ranges::find(package.inputs, input.name, &TensorContract::name) == package.inputs.end()) {
      return Refusal{400, "the service has no input " + input.name};
    }
  }
  if (request.outputs) {
    for (const RequestedOutput& output : *request.outputs) {
      if (std::ranges::find(package.outputs, output.name, &TensorContract::name) == package.outputs.end()) {
        return Refusal{400, "the service has no output " + output.name};
      }
    }
  }
  return std::nullopt;
}

std::vector<Tensor> select_outputs(const InferenceRequest& request, std::vector<Tensor> outputs) {
  if (!request.outputs) {
    return outputs;
  }
  std::vector<Tensor> selected;
  for (const RequestedOutput& wanted : *request.outputs) {
    const auto found = std::ranges::find(outputs, wanted.name, &Tensor::name);
    if (found != outputs.end()) {
      selected.push_back(std::move(*found));
    }
  }
  return selected;
}

std::variant<std::optional<Duration>, Refusal> deadline_of(const InferenceRequest& request, Duration arrived) {
  const auto found = request.parameters.find("timeout");
  if (found == request.parameters.end()) {
    return std::optional<Duration>{};
  }
  constexpr std::int64_t longest_us = std::int64_t{86'400} * 1'000'000;
  const auto* const timeout = std::get_if<std::int64_t>(&found->second);
  if (timeout == nullptr || *timeout < 0) {
    return Refusal{400, "timeout: expected the time left in microseconds, an integer that is not negative"};
  }
  return *timeout == 0 ? std::optional<Duration>{}
                       : std::optional{arrived + std::chrono::microseconds{std::min(*timeout, longest_us)}};
}

}  // namespace continuo
