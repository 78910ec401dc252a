// libFuzzer target: everything that comes in over HTTP or a pipe and is parsed here. The first byte chooses the parser.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target inference_fuzz
//   build/fuzz/bin/inference_fuzz -max_total_time=300 -max_len=4096 -timeout=10 -rss_limit_mb=1024 build/fuzz/corpus
//
// Beside memory and undefined behaviour it checks what is promised: a refusal has a status and a reason; what is accepted
// agrees with its shape and survives being written and read again.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "wire/capability.hh"
#include "wire/event.hh"
#include "wire/inference.hh"
#include "wire/utf8.hh"

namespace continuo {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_refusal(const Refusal& refusal) {
  require(refusal.status >= 400);
  require(refusal.status <= 599);
  require(!refusal.error.empty());
  require(is_utf8(refusal.error));
}

void check_tensor(const Tensor& tensor) {
  const auto count = element_count(tensor.shape);
  require(count.has_value());
  require(!tensor.name.empty());
  if (const auto size = element_size(tensor.datatype)) {
    require(tensor.data.size() == static_cast<std::size_t>(*count) * *size);
  } else {
    require(bytes_elements(tensor).has_value());
  }
}

// Boost.JSON 1.81 reads a double to within a unit or so in the last place; binary data is exact.
bool close(double one, double other) {
  return std::abs(one - other) <= std::abs(one) * 1e-6 + 1e-300;
}

template <class T>
bool all_close(const Tensor& one, const Tensor& other) {
  for (std::size_t position = 0; position < one.data.size(); position += sizeof(T)) {
    T left;
    T right;
    std::memcpy(&left, one.data.data() + position, sizeof(T));
    std::memcpy(&right, other.data.data() + position, sizeof(T));
    if (!close(left, right)) return false;
  }
  return true;
}

void check_same(const std::vector<Tensor>& one, const std::vector<Tensor>& other, bool exact) {
  require(one.size() == other.size());
  for (std::size_t index = 0; index < one.size(); ++index) {
    require(one[index].name == other[index].name);
    require(one[index].datatype == other[index].datatype);
    require(one[index].shape == other[index].shape);
    require(one[index].data.size() == other[index].data.size());
    if (!exact && one[index].datatype == Datatype::fp32) {
      require(all_close<float>(one[index], other[index]));
    } else if (!exact && one[index].datatype == Datatype::fp64) {
      require(all_close<double>(one[index], other[index]));
    } else {
      require(one[index].data == other[index].data);
    }
  }
}

void check_same(const RequestParameters& one, const RequestParameters& other) {
  require(one.size() == other.size());
  for (const auto& [key, value] : one) {
    const RequestParameter& same = other.at(key);
    const auto* number = std::get_if<double>(&value);
    require(number != nullptr ? close(*number, std::get<double>(same)) : value == same);
  }
}

// Numbers so large that reading them again, a unit in the last place further, is out of range.
bool at_the_edge(const Refusal& refusal) {
  return refusal.error.find("is not a value of datatype FP") != std::string::npos ||
         refusal.error.find("expected a string, a finite number") != std::string::npos;
}

std::optional<std::string> length_of(const HttpBody& body) {
  return body.header_length ? std::optional{std::to_string(*body.header_length)} : std::nullopt;
}

void check_response(const InferenceResponse& response) {
  std::vector<std::string> all;
  for (const Tensor& output : response.outputs) {
    check_tensor(output);
    all.push_back(output.name);
  }
  for (const std::vector<std::string>& binary : {all, std::vector<std::string>{}}) {
    const auto written = serialise(response, binary);
    if (const auto* refusal = std::get_if<Refusal>(&written)) {
      check_refusal(*refusal);
      require(binary.empty());
      continue;
    }
    const HttpBody& body = std::get<HttpBody>(written);
    const auto again = parse_inference_response(body.bytes, length_of(body));
    if (const auto* refusal = std::get_if<Refusal>(&again)) {
      require(at_the_edge(*refusal));
    } else {
      check_same(std::get<InferenceResponse>(again).outputs, response.outputs, !binary.empty());
    }
  }
}

void fuzz_request(std::span<const std::byte> body, std::optional<std::string_view> length,
                  const std::optional<RawInput>& raw) {
  const auto parsed = parse_inference_request(body, length, raw);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    check_refusal(*refusal);
    return;
  }
  const auto& request = std::get<InferenceRequest>(parsed);
  for (const Tensor& input : request.inputs) check_tensor(input);
  const HttpBody written = serialise(request);
  const auto again = parse_inference_request(written.bytes, length_of(written), std::nullopt);
  if (const auto* refusal = std::get_if<Refusal>(&again)) {
    require(at_the_edge(*refusal));
    return;
  }
  const auto& same = std::get<InferenceRequest>(again);
  check_same(same.inputs, request.inputs, true);
  require(same.id == request.id);
  check_same(request.parameters, same.parameters);
  require(same.outputs.has_value() == request.outputs.has_value());
  check_response({"m", "", request.id, request.parameters, request.inputs});
}

void fuzz_response(std::span<const std::byte> body, std::optional<std::string_view> length) {
  const auto parsed = parse_inference_response(body, length);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    check_refusal(*refusal);
  } else {
    check_response(std::get<InferenceResponse>(parsed));
  }
}

// What was accepted is accepted again as written, and is written the same.
template <class Message, class Error>
void check_message(const std::variant<Message, Error>& parsed, std::variant<Message, Error> (*parse)(std::string_view)) {
  if (const auto* message = std::get_if<Message>(&parsed)) {
    const std::string written = serialise(*message);
    const auto again = parse(written);
    if (const auto* same = std::get_if<Message>(&again)) require(serialise(*same) == written);
  } else {
    require(!std::get<Error>(parsed).empty());
  }
}

template <class Message>
void check_line(const std::optional<Message>& parsed, std::optional<Message> (*parse)(std::string_view)) {
  if (!parsed) return;
  const std::string written = serialise(*parsed);
  require(written.find('\n') == std::string::npos);
  const auto again = parse(written);
  if (again) require(serialise(*again) == written);
}

void fuzz(std::uint8_t mode, std::string_view text) {
  const auto body = std::as_bytes(std::span{text});
  // A header length that fits whatever stands before the first zero byte, as a client would send it.
  const auto zero = text.find('\0');
  const std::string fitting = std::to_string(zero == std::string_view::npos ? text.size() : zero);
  const auto line = text.find('\n');
  switch (mode) {
    case 'j': return fuzz_request(body, std::nullopt, std::nullopt);
    case 'b': return fuzz_request(body, fitting, std::nullopt);
    case 'h':  // the first line is the header length
      if (line == std::string_view::npos) return;
      return fuzz_request(body.subspan(line + 1), text.substr(0, line), RawInput{"x", Datatype::bytes, {1}});
    case 'r': return fuzz_request(body, "0", RawInput{"x", Datatype::int32, {-1, 2}});
    case 'a': return fuzz_response(body, std::nullopt);
    case 'o': return fuzz_response(body, fitting);
    case 'c': return check_message(parse_capability(text), parse_capability);
    case 't': return check_message(parse_heartbeat(text), parse_heartbeat);
    case 'e': return check_line(parse_node_event(text), parse_node_event);
    case 'l': return check_line(parse_load_record(text), parse_load_record);
    default: return;
  }
}

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) continuo::fuzz(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
