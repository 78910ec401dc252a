// The hub's loop: see hub.hh.
#include "hub/hub.hh"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/json.hpp>
#include <cctype>

namespace continuo {

namespace {

constexpr Duration look_interval = std::chrono::milliseconds{100};
constexpr Duration order_timeout = std::chrono::seconds{2};
constexpr std::size_t answer_limit = std::size_t{64} << 10;

std::string path_segment(const std::string& name) {
  std::string encoded;
  for (const unsigned char c : name) {
    const bool plain = std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
    encoded += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return encoded;
}

HttpCall call_for(const HubAction& action) {
  HttpCall call;
  call.address = action.address;
  call.timeout = order_timeout;
  call.body_bytes = answer_limit;
  call.request.method = "POST";
  const bool load = action.kind == HubAction::Kind::load;
  call.request.target = fmt::format("/v2/repository/models/{}/{}", path_segment(action.service), load ? "load" : "unload");
  call.request.headers.set("Content-Type", "application/json");
  boost::json::object body;
  if (load) {
    boost::json::object parameters{{"package", action.package},
                                   {"variant", action.variant},
                                   {"queue", action.queue},
                                   {"batch_most", action.batch.most},
                                   {"batch_wait_ns", action.batch.wait.count()}};
    if (!action.from.empty()) {
      parameters["from"] = action.from;
    }
    body["parameters"] = std::move(parameters);
  }
  call.request.body = to_body(boost::json::serialize(body));
  return call;
}

}  // namespace

Hub::Hub(Scenario scenario, std::string id, const Clock& clock, Surroundings surroundings, HubOptions options)
    : scenario_{std::move(scenario)},
      id_{std::move(id)},
      clock_{clock},
      surroundings_{std::move(surroundings)},
      options_{options},
      started_{clock.now()} {}

void Hub::start(boost::asio::io_context& context) {
  timer_ = std::make_unique<boost::asio::steady_timer>(context);
  tick();
  wait();
}

void Hub::wait() {
  timer_->expires_after(look_interval);
  timer_->async_wait([this, here = std::weak_ptr<bool>{here_}](boost::system::error_code error) {
    if (!error && !here.expired()) {
      tick();
      wait();
    }
  });
}

void Hub::tick() {
  const std::vector<Capability> nodes = surroundings_.capabilities();
  forget_fulfilled(nodes);
  const HubPlan plan = reconcile(scenario_, {id_, clock_.now(), started_, nodes, orders_}, options_);
  std::set<std::string> lines{plan.lines.begin(), plan.lines.end()};
  for (const std::string& line : plan.lines) {
    if (!told_.contains(line) && surroundings_.placed) {
      surroundings_.placed(line);
    }
  }
  told_ = std::move(lines);
  for (const HubAction& action : plan.actions) {
    order(action);
  }
  if (plan.complete && !complete_ && surroundings_.complete) {
    surroundings_.complete();
  }
  complete_ = plan.complete;
}

// Orders of nodes that have gone, and of instances that became ready, are history: a later one starts afresh.
void Hub::forget_fulfilled(std::span<const Capability> nodes) {
  std::erase_if(orders_, [&](const auto& entry) {
    const auto& [node_id, service, variant] = entry.first;
    for (const Capability& node : nodes) {
      if (node.id != node_id) {
        continue;
      }
      bool loaded = false;
      for (const InstanceCapability& instance : node.instances) {
        const bool same = instance.service == service && (variant.empty() || instance.variant == variant);
        loaded = loaded || (same && instance.state == InstanceState::ready);
      }
      return variant.empty() ? !loaded : loaded;
    }
    return true;
  });
}

void Hub::order(const HubAction& action) {
  HubOrder& given = orders_[{action.node, action.service, action.variant}];
  given.at = clock_.now();
  ++given.attempts;
  surroundings_.send(call_for(action), [action](const HttpResult& result) {
    const HttpResponse* response = result.response();
    const std::string what = fmt::format("{} {} on {}", action.kind == HubAction::Kind::load ? "load" : "unload",
                                         action.service, action.node);
    if (response == nullptr) {
      spdlog::warn("hub: {}: {}", what, result.failure()->text);
    } else if (response->status != 200) {
      spdlog::warn("hub: {}: HTTP status {}: {}", what, response->status, as_text(response->body));
    }
  });
}

}  // namespace continuo
