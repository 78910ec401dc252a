// Datatypes, element counts and the packing of BYTES tensors.
#include "wire/tensor.hh"

#include <array>
#include <limits>
#include <utility>

namespace continuo {

namespace {

struct DatatypeRow {
  Datatype datatype;
  std::string_view name;
  std::size_t size;  // 0: variable
};

constexpr std::array datatypes{
    DatatypeRow{Datatype::boolean, "BOOL", 1},  DatatypeRow{Datatype::uint8, "UINT8", 1},
    DatatypeRow{Datatype::uint16, "UINT16", 2}, DatatypeRow{Datatype::uint32, "UINT32", 4},
    DatatypeRow{Datatype::uint64, "UINT64", 8}, DatatypeRow{Datatype::int8, "INT8", 1},
    DatatypeRow{Datatype::int16, "INT16", 2},   DatatypeRow{Datatype::int32, "INT32", 4},
    DatatypeRow{Datatype::int64, "INT64", 8},   DatatypeRow{Datatype::fp16, "FP16", 2},
    DatatypeRow{Datatype::bf16, "BF16", 2},     DatatypeRow{Datatype::fp32, "FP32", 4},
    DatatypeRow{Datatype::fp64, "FP64", 8},     DatatypeRow{Datatype::bytes, "BYTES", 0},
};

constexpr std::size_t length_prefix = 4;

std::uint32_t read_length(const std::byte* from) {
  std::uint32_t length = 0;
  for (std::size_t index = length_prefix; index > 0; --index) {
    length = length << 8 | std::to_integer<std::uint32_t>(from[index - 1]);
  }
  return length;
}

}  // namespace

std::string_view to_string(Datatype datatype) { return datatypes.at(static_cast<std::size_t>(datatype)).name; }

std::optional<Datatype> datatype_from(std::string_view name) {
  for (const DatatypeRow& row : datatypes) {
    if (row.name == name) {
      return row.datatype;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> element_size(Datatype datatype) {
  const std::size_t size = datatypes.at(static_cast<std::size_t>(datatype)).size;
  return size == 0 ? std::nullopt : std::optional{size};
}

std::optional<std::int64_t> element_count(std::span<const std::int64_t> shape) {
  std::int64_t count = 1;
  bool overflow = false;
  bool zero = false;
  for (const std::int64_t dimension : shape) {
    if (dimension < 0) {
      return std::nullopt;
    }
    zero = zero || dimension == 0;
    overflow = overflow || (dimension != 0 && count > std::numeric_limits<std::int64_t>::max() / dimension);
    count = overflow || zero ? 1 : count * dimension;
  }
  // A zero anywhere makes the tensor empty, however large the other dimensions are.
  return zero ? std::optional<std::int64_t>{0} : overflow ? std::nullopt : std::optional{count};
}

std::optional<std::vector<std::string_view>> bytes_elements(const Tensor& tensor) {
  const auto count = element_count(tensor.shape);
  if (tensor.datatype != Datatype::bytes || !count) {
    return std::nullopt;
  }
  std::vector<std::string_view> elements;
  std::size_t position = 0;
  while (position < tensor.data.size()) {
    if (tensor.data.size() - position < length_prefix) {
      return std::nullopt;
    }
    const std::size_t length = read_length(tensor.data.data() + position);
    position += length_prefix;
    if (tensor.data.size() - position < length || elements.size() == static_cast<std::size_t>(*count)) {
      return std::nullopt;
    }
    elements.emplace_back(reinterpret_cast<const char*>(tensor.data.data() + position), length);
    position += length;
  }
  return elements.size() == static_cast<std::size_t>(*count) ? std::optional{std::move(elements)} : std::nullopt;
}

void append_bytes_element(std::vector<std::byte>& data, std::string_view element) {
  const auto length = static_cast<std::uint32_t>(element.size());
  for (std::size_t index = 0; index < length_prefix; ++index) {
    data.push_back(static_cast<std::byte>(length >> (8 * index)));
  }
  const auto raw = std::as_bytes(std::span{element});
  data.insert(data.end(), raw.begin(), raw.end());
}

Tensor make_bytes_tensor(std::string name, std::vector<std::int64_t> shape, std::span<const std::string> elements) {
  Tensor tensor{std::move(name), Datatype::bytes, std::move(shape), {}};
  for (const std::string& element : elements) {
    append_bytes_element(tensor.data, element);
  }
  return tensor;
}

}  // namespace continuo
