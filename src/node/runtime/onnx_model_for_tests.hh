// The smallest ONNX model file, written by hand: Y = Relu(X), FP32 [1,4], or [-1,4].
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace continuo::test {

// Fields of a protocol buffer; every number and length here is below 128, so each is one byte.
inline std::string number_field(int number, int value) {
  return {static_cast<char>(number << 3), static_cast<char>(value)};
}
inline std::string field(int number, const std::string& content) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(content.size())} + content;
}

// ValueInfoProto of an FP32 tensor; -1: any size.
inline std::string fp32_tensor(const std::string& name, const std::vector<int>& shape) {
  std::string dimensions;
  for (const int size : shape) {
    dimensions += field(1, size < 0 ? field(2, "N") : number_field(1, size));
  }
  return field(1, name) + field(2, field(1, number_field(1, 1) + field(2, dimensions)));
}

inline std::string relu_model(int rows = 1) {
  const std::string node = field(1, "X") + field(2, "Y") + field(3, "relu") + field(4, "Relu");
  const std::string graph = field(1, node) + field(2, "g") + field(11, fp32_tensor("X", {rows, 4})) +
                            field(12, fp32_tensor("Y", {rows, 4}));
  return number_field(1, 7) + field(7, graph) + field(8, number_field(2, 11));  // IR version 7, operator set 11
}

inline std::filesystem::path write_file(const std::filesystem::path& file, const std::string& content) {
  std::ofstream{file, std::ios::binary} << content;
  return file;
}

}  // namespace continuo::test
