// The check that every runtime makes of its inputs: by name, datatype, shape and size of the data.
#pragma once

#include <span>
#include <vector>

#include "node/runtime/runtime.hh"

namespace continuo {

// The tensors in the order of `expected`. Throws InputError, which names the tensor and says what was expected.
std::vector<const Tensor*> match_inputs(std::span<const LoadedModel::TensorInfo> expected, std::span<const Tensor> given);

// Whether `shape` is one of those that `expected` describes; -1 in `expected` stands for any size.
bool shape_fits(std::span<const std::int64_t> shape, std::span<const std::int64_t> expected);

std::string describe_shape(std::span<const std::int64_t> shape);  // "[1,-1,3]"

}  // namespace continuo
