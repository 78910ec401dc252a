// Forwarding and trying again: see forwarder.hh.
#include "node/routing/forwarder.hh"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <vector>

#include "wire/inference.hh"

namespace continuo {

namespace {

constexpr std::size_t services_limit = 256;          // whose response sizes are kept
constexpr std::size_t parsed_limit = std::size_t{64} << 10;  // a larger answer tells nothing of its stages here
constexpr double first_response_size = 1000.0;

// What a proxy passes on; the rest belongs to one connection.
constexpr std::array<std::string_view, 4> kept_headers{"Content-Type", "Inference-Header-Content-Length", "Accept",
                                                       "Traceparent"};

HttpHeaders forwarded_headers(const HttpHeaders& headers) {
  HttpHeaders kept;
  for (const std::string_view name : kept_headers) {
    if (const auto value = headers.find(name)) {
      kept.set(name, std::string{*value});
    }
  }
  return kept;
}

// The time that a request waited and was served at the peer, if its answer says so.
std::optional<Duration> time_there(const HttpResponse& response) {
  if (response.body.size() > parsed_limit) {
    return std::nullopt;
  }
  const auto parsed = parse_inference_response(response.body, response.headers.find("Inference-Header-Content-Length"));
  const auto* answer = std::get_if<InferenceResponse>(&parsed);
  if (answer == nullptr) {
    return std::nullopt;
  }
  std::int64_t sum = 0;
  for (const std::string_view name : {"continuo_queue_ns", "continuo_service_ns"}) {
    const auto found = answer->parameters.find(name);
    const auto* value = found == answer->parameters.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    constexpr std::int64_t day = std::int64_t{86'400} * 1'000'000'000;
    if (value == nullptr || *value < 0 || *value > day) {
      return std::nullopt;
    }
    sum += *value;
  }
  return Duration{sum};
}

// Refusals that say that the request has not been run, or failed there for reasons of that node.
bool elsewhere_may_do(int status) { return status == 404 || status == 500 || status == 502 || status == 503; }
// Refusals of this node that say so: see AnswerLocally. Where a run failed here, it would take the time elsewhere again.
bool not_run_here(int status) { return status == 404 || status == 503 || status == 504; }

}  // namespace

// One request on its way to an answer.
struct Forwarder::Attempt {
  DispatchRequest request;
  AnswerLocally locally;
  Answer answer;
  Duration began{};
  Duration end{};  // no answer counts after it
  std::vector<std::string> tried;
  std::optional<HttpResponse> refusal;  // the last, for when nobody else is left

