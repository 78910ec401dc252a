// Inference requests and responses to bytes.
#include <algorithm>

#include "wire/inference.hh"
#include "wire/internal/tensor_json.hh"

namespace continuo {

namespace {

void write_parameters(JsonWriter& json, const RequestParameters& parameters) {
  for (const auto& [key, parameter] : parameters) {
    std::visit([&json, &name = key](const auto& value) { json.field(name, value); }, parameter);
  }
}

// name, datatype and shape: what both forms of a tensor begin with.
void write_head(JsonWriter& json, const Tensor& tensor) {
  json.field("name", tensor.name).field("datatype", to_string(tensor.datatype)).key("shape").begin_array();
  for (const std::int64_t dimension : tensor.shape) {
    json.value(dimension);
  }
  json.end_array();
}

void write_binary(JsonWriter& json, const Tensor& tensor, std::vector<std::byte>& data) {
  json.key("parameters").begin_object().field("binary_data_size", tensor.data.size()).end_object();
  data.insert(data.end(), tensor.data.begin(), tensor.data.end());
}

HttpBody join(const std::string& header, const std::vector<std::byte>& data, bool binary) {
  HttpBody body;
  const auto raw = std::as_bytes(std::span{header});
  body.bytes.reserve(raw.size() + data.size());
  body.bytes.assign(raw.begin(), raw.end());
  body.bytes.insert(body.bytes.end(), data.begin(), data.end());
  if (binary) {
    body.header_length = header.size();
  }
  return body;
}

}  // namespace

std::vector<std::string> binary_outputs(const InferenceRequest& request, std::span<const Tensor> outputs) {
  std::vector<std::string> names;
  for (const Tensor& output : outputs) {
    bool binary = request.binary_output;
    if (request.outputs) {
      const auto wanted = std::ranges::find(*request.outputs, output.name, &RequestedOutput::name);
      binary = wanted != request.outputs->end() && wanted->binary;
    }
    if (binary) {
      names.push_back(output.name);
    }
  }
  return names;
}

std::variant<HttpBody, Refusal> serialise(const InferenceResponse& response, std::span<const std::string> binary) {
  JsonWriter json;
  std::vector<std::byte> data;
  bool any_binary = false;
  json.begin_object().field("model_name", response.model_name);
  if (!response.model_version.empty()) {
    json.field("model_version", response.model_version);
  }
  if (!response.id.empty()) {
    json.field("id", response.id);
  }
  if (!response.parameters.empty()) {
    json.key("parameters").begin_object();
    write_parameters(json, response.parameters);
    json.end_object();
  }
  json.key("outputs").begin_array();
  for (const Tensor& output : response.outputs) {
    json.begin_object();
    write_head(json, output);
    if (std::ranges::find(binary, output.name) != binary.end()) {
      write_binary(json, output, data);
      any_binary = true;
    } else if (const auto problem = not_for_json(output)) {
      return Refusal{400, "output " + output.name + ": " + *problem + "; ask for it with binary_data"};
    } else {
      json.key("data");
      write_tensor_data(json, output);
    }
    json.end_object();
  }
  json.end_array().end_object();
  return join(json.take(), data, any_binary);
}

HttpBody serialise(const InferenceRequest& request) {
  JsonWriter json;
  std::vector<std::byte> data;
  json.begin_object();
  if (!request.id.empty()) {
    json.field("id", request.id);
  }
  json.key("parameters").begin_object();
  write_parameters(json, request.parameters);
  json.field("binary_data_output", true).end_object();
  json.key("inputs").begin_array();
  for (const Tensor& input : request.inputs) {
    json.begin_object();
    write_head(json, input);
    write_binary(json, input, data);
    json.end_object();
  }
  json.end_array();
  if (request.outputs) {
    json.key("outputs").begin_array();
    for (const RequestedOutput& output : *request.outputs) {
      json.begin_object().field("name", output.name).key("parameters").begin_object();
      write_parameters(json, output.parameters);
      json.field("binary_data", true).end_object().end_object();
    }
    json.end_array();
  }
  json.end_object();
  return join(json.take(), data, true);
}

}  // namespace continuo
