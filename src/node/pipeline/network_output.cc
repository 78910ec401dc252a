// Finding and checking outputs.
#include "node/pipeline/network_output.hh"

#include <algorithm>

#include <fmt/format.h>

namespace continuo {

const Tensor& network_output(std::span<const Tensor> outputs, std::string_view name) {
  const auto found = name.empty() ? outputs.begin() : std::ranges::find(outputs, name, &Tensor::name);
  if (found == outputs.end()) {
    throw RuntimeError(fmt::format("the model has no output '{}'", name));
  }
  if (found->datatype != Datatype::fp32) {
    throw RuntimeError(fmt::format("the model's output '{}' is {}, not FP32", found->name, to_string(found->datatype)));
  }
  return *found;
}

void expect_elements(const Tensor& tensor, std::size_t count) {
  const std::size_t given = elements<float>(tensor).size();
  if (given != count) {
    throw RuntimeError(fmt::format("the model's output '{}' has {} elements; {} are expected", tensor.name, given, count));
  }
}

}  // namespace continuo
