// Inputs against a model's signature.
#include "node/runtime/input_match.hh"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace continuo {

namespace {

bool data_fits(const Tensor& tensor) {
  if (tensor.datatype == Datatype::bytes) {
    return bytes_elements(tensor).has_value();
  }
  const auto count = element_count(tensor.shape);
  return count && tensor.data.size() % *element_size(tensor.datatype) == 0 &&
         tensor.data.size() / *element_size(tensor.datatype) == static_cast<std::size_t>(*count);
}

void check(const LoadedModel::TensorInfo& expected, const Tensor& given) {
  if (given.datatype != expected.datatype) {
    throw InputError(fmt::format("input '{}' has datatype {}; the model takes {}", given.name, to_string(given.datatype),
                                 to_string(expected.datatype)));
  }
  if (!shape_fits(given.shape, expected.shape)) {
    throw InputError(fmt::format("input '{}' has shape {}; the model takes {}", given.name, describe_shape(given.shape),
                                 describe_shape(expected.shape)));
  }
  if (!data_fits(given)) {
    throw InputError(fmt::format("input '{}' has {} bytes of data, which do not make shape {}", given.name,
                                 given.data.size(), describe_shape(given.shape)));
  }
}

}  // namespace

bool shape_fits(std::span<const std::int64_t> shape, std::span<const std::int64_t> expected) {
  return std::equal(shape.begin(), shape.end(), expected.begin(), expected.end(),
                    [](std::int64_t size, std::int64_t wanted) { return size >= 0 && (wanted == -1 || size == wanted); });
}

std::string describe_shape(std::span<const std::int64_t> shape) { return fmt::format("[{}]", fmt::join(shape, ",")); }

std::vector<const Tensor*> match_inputs(std::span<const LoadedModel::TensorInfo> expected,
                                        std::span<const Tensor> given) {
  std::vector<const Tensor*> matched;
  for (const LoadedModel::TensorInfo& info : expected) {
    const auto named = [&](const Tensor& tensor) { return tensor.name == info.name; };
    const auto found = std::find_if(given.begin(), given.end(), named);
    if (found == given.end()) {
      throw InputError(fmt::format("input '{}' is missing", info.name));
    }
    check(info, *found);
    matched.push_back(&*found);
  }
  for (const Tensor& tensor : given) {
    if (std::find(matched.begin(), matched.end(), &tensor) == matched.end()) {
      throw InputError(fmt::format("input '{}' is given twice or is not an input of the model", tensor.name));
    }
  }
  return matched;
}

}  // namespace continuo
