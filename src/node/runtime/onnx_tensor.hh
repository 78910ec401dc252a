// Tensors of continuo as values of ONNX Runtime, and back.
#pragma once

#define ORT_API_MANUAL_INIT
#include <onnxruntime_cxx_api.h>
#undef ORT_API_MANUAL_INIT

#include "node/runtime/runtime.hh"

namespace continuo {

// Throws RuntimeError for an element type that the Open Inference Protocol does not know.
Datatype datatype_of(ONNXTensorElementDataType type, const std::string& tensor);

// The value refers to the tensor's data, which must outlive it; BYTES elements are copied.
Ort::Value to_onnx(const Tensor& tensor, const Ort::MemoryInfo& memory);
Tensor from_onnx(const Ort::Value& value, const std::string& name);

}  // namespace continuo
