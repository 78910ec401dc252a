// Bytes to inference requests and responses: a JSON header, then the binary tensors back to back.
#include <algorithm>
#include <cmath>
#include <set>

#include "wire/inference.hh"
#include "wire/internal/json_reader.hh"
#include "wire/internal/message_body.hh"
#include "wire/internal/tensor_json.hh"

namespace continuo {

namespace json = boost::json;

namespace {

constexpr std::size_t name_length_max = 1024;
constexpr std::size_t id_length_max = 4096;
constexpr std::size_t parameters_max = 256;

using Problem = std::optional<std::string>;

Problem read_parameters(const json::object& object, RequestParameters& parameters) {
  const json::value* const value = object.if_contains("parameters");
  if (value == nullptr) {
    return std::nullopt;
  }
  const json::object* const fields = value->if_object();
  if (fields == nullptr) {
    return "parameters: expected an object, not " + describe(*value);
  }
  if (fields->size() > parameters_max) {
    return "parameters: more than " + std::to_string(parameters_max);
  }
  for (const auto& [key, content] : *fields) {
    RequestParameter parameter;
    if (const bool* const flag = content.if_bool()) {
      parameter = *flag;
    } else if (const std::int64_t* const integer = content.if_int64()) {
      parameter = *integer;
    } else if (content.is_number() && std::isfinite(content.to_number<double>())) {
      parameter = content.to_number<double>();
    } else if (const json::string* const string = content.if_string()) {
      parameter = std::string{string->data(), string->size()};
    } else {
      return "parameter " + std::string{key} + ": expected a string, a finite number or a boolean, not " +
             describe(content);
    }
    parameters.emplace(std::string{key}, std::move(parameter));
  }
  return std::nullopt;
}

// Takes a flag out of the parameters; `otherwise` if it is not there.
Problem take_flag(RequestParameters& parameters, std::string_view key, bool& flag) {
  const auto found = parameters.find(key);
  if (found == parameters.end()) {
    return std::nullopt;
  }
  const bool* const value = std::get_if<bool>(&found->second);
  if (value == nullptr) {
    return "parameter " + std::string{key} + ": expected true or false";
  }
  flag = *value;
  parameters.erase(found);
  return std::nullopt;
}

Problem read_name(const json::object& object, std::set<std::string, std::less<>>& names, std::string& name) {
  const json::value* const value = object.if_contains("name");
  const json::string* const string = value == nullptr ? nullptr : value->if_string();
  if (string == nullptr || string->empty() || string->size() > name_length_max) {
    return "name: expected a string that is not empty";
  }
  name.assign(string->data(), string->size());
  return names.insert(name).second ? std::nullopt : Problem{"the name " + name + " stands twice"};
}

Problem read_shape(const json::object& object, std::size_t dimensions_max, std::vector<std::int64_t>& shape) {
  const json::value* const value = object.if_contains("shape");
  const json::array* const array = value == nullptr ? nullptr : value->if_array();
  if (array == nullptr) {
    return "shape: expected an array of dimensions";
  }
  if (array->size() > dimensions_max) {
    return "shape: more than " + std::to_string(dimensions_max) + " dimensions";
  }
  for (const json::value& dimension : *array) {
    const std::int64_t* const number = dimension.if_int64();
    if (number == nullptr || *number < 0) {
      return "shape: a dimension must be an integer that is not negative, not " + describe(dimension);
    }
    shape.push_back(*number);
  }
  return element_count(shape) ? std::nullopt : Problem{"shape: the number of elements is beyond 2^63"};
}

// Takes this tensor's bytes from the front of the binary data.
Problem take_binary(Tensor& tensor, const RequestParameter& size, Body& body) {
  const std::int64_t* const bytes = std::get_if<std::int64_t>(&size);
  if (bytes == nullptr || *bytes < 0) {
    return "binary_data_size: expected an integer that is not negative";
  }
  if (!body.binary) {
    return "binary_data_size needs the HTTP header Inference-Header-Content-Length";
  }
  if (static_cast<std::uint64_t>(*bytes) > body.data.size()) {
    return "binary_data_size is " + std::to_string(*bytes) + ", but only " + std::to_string(body.data.size()) +
           " bytes are left in the body";
  }
  const auto count = static_cast<std::uint64_t>(element_count(tensor.shape).value_or(0));
  if (const auto size_of_element = element_size(tensor.datatype)) {
    const auto elements_sent = static_cast<std::uint64_t>(*bytes) / *size_of_element;
    if (elements_sent != count || static_cast<std::uint64_t>(*bytes) % *size_of_element != 0) {
      return "binary_data_size is " + std::to_string(*bytes) + ", but the shape says " + std::to_string(count) +
             " elements of " + std::to_string(*size_of_element) + " bytes";
    }
  }
  const auto raw = body.data.first(static_cast<std::size_t>(*bytes));
  tensor.data.assign(raw.begin(), raw.end());
  body.data = body.data.subspan(static_cast<std::size_t>(*bytes));
  if (tensor.datatype == Datatype::bytes && !bytes_elements(tensor)) {
    return "the lengths of the BYTES elements do not add up to binary_data_size and the shape";
  }
  if (tensor.datatype == Datatype::boolean &&
      std::ranges::any_of(tensor.data, [](std::byte b) { return b > std::byte{1}; })) {
    return "a BOOL is one byte of 0 or 1";
  }
  return std::nullopt;
}

Problem read_content(Tensor& tensor, const json::object& object, const RequestParameters& parameters, Body& body) {
  if (parameters.contains("shared_memory_region") || parameters.contains("shared_memory_byte_size") ||
      parameters.contains("shared_memory_offset")) {
    return "shared memory is not served: send `data` or binary data";
  }
  const json::value* const data = object.if_contains("data");
  const auto size = parameters.find("binary_data_size");
  if ((data != nullptr) == (size != parameters.end())) {
    return data != nullptr ? "has both `data` and binary_data_size" : "has neither `data` nor binary_data_size";
  }
  return data != nullptr ? read_tensor_data(tensor, *data) : take_binary(tensor, size->second, body);
}

Problem read_tensor(const json::object& object, const InferenceLimits& limits,
                    std::set<std::string, std::less<>>& names, Body& body, Tensor& tensor) {
  if (auto problem = read_name(object, names, tensor.name)) {
    return problem;
  }
  const json::value* const datatype = object.if_contains("datatype");
  const json::string* const name = datatype == nullptr ? nullptr : datatype->if_string();
  const auto known = name == nullptr ? std::nullopt : datatype_from({name->data(), name->size()});
  if (!known) {
    return tensor.name + ": datatype: expected BOOL, UINT8 to UINT64, INT8 to INT64, FP16, BF16, FP32, FP64 or BYTES";
  }
  tensor.datatype = *known;
  RequestParameters parameters;
  auto problem = read_shape(object, limits.dimensions, tensor.shape);
  if (!problem) {
    problem = read_parameters(object, parameters);
  }
  if (!problem) {
    problem = read_content(tensor, object, parameters, body);
  }
  return problem ? Problem{tensor.name + ": " + *problem} : std::nullopt;
}

// The tensors under `key`, which must be there.
Problem read_tensors(const json::object& object, std::string_view key, const InferenceLimits& limits, Body& body,
                     std::vector<Tensor>& tensors) {
  const json::value* const value = object.if_contains(key);
  const json::array* const array = value == nullptr ? nullptr : value->if_array();
  if (array == nullptr) {
    return std::string{key} + ": expected an array of tensors";
  }
  if (array->size() > limits.tensors) {
    return std::string{key} + ": more than " + std::to_string(limits.tensors) + " tensors";
  }
  std::set<std::string, std::less<>> names;
  for (const json::value& element : *array) {
    const json::object* const fields = element.if_object();
    if (fields == nullptr) {
      return std::string{key} + ": expected objects, not " + describe(element);
    }
    if (auto problem = read_tensor(*fields, limits, names, body, tensors.emplace_back())) {
      return std::string{key} + ": " + *problem;
    }
  }
  if (!body.data.empty()) {
    return std::to_string(body.data.size()) + " bytes are left over after the last tensor";
  }
  return std::nullopt;
}

Problem read_outputs(const json::object& object, const InferenceLimits& limits, InferenceRequest& request) {
  const json::value* const value = object.if_contains("outputs");
  if (value == nullptr) {
    return std::nullopt;
  }
  const json::array* const array = value->if_array();
  if (array == nullptr || array->size() > limits.tensors) {
    return "outputs: expected an array of at most " + std::to_string(limits.tensors) + " outputs";
  }
  if (array->empty()) {
    return std::nullopt;
  }
  std::set<std::string, std::less<>> names;
  auto& outputs = request.outputs.emplace();
  for (const json::value& element : *array) {
    const json::object* const fields = element.if_object();
    if (fields == nullptr) {
      return "outputs: expected objects, not " + describe(element);
    }
    RequestedOutput& output = outputs.emplace_back();
    output.binary = request.binary_output;
    auto problem = read_name(*fields, names, output.name);
    if (!problem) {
      problem = read_parameters(*fields, output.parameters);
    }
    if (!problem) {
      problem = take_flag(output.parameters, "binary_data", output.binary);
    }
    if (!problem && output.parameters.contains("shared_memory_region")) {
      problem = "shared memory is not served";
    }
    if (problem) {
      return "outputs: " + *problem;
    }
  }
  return std::nullopt;
}

// An optional string; null is not one.
Problem read_string(const json::object& object, std::string_view key, std::string& text) {
  const json::value* const value = object.if_contains(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  const json::string* const string = value->if_string();
  if (string == nullptr || string->size() > id_length_max) {
    return std::string{key} + ": expected a string of at most " + std::to_string(id_length_max) + " bytes";
  }
  text.assign(string->data(), string->size());
  return std::nullopt;
}

Problem read_request(const json::object& object, const InferenceLimits& limits, Body& body, InferenceRequest& request) {
  auto problem = read_string(object, "id", request.id);
  if (!problem) {
    problem = read_parameters(object, request.parameters);
  }
  if (!problem) {
    problem = take_flag(request.parameters, "binary_data_output", request.binary_output);
  }
  if (!problem) {
    problem = read_outputs(object, limits, request);
  }
  return problem ? problem : read_tensors(object, "inputs", limits, body, request.inputs);
}

JsonLimits json_limits(const InferenceLimits& limits) {
  return {.bytes = limits.body_bytes, .nesting = limits.nesting, .memory = limits.json_memory};
}

// The whole body is the service's one input: a BYTES element without a prefix, or elements that fill the one variable
// dimension.
std::variant<InferenceRequest, Refusal> parse_raw(std::span<const std::byte> body,
                                                  const std::optional<RawInput>& raw_input) {
  if (!raw_input) {
    return Refusal{400, "a raw request (Inference-Header-Content-Length: 0) needs a service with exactly one input"};
  }
  InferenceRequest request;
  request.binary_output = true;
  Tensor tensor{raw_input->name, raw_input->datatype, raw_input->shape, {}};
  const auto size = element_size(tensor.datatype);
  if (!size) {
    tensor.shape = {1};
    append_bytes_element(tensor.data, {reinterpret_cast<const char*>(body.data()), body.size()});
    request.inputs.push_back(std::move(tensor));
    return request;
  }
  std::int64_t* variable = nullptr;
  for (std::int64_t& dimension : tensor.shape) {
    if (dimension < 0 && variable != nullptr) {
      return Refusal{400, "a raw request needs an input with at most one variable dimension"};
    }
    if (dimension < 0) {
      variable = &dimension;
      dimension = 1;
    }
  }
  const auto fixed = element_count(tensor.shape);
  const std::uint64_t row = fixed ? static_cast<std::uint64_t>(*fixed) * *size : 0;
  if (variable != nullptr && row > 0) {
    *variable = static_cast<std::int64_t>(body.size() / row);
  }
  const std::uint64_t rows = variable != nullptr ? static_cast<std::uint64_t>(*variable) : 1;
  if (!fixed || rows * row != body.size()) {
    return Refusal{400, "the body has " + std::to_string(body.size()) + " bytes, which do not fill the input " +
                            tensor.name + " of datatype " + std::string{to_string(tensor.datatype)}};
  }
  tensor.data.assign(body.begin(), body.end());
  request.inputs.push_back(std::move(tensor));
  return request;
}

}  // namespace

std::variant<InferenceRequest, Refusal> parse_inference_request(std::span<const std::byte> body,
                                                                std::optional<std::string_view> header_length,
                                                                const std::optional<RawInput>& raw_input,
                                                                const InferenceLimits& limits) {
  if (body.size() > limits.body_bytes) {
    return Refusal{413, "the body has more than " + std::to_string(limits.body_bytes) + " bytes"};
  }
  auto parts = split_body(body, header_length);
  if (auto* const refusal = std::get_if<Refusal>(&parts)) {
    return std::move(*refusal);
  }
  Body& split_body = std::get<Body>(parts);
  if (split_body.binary && split_body.header.empty()) {
    return parse_raw(body, raw_input);
  }
  const JsonDocument document{split_body.header, json_limits(limits)};
  if (document.object() == nullptr) {
    return Refusal{document.too_large() ? 413 : 400, document.error()};
  }
  InferenceRequest request;
  if (auto problem = read_request(*document.object(), limits, split_body, request)) {
    return Refusal{400, *std::move(problem)};
  }
  return request;
}

std::variant<InferenceResponse, Refusal> parse_inference_response(std::span<const std::byte> body,
                                                                  std::optional<std::string_view> header_length,
                                                                  const InferenceLimits& limits) {
  const auto invalid = [](const std::string& problem) { return Refusal{502, "not a valid response: " + problem}; };
  if (body.size() > limits.body_bytes) {
    return invalid("more than " + std::to_string(limits.body_bytes) + " bytes");
  }
  auto parts = split_body(body, header_length);
  if (auto* const refusal = std::get_if<Refusal>(&parts)) {
    return invalid(refusal->error);
  }
  Body& split_body = std::get<Body>(parts);
  const JsonDocument document{split_body.header, json_limits(limits)};
  if (document.object() == nullptr) {
    return invalid(document.error());
  }
  const json::object& object = *document.object();
  if (const json::value* const error = object.if_contains("error"); error != nullptr && error->is_string()) {
    const json::string& text = error->get_string();
    return Refusal{502, text.empty() ? "an error without a text" : std::string{text.data(), text.size()}};
  }
  InferenceResponse response;
  auto problem = read_string(object, "model_name", response.model_name);
  if (!problem) {
    problem = read_string(object, "model_version", response.model_version);
  }
  if (!problem) {
    problem = read_string(object, "id", response.id);
  }
  if (!problem) {
    problem = read_parameters(object, response.parameters);
  }
  if (!problem) {
    problem = read_tensors(object, "outputs", limits, split_body, response.outputs);
  }
  if (problem) {
    return invalid(*problem);
  }
  return response;
}

}  // namespace continuo
