#include "load/load_exchange.hh"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

namespace continuo {

namespace {

// The `error` of an error answer; nothing else of what a peer sends is repeated.
std::string error_of(const HttpResponse& response) {
  constexpr std::size_t length_max = 2000;
  constexpr std::size_t body_max = std::size_t{64} << 10;
  if (response.body.size() > body_max) return {};
  boost::json::error_code failure;
  const auto value = boost::json::parse(as_text(response.body), failure);
  if (failure || !value.is_object()) return {};
  const auto* error = value.get_object().if_contains("error");
  if (error == nullptr || !error->is_string()) return {};
  return std::string{error->get_string().subview(0, length_max)};
}

std::string text_of(const RequestParameters& parameters, std::string_view key) {
  const auto found = parameters.find(key);
  const auto* text = found == parameters.end() ? nullptr : std::get_if<std::string>(&found->second);
  return text == nullptr ? "" : *text;
}

Duration time_of(const RequestParameters& parameters, std::string_view key) {
  const auto found = parameters.find(key);
  const auto* number = found == parameters.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
  return number == nullptr ? Duration::zero() : Duration{std::max<std::int64_t>(*number, 0)};
}

std::uint32_t batch_of(const RequestParameters& parameters) {
  constexpr std::int64_t batch_max = 1'000'000;
  const auto found = parameters.find("continuo_batch");
  const auto* number = found == parameters.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
  return number == nullptr ? 1 : static_cast<std::uint32_t>(std::clamp<std::int64_t>(*number, 1, batch_max));
}

void fail(LoadRecord& record, std::string reason, std::string detail) {
  record.failure = std::move(reason);
  record.detail = std::move(detail);
}

void conclude_failure(LoadRecord& record, const HttpFailure& failure) {
  switch (failure.kind) {
    case HttpFailure::Kind::timeout: return fail(record, "deadline", failure.text);
    case HttpFailure::Kind::refused: return fail(record, "refused", failure.text);
    case HttpFailure::Kind::reset: return fail(record, "reset", failure.text);
    case HttpFailure::Kind::unresolved: return fail(record, "unresolved", failure.text);
    case HttpFailure::Kind::malformed: return fail(record, "bad-answer", failure.text);
    case HttpFailure::Kind::local: return fail(record, "not-sent", failure.text);
  }
}

}  // namespace

std::optional<Tensor> make_input(const ServicePackage& package, std::span<const std::byte> content) {
  if (package.inputs.size() != 1) return std::nullopt;
  const TensorContract& contract = package.inputs.front();
  const auto datatype = datatype_from(contract.datatype);
  if (!datatype) return std::nullopt;
  std::vector<std::int64_t> shape = contract.shape;
  if (*datatype == Datatype::bytes) {
    std::replace(shape.begin(), shape.end(), std::int64_t{-1}, std::int64_t{1});
    if (element_count(shape) != 1) return std::nullopt;
    const std::string text{as_text(content)};
    return make_bytes_tensor(contract.name, std::move(shape), {&text, 1});
  }
  const std::size_t size = element_size(*datatype).value_or(0);
  if (size == 0 || content.size() % size != 0) return std::nullopt;
  const auto count = static_cast<std::int64_t>(content.size() / size);
  const auto open = std::find(shape.begin(), shape.end(), std::int64_t{-1});
  if (open != shape.end()) {
    *open = 1;
    std::replace(shape.begin(), shape.end(), std::int64_t{-1}, std::int64_t{1});
    const auto others = element_count(shape);
    if (!others || *others == 0 || count % *others != 0) return std::nullopt;
    *open = count / *others;
  }
  if (element_count(shape) != count) return std::nullopt;
  return Tensor{contract.name, *datatype, std::move(shape), {content.begin(), content.end()}};
}

HttpRequest make_infer_request(const Service& service, const Stream& stream, const Tensor& input, Duration time_left) {
  InferenceRequest request;
  for (const auto& [name, value] : stream.parameters) {
    std::visit([&](const auto& typed) { request.parameters.emplace(name, typed); }, value);
  }
  request.parameters["timeout"] = std::chrono::duration_cast<std::chrono::microseconds>(time_left).count();
  request.inputs.push_back(input);
  HttpBody body = serialise(request);
  HttpRequest http;
  http.method = "POST";
  http.target = "/v2/models/" + service.name + "/infer";
  if (body.header_length) {
    http.headers.set("Inference-Header-Content-Length", std::to_string(*body.header_length));
    http.headers.set("Content-Type", "application/octet-stream");
  } else {
    http.headers.set("Content-Type", "application/json");
  }
  http.body = std::move(body.bytes);
  return http;
}

void conclude(LoadRecord& record, const HttpResult& result, const std::optional<Expectation>& expectation,
              Duration deadline) {
  record.request_size = result.sent;
  record.response_size = result.received;
  if (const HttpFailure* failure = result.failure()) return conclude_failure(record, *failure);
  const HttpResponse& answer = *result.response();
  if (record.received > record.scheduled + deadline) return fail(record, "deadline", "the answer came too late");
  if (answer.status != 200) return fail(record, fmt::format("http-{}", answer.status), error_of(answer));
  const auto parsed = parse_inference_response(answer.body, answer.headers.find("Inference-Header-Content-Length"));
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) return fail(record, "bad-answer", refusal->error);
  const auto& response = std::get<InferenceResponse>(parsed);
  record.node = text_of(response.parameters, "continuo_node");
  record.variant = text_of(response.parameters, "continuo_variant");
  record.arrived = time_of(response.parameters, "continuo_arrived_ns");
  record.queued = time_of(response.parameters, "continuo_queue_ns");
  record.served = time_of(response.parameters, "continuo_service_ns");
  record.batch = batch_of(response.parameters);
  if (expectation) {
    Verdict verdict = compare(*expectation, response);
    record.correct = verdict.correct;
    record.detail = std::move(verdict.difference);
  }
}

}  // namespace continuo
