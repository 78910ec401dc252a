// JSON numbers, booleans and strings to tensor elements and back.
#include "wire/internal/tensor_json.hh"

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "wire/internal/json_reader.hh"
#include "wire/utf8.hh"

namespace continuo {

namespace json = boost::json;

namespace {

template <class T>
void append(std::vector<std::byte>& data, T number) {
  const auto raw = std::as_bytes(std::span{&number, 1});
  data.insert(data.end(), raw.begin(), raw.end());
}

template <class T>
bool append_integer(std::vector<std::byte>& data, const json::value& value) {
  if (const std::int64_t* const number = value.if_int64(); number != nullptr && std::in_range<T>(*number)) {
    append(data, static_cast<T>(*number));
    return true;
  }
  if (const std::uint64_t* const number = value.if_uint64(); number != nullptr && std::in_range<T>(*number)) {
    append(data, static_cast<T>(*number));
    return true;
  }
  return false;
}

template <class T>
bool append_float(std::vector<std::byte>& data, const json::value& value) {
  double number = 0.0;
  if (const std::int64_t* const integer = value.if_int64()) {
    number = static_cast<double>(*integer);
  } else if (const std::uint64_t* const large = value.if_uint64()) {
    number = static_cast<double>(*large);
  } else if (const double* const real = value.if_double()) {
    number = *real;
  } else {
    return false;
  }
  if (!std::isfinite(number) || std::abs(number) > static_cast<double>(std::numeric_limits<T>::max())) {
    return false;
  }
  append(data, static_cast<T>(number));
  return true;
}

bool append_element(Tensor& tensor, const json::value& value) {
  switch (tensor.datatype) {
    case Datatype::boolean:
      if (value.is_bool()) {
        tensor.data.push_back(value.get_bool() ? std::byte{1} : std::byte{0});
      }
      return value.is_bool();
    case Datatype::uint8: return append_integer<std::uint8_t>(tensor.data, value);
    case Datatype::uint16: return append_integer<std::uint16_t>(tensor.data, value);
    case Datatype::uint32: return append_integer<std::uint32_t>(tensor.data, value);
    case Datatype::uint64: return append_integer<std::uint64_t>(tensor.data, value);
    case Datatype::int8: return append_integer<std::int8_t>(tensor.data, value);
    case Datatype::int16: return append_integer<std::int16_t>(tensor.data, value);
    case Datatype::int32: return append_integer<std::int32_t>(tensor.data, value);
    case Datatype::int64: return append_integer<std::int64_t>(tensor.data, value);
    case Datatype::fp32: return append_float<float>(tensor.data, value);
    case Datatype::fp64: return append_float<double>(tensor.data, value);
    case Datatype::bytes:
      if (const json::string* const string = value.if_string()) {
        append_bytes_element(tensor.data, {string->data(), string->size()});
        return true;
      }
      return false;
    case Datatype::fp16:
    case Datatype::bf16: return false;
  }
  return false;
}

std::string counts(std::size_t found, std::int64_t wanted) {
  return "data has " + std::to_string(found) + " elements where the shape says " + std::to_string(wanted);
}

std::optional<std::string> read_row(Tensor& tensor, const json::array& row) {
  for (const json::value& value : row) {
    if (!append_element(tensor, value)) {
      return describe(value) + " is not a value of datatype " + std::string{to_string(tensor.datatype)};
    }
  }
  return std::nullopt;
}

// `level`: which dimension this array runs along. As deep as the shape has dimensions, which is bounded.
std::optional<std::string> read_nested(Tensor& tensor, const json::array& array, std::size_t level) {
  if (array.size() != static_cast<std::uint64_t>(tensor.shape[level])) {
    return counts(array.size(), tensor.shape[level]) + " in dimension " + std::to_string(level);
  }
  if (level + 1 == tensor.shape.size()) {
    return read_row(tensor, array);
  }
  for (const json::value& value : array) {
    const json::array* const inner = value.if_array();
    if (inner == nullptr) {
      return "data is neither flat nor nested as the shape says: " + describe(value) + " stands among arrays";
    }
    if (auto problem = read_nested(tensor, *inner, level + 1)) {
      return problem;
    }
  }
  return std::nullopt;
}

template <class T>
void write_numbers(JsonWriter& writer, const Tensor& tensor) {
  for (std::size_t position = 0; position + sizeof(T) <= tensor.data.size(); position += sizeof(T)) {
    T number;
    std::memcpy(&number, tensor.data.data() + position, sizeof(T));
    writer.value(number);
  }
}

template <class T>
bool all_finite(const Tensor& tensor) {
  for (std::size_t position = 0; position + sizeof(T) <= tensor.data.size(); position += sizeof(T)) {
    T number;
    std::memcpy(&number, tensor.data.data() + position, sizeof(T));
    if (!std::isfinite(number)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<std::string> read_tensor_data(Tensor& tensor, const json::value& value) {
  if (tensor.datatype == Datatype::fp16 || tensor.datatype == Datatype::bf16) {
    return std::string{to_string(tensor.datatype)} + " has no form in JSON: send it as binary data";
  }
  const json::array* const array = value.if_array();
  if (array == nullptr) {
    return "data: expected an array, not " + describe(value);
  }
  if (!array->empty() && array->front().is_array() && tensor.shape.size() > 1) {
    return read_nested(tensor, *array, 0);
  }
  const std::int64_t wanted = element_count(tensor.shape).value_or(-1);
  // A nested form of an empty tensor can itself be empty: [2,0] is [[],[]], [0,2] is [].
  if (wanted < 0 || array->size() != static_cast<std::uint64_t>(wanted)) {
    return counts(array->size(), wanted);
  }
  tensor.data.reserve(array->size() * element_size(tensor.datatype).value_or(0));
  return read_row(tensor, *array);
}

std::optional<std::string> not_for_json(const Tensor& tensor) {
  switch (tensor.datatype) {
    case Datatype::fp16:
    case Datatype::bf16: return std::string{to_string(tensor.datatype)} + " has no form in JSON";
    case Datatype::fp32:
      return all_finite<float>(tensor) ? std::nullopt : std::optional{"it holds a value that is not finite"};
    case Datatype::fp64:
      return all_finite<double>(tensor) ? std::nullopt : std::optional{"it holds a value that is not finite"};
    case Datatype::bytes: {
      const auto elements = bytes_elements(tensor);
      for (const std::string_view element : elements.value_or(std::vector<std::string_view>{})) {
        if (!is_utf8(element)) {
          return "it holds bytes that are not UTF-8 text";
        }
      }
      return elements ? std::nullopt : std::optional{"its elements do not add up"};
    }
    default: return std::nullopt;
  }
}

void write_tensor_data(JsonWriter& writer, const Tensor& tensor) {
  writer.begin_array();
  switch (tensor.datatype) {
    case Datatype::boolean:
      for (const std::byte element : tensor.data) {
        writer.value(element != std::byte{0});
      }
      break;
    case Datatype::uint8: write_numbers<std::uint8_t>(writer, tensor); break;
    case Datatype::uint16: write_numbers<std::uint16_t>(writer, tensor); break;
    case Datatype::uint32: write_numbers<std::uint32_t>(writer, tensor); break;
    case Datatype::uint64: write_numbers<std::uint64_t>(writer, tensor); break;
    case Datatype::int8: write_numbers<std::int8_t>(writer, tensor); break;
    case Datatype::int16: write_numbers<std::int16_t>(writer, tensor); break;
    case Datatype::int32: write_numbers<std::int32_t>(writer, tensor); break;
    case Datatype::int64: write_numbers<std::int64_t>(writer, tensor); break;
    case Datatype::fp32: write_numbers<float>(writer, tensor); break;
    case Datatype::fp64: write_numbers<double>(writer, tensor); break;
    case Datatype::bytes:
      for (const std::string_view element : bytes_elements(tensor).value_or(std::vector<std::string_view>{})) {
        writer.value(element);
      }
      break;
    case Datatype::fp16:
    case Datatype::bf16: break;
  }
  writer.end_array();
}

}  // namespace continuo
