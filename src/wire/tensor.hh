// A tensor as the Open Inference Protocol V2 knows it: name, datatype, shape and raw little-endian data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace continuo {

enum class Datatype { boolean, uint8, uint16, uint32, uint64, int8, int16, int32, int64,
                      fp16, bf16, fp32, fp64, bytes };

std::string_view to_string(Datatype datatype);                      // "BOOL", "UINT8", ..., "BYTES"
std::optional<Datatype> datatype_from(std::string_view name);       // nothing: no such datatype
std::optional<std::size_t> element_size(Datatype datatype);         // nothing for BYTES

// Row-major, little-endian. A BYTES tensor holds each element as a 4-byte little-endian length and its bytes, in memory
// as on the wire. data.size() always agrees with shape and datatype once a tensor has been validated.
struct Tensor {
  std::string name;
  Datatype datatype = Datatype::fp32;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> data;
};

// Product of the dimensions, 1 for no dimensions; nothing if one is negative or the product leaves int64.
std::optional<std::int64_t> element_count(std::span<const std::int64_t> shape);

// The elements of a BYTES tensor, as views into its data; nothing if the lengths do not add up.
std::optional<std::vector<std::string_view>> bytes_elements(const Tensor& tensor);
// Adds one element with its length prefix; an element is shorter than 2^32 bytes.
void append_bytes_element(std::vector<std::byte>& data, std::string_view element);
Tensor make_bytes_tensor(std::string name, std::vector<std::int64_t> shape, std::span<const std::string> elements);

// Views of the data of a numeric tensor as T. The datatype must match T's size.
template <class T>
std::span<const T> elements(const Tensor& tensor) {
  return {reinterpret_cast<const T*>(tensor.data.data()), tensor.data.size() / sizeof(T)};
}
template <class T>
Tensor make_tensor(std::string name, Datatype datatype, std::vector<std::int64_t> shape, std::span<const T> values) {
  const auto raw = std::as_bytes(values);
  return Tensor{std::move(name), datatype, std::move(shape), {raw.begin(), raw.end()}};
}

}  // namespace continuo
