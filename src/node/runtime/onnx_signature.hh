// The names, datatypes and shapes of an ONNX model's inputs and outputs, read from the file itself.
//
// For runtimes that do not tell (OpenCV). Reads only the few fields of the protocol buffer that it needs; bounded, and
// never reads outside the bytes that it is given. Field numbers: onnx/onnx.proto of the ONNX project.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "node/runtime/runtime.hh"

namespace continuo {

struct OnnxSignature {
  std::vector<LoadedModel::TensorInfo> inputs;  // without those that are initialised by the model
  std::vector<LoadedModel::TensorInfo> outputs;
};

// Nothing: the bytes are no ONNX model, or a type in its signature is not a tensor of the Open Inference Protocol.
std::optional<OnnxSignature> read_onnx_signature(std::span<const std::byte> model);

}  // namespace continuo
