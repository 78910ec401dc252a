// A network's outputs, looked at with suspicion: a model file may hold anything.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "node/runtime/runtime.hh"
#include "wire/tensor.hh"

namespace continuo {

// The FP32 output of that name (empty: the only or first one). Throws RuntimeError if there is none.
const Tensor& network_output(std::span<const Tensor> outputs, std::string_view name = {});

// Throws RuntimeError unless the tensor has this many elements.
void expect_elements(const Tensor& tensor, std::size_t count);

}  // namespace continuo
