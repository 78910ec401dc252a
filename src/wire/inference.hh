// Inference requests and responses of the Open Inference Protocol V2, REST form, with the binary tensor data extension.
//
// Parsing is pure: bytes in, a validated struct or an error out; nothing throws on bad input and nothing grows beyond
// the limits. Source: kserve/open-inference-protocol inference_rest.md; Triton's extension_binary_data.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wire/tensor.hh"

namespace continuo {

using RequestParameter = std::variant<bool, std::int64_t, double, std::string>;
using RequestParameters = std::map<std::string, RequestParameter, std::less<>>;

struct RequestedOutput {
  std::string name;
  bool binary = false;
  RequestParameters parameters = {};  // the others, `classification` for instance
};

struct InferenceRequest {
  std::string id;
  RequestParameters parameters;
  std::vector<Tensor> inputs;
  std::optional<std::vector<RequestedOutput>> outputs;  // nothing: all of the service's outputs
  bool binary_output = false;                           // request-level binary_data_output
};

struct InferenceResponse {
  std::string model_name;
  std::string model_version;  // empty: left out
  std::string id;             // empty: left out
  RequestParameters parameters;
  std::vector<Tensor> outputs;
};

// A refusal: an HTTP status of 4xx or 5xx and one sentence for the `error` key that says what to do.
struct Refusal {
  int status = 400;
  std::string error;
};

// One of several requests that are run at once.
struct BatchRequest {
  std::span<const Tensor> inputs;
  const RequestParameters* parameters = nullptr;
};

struct InferenceLimits {
  std::size_t body_bytes = std::size_t{64} << 20;  // 2^26, as Triton
  std::size_t nesting = 100;
  std::size_t tensors = 64;
  std::size_t dimensions = 32;
  // Of the parsed JSON: a number takes 24 bytes, so a JSON tensor has at most some ten million elements. Binary ones
  // are bounded by body_bytes alone.
  std::size_t json_memory = std::size_t{256} << 20;
};

// What a raw request (Inference-Header-Content-Length: 0) is understood by: the service's one input.
struct RawInput {
  std::string name;
  Datatype datatype = Datatype::bytes;
  std::vector<std::int64_t> shape;  // -1: variable; at most one is, unless the datatype is BYTES
};

// What is refused is refused with 400 (413 beyond a limit on size): numbers out of a datatype's range, numbers for
// booleans and the reverse, 1.0 for an integer, data that is neither flat nor nested as the shape says, FP16 and BF16
// in JSON, shared memory, duplicate names, bytes too many or too few. `outputs` that is empty asks for all outputs,
// as if it were absent. `header_length`: the value of Inference-Header-Content-Length, if the request has it.
// `raw_input`: the only input of the service, if it has exactly one.
std::variant<InferenceRequest, Refusal> parse_inference_request(std::span<const std::byte> body,
                                                                std::optional<std::string_view> header_length,
                                                                const std::optional<RawInput>& raw_input,
                                                                const InferenceLimits& limits = {});

struct HttpBody {
  std::vector<std::byte> bytes;
  std::optional<std::size_t> header_length;  // set iff any tensor is binary
};

// Binary for the outputs that `binary` names (by output name), JSON for the others. Refused with 400: an output for
// JSON that JSON cannot carry (FP16, BF16, BYTES that are not UTF-8, infinity, not a number). A client that asked for
// JSON would not find binary data behind it, so it is told to ask for binary.
std::variant<HttpBody, Refusal> serialise(const InferenceResponse& response, std::span<const std::string> binary);

// The names of those of `outputs` that the request wants as binary data.
std::vector<std::string> binary_outputs(const InferenceRequest& request, std::span<const Tensor> outputs);

// The client's side. Every input goes as binary data, every output is asked for as binary.
HttpBody serialise(const InferenceRequest& request);
// FP64 in JSON is read to within a unit or so in the last place (as Boost.JSON 1.81 does); binary data is exact.
// A body that is an error object gives a Refusal with its text; one that is not valid gives a Refusal of 502.
std::variant<InferenceResponse, Refusal> parse_inference_response(std::span<const std::byte> body,
                                                                  std::optional<std::string_view> header_length,
                                                                  const InferenceLimits& limits = {});

}  // namespace continuo
