// The way of one inference request through a node.
#include "node/serving/inference_endpoint.hh"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <charconv>
#include <cstdint>
#include <utility>

#include "node/serving/contract.hh"

namespace continuo {

namespace {

// Parsing JSON of this size takes a millisecond or so; larger bodies of JSON are parsed on another thread.
constexpr std::size_t parse_in_place_max = std::size_t{128} << 10;

// Of the body, as far as it is JSON.
std::size_t json_length(const HttpRequest& request) {
  const auto text = request.headers.find(header_length_header);
  std::size_t length = 0;
  const bool told = text && std::from_chars(text->data(), text->data() + text->size(), length).ec == std::errc{};
  return told ? std::min(length, request.body.size()) : request.body.size();
}

// How often the request has been forwarded; what is not a number is taken for "already", so nothing can circle.
int hops_of(const HttpRequest& request) {
  const auto text = request.headers.find(hops_header);
  if (!text) {
    return 0;
  }
  int hops = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), hops);
  return error == std::errc{} && end == text->data() + text->size() && hops >= 0 ? hops : 1;
}

// What a forwarding node says is left of the request's time; what is not a number says nothing.
std::optional<Duration> time_left_of(const HttpRequest& request) {
  const auto text = request.headers.find(timeout_header);
  std::int64_t left = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), left).ec != std::errc{} || left < 0) {
    return std::nullopt;
  }
  constexpr std::int64_t longest = std::int64_t{86'400} * 1'000'000;
  return std::chrono::microseconds{std::min(left, longest)};
}

// A raw request is answered in binary (extension_binary_data.md); a client that says that it takes JSON and nothing else, a
// person with curl, gets JSON.
void answer_as_accepted(const HttpRequest& http, InferenceRequest& request) {
  if (http.headers.find(header_length_header) == "0" && http.headers.find("Accept") == "application/json") {
    request.binary_output = false;
  }
}

HttpResponse refusal_response(const Refusal& refusal) { return error_response(refusal.status, refusal.error); }

}  // namespace

struct InferenceEndpoint::Exchange {
  std::shared_ptr<const HttpRequest> http;
  std::string service;
  std::string version;
  Answer answer;
  PackageStore::PackagePointer package;  // null: the service is not on this node
  std::variant<InferenceRequest, Refusal> request = InferenceRequest{};
  std::optional<Duration> deadline;

  InferenceRequest& inference() { return std::get<InferenceRequest>(request); }
};

namespace {

// On the instance's thread.
HttpResponse response_to(const InferenceRequest& request, std::string service, std::string version,
                         RequestParameters parameters, std::vector<Tensor> outputs) {
  InferenceResponse response{std::move(service), std::move(version), request.id, std::move(parameters),
                             select_outputs(request, std::move(outputs))};
  const auto binary = binary_outputs(request, response.outputs);
  auto body = serialise(response, binary);
  if (const auto* const refusal = std::get_if<Refusal>(&body)) {
    return refusal_response(*refusal);
  }
  HttpBody& content = std::get<HttpBody>(body);
  HttpResponse http;
  http.body = std::move(content.bytes);
  if (content.header_length) {
    http.headers = {{"Content-Type", "application/octet-stream"},
                    {std::string{header_length_header}, std::to_string(*content.header_length)}};
  } else {
    http.headers = {{"Content-Type", "application/json"}};
  }
  return http;
}

}  // namespace

InferenceEndpoint::InferenceEndpoint(boost::asio::io_context& context, InstanceTable& table, Dispatcher& dispatcher,
                                     std::string node, InferenceLimits limits, Metrics& metrics)
    : context_{context}, table_{table}, dispatcher_{dispatcher}, node_{std::move(node)}, limits_{limits}, metrics_{metrics} {}

InferenceEndpoint::~InferenceEndpoint() { parsers_.join(); }

void InferenceEndpoint::serve(RouteTable::Call call) {
  auto exchange = std::make_shared<Exchange>();
  exchange->http = std::make_shared<const HttpRequest>(std::move(call.request));
  exchange->service = call.names.at(0);
  exchange->answer = std::move(call.respond);
  exchange->package = table_.package(exchange->service);
  const auto encoding = exchange->http->headers.find("Content-Encoding");
  if (encoding && *encoding != "identity") {
    exchange->answer(error_response(415, "Content-Encoding is not served: send the body as it is"));
    return;
  }
  if (!table_.knows(exchange->service) && !dispatcher_.served_elsewhere(exchange->service)) {
    exchange->answer(error_response(404, "no model " + exchange->service + " on this node, nor on one that it knows"));
    return;
  }
  if (exchange->package && call.names.size() > 1 && call.names[1] != exchange->package->version) {
    exchange->answer(error_response(404, "model " + exchange->service + " has no version " + call.names[1] +
                                             ", it has version " + exchange->package->version));
    return;
  }
  if (json_length(*exchange->http) <= parse_in_place_max) {
    parse(exchange);
    parsed(exchange);
    return;
  }
  boost::asio::post(parsers_, [this, here = std::weak_ptr<bool>{here_}, exchange] {
    parse(exchange);
    boost::asio::post(context_, [this, here, exchange] {
      if (!here.expired()) {
        parsed(exchange);
      }
    });
  });
}

