// Element types and data, in both directions.
#include "node/runtime/onnx_tensor.hh"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace continuo {

namespace {

constexpr std::array element_types{
    std::pair{Datatype::boolean, ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL},
    std::pair{Datatype::uint8, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8},
    std::pair{Datatype::uint16, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16},
    std::pair{Datatype::uint32, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32},
    std::pair{Datatype::uint64, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64},
    std::pair{Datatype::int8, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8},
    std::pair{Datatype::int16, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16},
    std::pair{Datatype::int32, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32},
    std::pair{Datatype::int64, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64},
    std::pair{Datatype::fp16, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16},
    std::pair{Datatype::bf16, ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16},
    std::pair{Datatype::fp32, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT},
    std::pair{Datatype::fp64, ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE},
    std::pair{Datatype::bytes, ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING},
};

ONNXTensorElementDataType element_type_of(Datatype datatype) {
  for (const auto& [ours, theirs] : element_types) {
    if (ours == datatype) {
      return theirs;
    }
  }
  throw RuntimeError("ONNX Runtime has no such element type");
}

Ort::Value strings_to_onnx(const Tensor& tensor) {
  // ONNX strings end at a NUL: an element that holds one cannot be passed on unchanged.
  std::vector<std::string> copies;
  std::vector<const char*> pointers;
  const auto views = bytes_elements(tensor).value();
  for (const std::string_view element : views) {
    if (element.find('\0') != std::string_view::npos) {
      throw InputError(fmt::format("input '{}': a string for ONNX Runtime cannot hold a zero byte", tensor.name));
    }
    copies.emplace_back(element);
  }
  for (const std::string& copy : copies) {
    pointers.push_back(copy.c_str());
  }
  Ort::AllocatorWithDefaultOptions allocator;
  Ort::Value value = Ort::Value::CreateTensor(allocator, tensor.shape.data(), tensor.shape.size(),
                                              ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING);
  if (!pointers.empty()) {
    value.FillStringTensor(pointers.data(), pointers.size());
  }
  return value;
}

std::vector<std::byte> strings_from_onnx(const Ort::Value& value, std::size_t count) {
  std::string text(value.GetStringTensorDataLength(), '\0');
  std::vector<std::size_t> offsets(count);
  if (count > 0) {
    value.GetStringTensorContent(text.data(), text.size(), offsets.data(), count);
  }
  std::vector<std::string> strings;
  for (std::size_t index = 0; index < count; ++index) {
    const std::size_t end = index + 1 < count ? offsets[index + 1] : text.size();
    strings.push_back(text.substr(offsets[index], end - offsets[index]));
  }
  return make_bytes_tensor("", {}, strings).data;
}

}  // namespace

Datatype datatype_of(ONNXTensorElementDataType type, const std::string& tensor) {
  for (const auto& [ours, theirs] : element_types) {
    if (theirs == type) {
      return ours;
    }
  }
  throw RuntimeError(fmt::format("tensor '{}' has element type {} of ONNX, which cannot be served", tensor,
                                 static_cast<int>(type)));
}

Ort::Value to_onnx(const Tensor& tensor, const Ort::MemoryInfo& memory) {
  if (tensor.datatype == Datatype::bytes) {
    return strings_to_onnx(tensor);
  }
  // ONNX Runtime takes a pointer to mutable data but does not write to inputs.
  return Ort::Value::CreateTensor(memory, const_cast<std::byte*>(tensor.data.data()), tensor.data.size(),
                                  tensor.shape.data(), tensor.shape.size(), element_type_of(tensor.datatype));
}

Tensor from_onnx(const Ort::Value& value, const std::string& name) {
  if (!value.IsTensor()) {
    throw RuntimeError(fmt::format("output '{}' is no tensor, which cannot be served", name));
  }
  const auto information = value.GetTensorTypeAndShapeInfo();
  Tensor tensor{name, datatype_of(information.GetElementType(), name), information.GetShape(), {}};
  const std::size_t count = information.GetElementCount();
  if (tensor.datatype == Datatype::bytes) {
    tensor.data = strings_from_onnx(value, count);
  } else if (count > 0) {
    const auto* raw = static_cast<const std::byte*>(value.GetTensorRawData());
    tensor.data.assign(raw, raw + count * *element_size(tensor.datatype));
  }
  return tensor;
}

}  // namespace continuo
