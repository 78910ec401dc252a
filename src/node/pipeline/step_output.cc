// output: what was found into the tensors of the service's contract.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "node/pipeline/steps.hh"

namespace continuo {

namespace {

// What can be said of every finding.
constexpr std::array<std::string_view, 6> quantities{"box", "corners", "score", "keypoint", "text", "index"};

struct Filled {
  TensorContract contract;
  std::string quantity;  // one of the above, or the name of a network output behind "network:"
};

constexpr std::string_view network_prefix = "network:";

void put(std::vector<float>& values, cv::Point2f point) {
  values.push_back(point.x);
  values.push_back(point.y);
}

Tensor boxes(const std::string& name, std::span<const Finding> findings) {
  std::vector<float> values;
  for (const Finding& finding : findings) {
    put(values, finding.corners[0]);
    put(values, finding.corners[2]);
  }
  return make_tensor<float>(name, Datatype::fp32, {static_cast<std::int64_t>(findings.size()), 4}, values);
}

Tensor corners(const std::string& name, std::span<const Finding> findings) {
  std::vector<float> values;
  for (const Finding& finding : findings) {
    std::ranges::for_each(finding.corners, [&](cv::Point2f corner) { put(values, corner); });
  }
  return make_tensor<float>(name, Datatype::fp32, {static_cast<std::int64_t>(findings.size()), 4, 2}, values);
}

Tensor keypoints(const TensorContract& contract, std::span<const Finding> findings) {
  std::vector<float> values;
  const std::int64_t points = contract.shape.at(1);
  for (const Finding& finding : findings) {
    if (static_cast<std::int64_t>(finding.keypoints.size()) != points) {
      throw RuntimeError(fmt::format("{}: the model finds {} key points, the manifest says {}", contract.name,
                                     finding.keypoints.size(), points));
    }
    std::ranges::for_each(finding.keypoints, [&](cv::Point2f point) { put(values, point); });
  }
  std::vector<std::int64_t> shape{static_cast<std::int64_t>(findings.size()), points, 2};
  return make_tensor<float>(contract.name, Datatype::fp32, std::move(shape), values);
}

template <class T, class Project>
Tensor column(const std::string& name, Datatype datatype, std::span<const Finding> findings, Project project) {
  std::vector<T> values;
  std::ranges::transform(findings, std::back_inserter(values), project);
  return make_tensor<T>(name, datatype, {static_cast<std::int64_t>(findings.size())}, values);
}

Tensor texts(const std::string& name, std::span<const Finding> findings) {
  std::vector<std::string> values;
  std::ranges::transform(findings, std::back_inserter(values), &Finding::text);
  return make_bytes_tensor(name, {static_cast<std::int64_t>(findings.size())}, values);
}

Tensor fill(const Filled& output, const PipelineState& state) {
  const std::string& name = output.contract.name;
  if (output.quantity.starts_with(network_prefix)) {
    const auto source = output.quantity.substr(network_prefix.size());
    const auto found = std::ranges::find(state.network_outputs, source, &Tensor::name);
    if (found == state.network_outputs.end()) {
      throw RuntimeError(fmt::format("the model has no output '{}'", source));
    }
    Tensor copy = *found;
    copy.name = name;
    return copy;
  }
  if (output.quantity == "box") {
    return boxes(name, state.findings);
  }
  if (output.quantity == "corners") {
    return corners(name, state.findings);
  }
  if (output.quantity == "score") {
    return column<float>(name, Datatype::fp32, state.findings, &Finding::score);
  }
  if (output.quantity == "keypoint") {
    return keypoints(output.contract, state.findings);
  }
  if (output.quantity == "text") {
    return texts(name, state.findings);
  }
  return column<std::int32_t>(name, Datatype::int32, state.findings, &Finding::index);
}

// Datatype and shape that a quantity has; -1 in `shape` for what the contract may choose.
TensorContract signature_of(std::string_view quantity) {
  if (quantity == "box") {
    return {"", "FP32", {-1, 4}};
  }
  if (quantity == "corners") {
    return {"", "FP32", {-1, 4, 2}};
  }
  if (quantity == "keypoint") {
    return {"", "FP32", {-1, -1, 2}};
  }
  return {"", quantity == "text" ? "BYTES" : quantity == "index" ? "INT32" : "FP32", {-1}};
}

void check_contract(const StepOptions& options, const TensorContract& contract, std::string_view quantity) {
  const TensorContract expected = signature_of(quantity);
  bool fits = contract.datatype == expected.datatype && contract.shape.size() == expected.shape.size();
  for (std::size_t axis = 0; fits && axis < expected.shape.size(); ++axis) {
    // The first axis counts findings; the others are fixed, but for the number of key points, which the contract says.
    const std::int64_t wanted = contract.shape[axis];
    fits = axis == 0 ? wanted == -1 : expected.shape[axis] == -1 ? wanted > 0 : wanted == expected.shape[axis];
  }
  if (!fits) {
    options.fail(contract.name, fmt::format("is '{}', which has datatype {} and shape [{}]; the manifest says {} [{}]",
                                            quantity, expected.datatype, fmt::join(expected.shape, ","),
                                            contract.datatype, fmt::join(contract.shape, ",")));
  }
}

class Output final : public PipelineStep {
 public:
  explicit Output(std::vector<Filled> outputs) : outputs_{std::move(outputs)} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    for (const Filled& output : outputs_) {
      state.outputs.push_back(fill(output, state));
    }
    return std::nullopt;
  }

 private:
  std::vector<Filled> outputs_;
};

}  // namespace

std::unique_ptr<PipelineStep> make_output(StepOptions& options, StepContext& context) {
  std::vector<Filled> outputs;
  for (const TensorContract& contract : context.package.outputs) {
    const std::string quantity = options.text(contract.name, contract.name);
    if (!quantity.starts_with(network_prefix)) {
      if (std::ranges::find(quantities, quantity) == quantities.end()) {
        options.fail(contract.name, fmt::format("is '{}'; an output is one of {}, or network:NAME", quantity,
                                                fmt::join(quantities, ", ")));
      }
      check_contract(options, contract, quantity);
    }
    outputs.push_back({contract, quantity});
  }
  return std::make_unique<Output>(std::move(outputs));
}

}  // namespace continuo
