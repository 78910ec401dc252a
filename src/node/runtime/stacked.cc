#include "node/runtime/stacked.hh"

#include <algorithm>
#include <numeric>
#include <optional>

#include "node/runtime/input_match.hh"

namespace continuo {

namespace {

using Answers = std::vector<std::vector<Tensor>>;

bool stacks(const std::vector<LoadedModel::TensorInfo>& tensors) {
  return !tensors.empty() && std::ranges::all_of(tensors, [](const LoadedModel::TensorInfo& tensor) {
    return !tensor.shape.empty() && tensor.shape.front() == -1 && tensor.datatype != Datatype::bytes;
  });
}

struct Stack {
  std::vector<Tensor> inputs;
  std::vector<std::int64_t> lengths;  // of each request's first axis, the same for all of its inputs
};

// Nothing: they differ in more than the length of the first axis.
std::optional<Stack> stack(const std::vector<LoadedModel::TensorInfo>& expected, std::span<const std::span<const Tensor>> requests) {
  Stack stack;
  for (const auto& request : requests) {
    const auto matched = match_inputs(expected, request);
    const std::int64_t length = matched.front()->shape.front();
    if (length < 1) return std::nullopt;
    for (std::size_t place = 0; place < matched.size(); ++place) {
      const Tensor& tensor = *matched[place];
      if (tensor.shape.front() != length) return std::nullopt;
      if (stack.lengths.empty()) {
        stack.inputs.push_back(tensor);
        continue;
      }
      Tensor& all = stack.inputs[place];
      if (!std::equal(tensor.shape.begin() + 1, tensor.shape.end(), all.shape.begin() + 1, all.shape.end())) return std::nullopt;
      all.shape.front() += length;
      all.data.insert(all.data.end(), tensor.data.begin(), tensor.data.end());
    }
    stack.lengths.push_back(length);
  }
  return stack;
}

// Nothing: an output's first axis is not that of the inputs.
std::optional<Answers> split(const std::vector<Tensor>& outputs, const std::vector<std::int64_t>& lengths) {
  const std::int64_t all = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
  Answers answers(lengths.size());
  for (const Tensor& output : outputs) {
    if (output.shape.empty() || output.shape.front() != all || output.datatype == Datatype::bytes) return std::nullopt;
    const std::size_t bytes = output.data.size() / static_cast<std::size_t>(all);  // of one along that axis
    auto from = output.data.begin();
    for (std::size_t place = 0; place < lengths.size(); ++place) {
      Tensor part{output.name, output.datatype, output.shape, {}};
      part.shape.front() = lengths[place];
      const auto to = from + static_cast<std::ptrdiff_t>(bytes * static_cast<std::size_t>(lengths[place]));
      part.data.assign(from, to);
      from = to;
      answers[place].push_back(std::move(part));
    }
  }
  return answers;
}

}  // namespace

Answers run_stacked(LoadedModel& model, std::span<const std::span<const Tensor>> requests) {
  const std::vector<LoadedModel::TensorInfo> inputs = model.inputs();
  if (requests.size() > 1 && stacks(inputs) && stacks(model.outputs())) {
    if (const auto stacked = stack(inputs, requests)) {
      if (auto answers = split(model.run(stacked->inputs), stacked->lengths)) return std::move(*answers);
    }
  }
  Answers answers;
  for (const auto& request : requests) answers.push_back(model.run(request));
  return answers;
}

}  // namespace continuo