  bool has_tried(const std::string& node) const { return std::ranges::find(tried, node) != tried.end(); }
};

Forwarder::Forwarder(ForwarderOptions options, const Clock& clock, HttpSender sender, Heartbeats& heartbeats,
                     std::function<LocalQueue(const std::string&)> local)
    : options_{std::move(options)},
      clock_{clock},
      draws_{options_.seed},
      sender_{std::move(sender)},
      heartbeats_{heartbeats},
      local_{std::move(local)} {
  heartbeats_.listen([this, here = std::weak_ptr<bool>{here_}](const LeaseChange& change) {
    if (!here.expired()) {
      on_change(change);
    }
  });
}

Forwarder::~Forwarder() {
  for (const auto& [number, flight] : in_flight_) {
    sender_.cancel(flight.call);
  }
}

bool Forwarder::served_elsewhere(std::string_view service) const {
  const auto candidates = heartbeats_.table().candidates(service, clock_.now());
  return std::ranges::any_of(candidates, [](const RouteCandidate& candidate) { return candidate.alive; });
}

void Forwarder::dispatch(DispatchRequest request, AnswerLocally locally, Answer answer) {
  if (request.hops > 0) {
    locally(std::move(answer));  // forwarded once already: nobody passes it on
    return;
  }
  auto attempt = std::make_shared<Attempt>();
  attempt->began = clock_.now();
  attempt->end = request.deadline.value_or(attempt->began + options_.longest);
  attempt->request = std::move(request);
  attempt->locally = std::move(locally);
  attempt->answer = std::move(answer);
  next(attempt);
}

Duration Forwarder::time_left(const Attempt& attempt) const { return attempt.end - clock_.now(); }

void Forwarder::next(const std::shared_ptr<Attempt>& attempt) {
  const std::string& service = attempt->request.service;
  std::vector<RouteCandidate> candidates;
  if (attempt->request.ready_here && !attempt->has_tried(options_.id)) {
    const LocalQueue queue = local_(service);
    candidates.push_back({options_.id, Duration{0}, {}, queue.service_time, queue.waiting, queue.workers, true, queue.batch, queue.arrivals});
  }
  for (RouteCandidate& candidate : heartbeats_.table().candidates(service, clock_.now())) {
    if (!attempt->has_tried(candidate.node)) {
      candidates.push_back(std::move(candidate));
    }
  }
  const auto size = response_size_.find(service);
  const double expected = size == response_size_.end() ? first_response_size : size->second;
  const RouteRequest asked{attempt->request.http->size, Bytes::of(static_cast<std::int64_t>(expected)),
                           time_left(*attempt), candidates.empty() ? 0.0 : note_asked(service)};
  const std::optional<Route> route = static_cast<int>(attempt->tried.size()) < options_.attempts
                                         ? choose_route(asked, candidates, draws_.uniform())
                                         : std::nullopt;
  if (!route) {
    give_up(attempt);
  } else if (route->node == options_.id) {
    run_here(attempt);
  } else {
    forward(attempt, route->node);
  }
}

double Forwarder::note_asked(const std::string& service) {
  ArrivalRate& asked = asked_[service];
  asked.note(clock_.now());
  return asked.per_second(clock_.now());
}

void Forwarder::run_here(const std::shared_ptr<Attempt>& attempt) {
  attempt->tried.push_back(options_.id);
  attempt->locally([this, here = std::weak_ptr<bool>{here_}, attempt](HttpResponse response) {
    if (here.expired() || !not_run_here(response.status)) {
      attempt->answer(std::move(response));
      return;
    }
    attempt->refusal = std::move(response);
    next(attempt);
  });
}

void Forwarder::forward(const std::shared_ptr<Attempt>& attempt, const std::string& node) {
  attempt->tried.push_back(node);
  const std::optional<std::string> address = heartbeats_.table().address_of(node);
  const HttpRequest& http = *attempt->request.http;
  HttpCall call;
  call.address = address.value_or("");
  call.request.method = http.method;
  call.request.target = http.target;
  call.request.headers = forwarded_headers(http.headers);
  call.request.headers.set("Continuo-Hops", "1");
  call.timeout = std::max(time_left(*attempt), options_.least_left);
  if (attempt->request.deadline) {
    // The body goes as it came: what is left of its `timeout` travels beside it.
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(call.timeout);
    call.request.headers.set("Continuo-Timeout", std::to_string(left.count()));
  }
  call.request.body = http.body;
  const std::uint64_t number = next_flight_++;
  Flight& flight = in_flight_[number];
  flight.attempt = attempt;
  flight.node = node;
  flight.sent = clock_.now();
  heartbeats_.table().forwarded(node, attempt->request.service);
  // Done is never called from within send(), so the flight is whole by then.
  flight.call = sender_.send(std::move(call), [this, here = std::weak_ptr<bool>{here_}, attempt,
                                               number](HttpResult result) {
    if (!here.expired()) {
      returned(attempt, number, std::move(result));
    }
  });
}

void Forwarder::returned(const std::shared_ptr<Attempt>& attempt, std::uint64_t number, HttpResult result) {
  const auto found = in_flight_.find(number);
  if (found == in_flight_.end()) {
    return;
  }
  const Flight flight = found->second;
  in_flight_.erase(found);
  const Duration now = clock_.now();
  const std::string& service = attempt->request.service;
  const HttpResponse* response = result.response();
  std::optional<ForwardSample> sample;
  if (response != nullptr && response->status == 200) {
    if (const std::optional<Duration> there = time_there(*response)) {
      sample = ForwardSample{result.sent + result.received, now - flight.sent, *there};
    }
  }
  heartbeats_.table().finished(flight.node, service, sample, now);
  if (response == nullptr) {
    peer_failed(attempt, flight.node, *result.failure());
    return;
  }
  if (elsewhere_may_do(response->status)) {
    if (response->status == 404) {
      heartbeats_.table().lacks(flight.node, service);
    }
    attempt->refusal = HttpResponse{response->status, forwarded_headers(response->headers), response->body, {}};
    next(attempt);
    return;
  }
  if (response->status == 200 && (response_size_.contains(service) || response_size_.size() < services_limit)) {
    double& mean = response_size_.try_emplace(service, first_response_size).first->second;
    mean += (static_cast<double>(result.received.count()) - mean) / 8.0;
  }
  HttpResponse answer{response->status, forwarded_headers(response->headers), {}, {}};
  answer.body = std::move(std::get<HttpResponse>(result.outcome).body);
  attempt->answer(std::move(answer));
}

void Forwarder::peer_failed(const std::shared_ptr<Attempt>& attempt, const std::string& node,
                            const HttpFailure& failure) {
  spdlog::info("{} did not answer a request for {}: {}", node, attempt->request.service, failure.text);
  attempt->refusal = error_response(503, fmt::format("node {} did not answer: {}", node, failure.text));
  // Others in flight to it are moved by on_change(), which this leads to.
  if (failure.kind == HttpFailure::Kind::refused || failure.kind == HttpFailure::Kind::reset) {
    heartbeats_.fail(node, failure.text);
  }
  next(attempt);
}

void Forwarder::on_change(const LeaseChange& change) {
  if (change.kind != LeaseChange::Kind::lost) {
    return;
  }
  // Nobody tells of a machine that vanished: what is under way to it is taken back and sent elsewhere.
  std::vector<std::shared_ptr<Attempt>> orphans;
  for (auto entry = in_flight_.begin(); entry != in_flight_.end();) {
    if (entry->second.node == change.id) {
      sender_.cancel(entry->second.call);
      const auto& attempt = entry->second.attempt;
      heartbeats_.table().finished(change.id, attempt->request.service, {}, clock_.now());
      attempt->refusal = error_response(503, fmt::format("node {} was lost: {}", change.id, change.why));
      orphans.push_back(attempt);
      entry = in_flight_.erase(entry);
    } else {
      ++entry;
    }
  }
  for (const auto& attempt : orphans) {
    next(attempt);
  }
}

void Forwarder::give_up(const std::shared_ptr<Attempt>& attempt) {
  const std::string& service = attempt->request.service;
  if (time_left(*attempt) <= Duration{0}) {
    attempt->answer(error_response(504, fmt::format("no node answered for {} within the request's timeout", service)));
  } else if (attempt->refusal) {
    attempt->answer(std::move(*attempt->refusal));
  } else if (attempt->request.ready_here || served_elsewhere(service)) {
    attempt->answer(error_response(
        504, fmt::format("no node can answer for {} in the {:.1f} ms left", service, to_milliseconds(time_left(*attempt)))));
  } else {
    attempt->answer(error_response(503, fmt::format("no node has {} ready", service)));
  }
}

}  // namespace continuo