void InferenceEndpoint::parse(const ExchangePointer& exchange) {
  const auto raw_input = exchange->package ? raw_input_of(*exchange->package) : std::nullopt;
  const auto header_length = exchange->http->headers.find(header_length_header);
  if (!exchange->package && header_length == "0") {
    return;  // the node that has the service knows what to make of the bytes
  }
  exchange->request = parse_inference_request(exchange->http->body, header_length, raw_input, limits_);
  if (auto* const request = std::get_if<InferenceRequest>(&exchange->request)) {
    answer_as_accepted(*exchange->http, *request);
  }
}

void InferenceEndpoint::parsed(const ExchangePointer& exchange) {
  const auto* refusal = std::get_if<Refusal>(&exchange->request);
  if (refusal != nullptr) {
    exchange->answer(refusal_response(*refusal));
    return;
  }
  auto deadline = deadline_of(exchange->inference(), exchange->http->arrived);
  refusal = std::get_if<Refusal>(&deadline);
  if (refusal != nullptr) {
    exchange->answer(refusal_response(*refusal));
    return;
  }
  exchange->deadline = std::get<std::optional<Duration>>(deadline);
  if (const auto left = time_left_of(*exchange->http)) {
    const Duration forwarded = exchange->http->arrived + *left;
    exchange->deadline = std::min(exchange->deadline.value_or(forwarded), forwarded);
  }
  if (const auto mismatch =
          exchange->package ? check_contract(*exchange->package, exchange->inference()) : std::nullopt) {
    exchange->answer(refusal_response(*mismatch));
    return;
  }
  dispatch(exchange);
}

void InferenceEndpoint::dispatch(const ExchangePointer& exchange) {
  DispatchRequest request{exchange->service, exchange->http, hops_of(*exchange->http), exchange->deadline,
                          table_.ready(exchange->service)};
  auto locally = [this, here = std::weak_ptr<bool>{here_}, exchange](const Answer& answer) {
    if (!here.expired()) {
      run_here(exchange, answer);
    }
  };
  dispatcher_.dispatch(std::move(request), std::move(locally), exchange->answer);
}

void InferenceEndpoint::run_here(const ExchangePointer& exchange, const Answer& answer) {
  const auto capability = table_.capability(exchange->service);
  const std::string variant = capability ? capability->variant : "";
  Job job;
  job.inputs = std::move(exchange->inference().inputs);  // forwarded, the request goes as it came
  job.parameters = exchange->inference().parameters;
  job.deadline = exchange->deadline;
  job.done = [this, here = std::weak_ptr<bool>{here_}, exchange, answer, variant, node = node_,
              &context = context_](JobResult result) {
    HttpResponse response;
    if (const auto* const refusal = std::get_if<Refusal>(&result.outcome)) {
      response = refusal_response(*refusal);
    } else {
      RequestParameters parameters{{"continuo_node", node},
                                   {"continuo_variant", variant},
                                   {"continuo_arrived_ns", std::int64_t{exchange->http->arrived.count()}},
                                   {"continuo_queue_ns", std::int64_t{result.queued.count()}},
                                   {"continuo_service_ns", std::int64_t{result.served.count()}}};
      if (result.batch > 1) {
        parameters.emplace("continuo_batch", static_cast<std::int64_t>(result.batch));
      }
      response = response_to(exchange->inference(), exchange->service,
                             exchange->package ? exchange->package->version : "", std::move(parameters),
                             std::get<std::vector<Tensor>>(std::move(result.outcome)));
    }
    // Back on the io_context's thread, where the dispatcher lives.
    const Duration took = result.queued + result.served;
    boost::asio::post(context, [this, here, exchange, took, answer, answered = std::move(response)]() mutable {
      if (!here.expired()) {
        metrics_.add(exchange->service, answered.status, took);
      }
      answer(std::move(answered));
    });
  };
  table_.submit(exchange->service, std::move(job));
}

}  // namespace continuo
