// The heartbeat loop: see heartbeats.hh.
#include "node/routing/heartbeats.hh"

#include <spdlog/spdlog.h>

namespace asio = boost::asio;

namespace continuo {

namespace {

constexpr std::size_t heartbeat_limit = std::size_t{256} << 10;
constexpr std::size_t document_limit = std::size_t{1} << 20;
constexpr Duration document_timeout = std::chrono::seconds{5};

// Nobody listens there, or whoever did has gone. A time-out or a broken answer does not show that.
bool shows_death(const HttpFailure& failure) {
  return failure.kind == HttpFailure::Kind::refused || failure.kind == HttpFailure::Kind::reset;
}

}  // namespace

Heartbeats::Heartbeats(HeartbeatOptions options, const Clock& clock, HttpSender sender,
                       std::function<SelfReport()> report)
    : options_{std::move(options)},
      clock_{clock},
      sender_{std::move(sender)},
      report_{std::move(report)},
      table_{options_.id, options_.address, options_.lease, options_.peers} {}

void Heartbeats::start(asio::io_context& context) {
  timer_ = std::make_unique<asio::steady_timer>(context);
  tick();
  wait();
}

void Heartbeats::wait() {
  timer_->expires_after(options_.lease.interval);
  timer_->async_wait([this, here = std::weak_ptr<bool>{here_}](boost::system::error_code error) {
    if (!error && !here.expired()) {
      tick();
      wait();
    }
  });
}

void Heartbeats::tick() {
  for (const LeaseChange& change : table_.expire(clock_.now())) {
    tell(change);
  }
  for (const std::string& address : table_.addresses()) {
    beat(address);
  }
  fetch_changed();
}

void Heartbeats::meet(const std::string& address, bool configured) {
  if (table_.learn(address, configured)) {
    beat(address);
  }
}

HttpResponse Heartbeats::exchange(std::span<const std::byte> body) {
  if (body.size() > heartbeat_limit) {
    return error_response(413, "a heartbeat has at most 256 KiB");
  }
  const auto parsed = parse_heartbeat(as_text(body));
  if (const auto* error = std::get_if<std::string>(&parsed)) {
    return error_response(400, *error);
  }
  const auto& heartbeat = std::get<Heartbeat>(parsed);
  const bool stranger = table_.learn(heartbeat.address);
  table_.received(heartbeat, clock_.now());
  if (stranger) {
    beat(heartbeat.address);
  }
  return json_response(200, serialise(own_heartbeat()));
}

void Heartbeats::fail(const std::string& id, const std::string& why) { tell(table_.fail(id, why, clock_.now())); }

Heartbeat Heartbeats::own_heartbeat() const {
  SelfReport report = report_();
  return {options_.id, options_.address, std::move(report.digest), std::move(report.queues), table_.gossip()};
}

void Heartbeats::beat(const std::string& address) {
  if (!beating_.insert(address).second) {
    return;
  }
  HttpCall call;
  call.address = address;
  call.request.method = "POST";
  call.request.target = "/continuo/v1/heartbeat";
  call.request.headers.set("Content-Type", "application/json");
  call.request.body = to_body(serialise(own_heartbeat()));
  call.timeout = options_.lease.length();
  call.body_bytes = heartbeat_limit;
  const Duration sent = clock_.now();
  sender_.send(std::move(call), [this, here = std::weak_ptr<bool>{here_}, address, sent](const HttpResult& result) {
    if (!here.expired()) {
      beating_.erase(address);
      answered(address, sent, result);
    }
  });
}

void Heartbeats::answered(const std::string& address, Duration sent, const HttpResult& result) {
  const Duration now = clock_.now();
  if (const HttpFailure* failure = result.failure()) {
    tell(table_.unanswered(address, shows_death(*failure), failure->text, now));
    return;
  }
  const HttpResponse& response = *result.response();
  const auto parsed = response.status == 200 ? parse_heartbeat(as_text(response.body))
                                             : std::variant<Heartbeat, std::string>{std::string{"not a node of ours"}};
  if (const auto* error = std::get_if<std::string>(&parsed)) {
    spdlog::debug("heartbeat to {}: HTTP status {}, {}", address, response.status, *error);
    tell(table_.unanswered(address, false, *error, now));
    return;
  }
  const std::vector<std::string> before = table_.addresses();
  tell(table_.answered(address, std::get<Heartbeat>(parsed), now - sent, !result.reused, now));
  // Whoever was introduced by this answer is met now, not an interval later.
  const std::set<std::string> known{before.begin(), before.end()};
  for (const std::string& other : table_.addresses()) {
    if (!known.contains(other)) {
      beat(other);
    }
  }
  fetch_changed();
}

void Heartbeats::fetch_changed() {
  for (const PeerTable::Wanted& wanted : table_.take_wanted()) {
    HttpCall call;
    call.address = wanted.address;
    call.request.target = "/continuo/v1/capability";
    call.timeout = document_timeout;
    call.body_bytes = document_limit;
    sender_.send(std::move(call), [this, here = std::weak_ptr<bool>{here_}, wanted](const HttpResult& result) {
      if (here.expired()) {
        return;
      }
      std::optional<Capability> capability;
      if (const HttpResponse* response = result.response(); response != nullptr && response->status == 200) {
        auto parsed = parse_capability(as_text(response->body));
        if (const auto* error = std::get_if<std::string>(&parsed)) {
          spdlog::warn("capability document of {}: {}", wanted.id, *error);
        } else {
          capability = std::get<Capability>(std::move(parsed));
        }
      }
      table_.fetched(wanted, std::move(capability));
    });
  }
}

void Heartbeats::tell(const std::optional<LeaseChange>& change) {
  if (change) {
    for (const OnChange& listener : listeners_) {
      listener(*change);
    }
  }
}

}  // namespace continuo
