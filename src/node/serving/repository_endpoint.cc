// Bodies of the repository calls: all optional, all checked.
#include "node/serving/repository_endpoint.hh"

#include <boost/json.hpp>
#include <set>

namespace continuo {

namespace json = boost::json;

namespace {

constexpr std::size_t body_max = std::size_t{64} << 10;

// A body that is empty counts as {}. 400: anything else than an object.
std::variant<json::object, Refusal> read_body(const HttpRequest& request) {
  const std::string_view text = as_text(request.body);
  if (text.empty()) {
    return json::object{};
  }
  json::parse_options options;
  options.max_depth = 8;
  json::error_code code;
  const json::value value = text.size() <= body_max ? json::parse(text, code, {}, options) : json::value{};
  if (code || !value.is_object()) {
    return Refusal{400, "the body must be empty or a JSON object"};
  }
  return value.get_object();
}

// Optional strings and numbers among the `parameters`, and the first thing that is wrong with them.
class Parameters {
 public:
  explicit Parameters(const json::object& body) {
    const json::value* const parameters = body.if_contains("parameters");
    if (parameters == nullptr) {
      return;
    }
    parameters_ = parameters->if_object();
    if (parameters_ == nullptr) {
      refusal_ = {400, "parameters: expected an object"};
    }
  }

  const std::optional<Refusal>& refusal() const { return refusal_; }
  void refuse(std::string problem) {
    if (!refusal_) refusal_ = {400, std::move(problem)};
  }

  void read(std::string_view name, std::string& value) {
    const json::value* const found = find(name);
    if (found != nullptr && found->is_string()) {
      value.assign(found->get_string().data(), found->get_string().size());
    } else if (found != nullptr) {
      refuse("parameter " + std::string{name} + ": expected a string");
    }
  }

  std::optional<std::int64_t> read(std::string_view name, std::int64_t least, std::int64_t most) {
    const json::value* const found = find(name);
    if (found == nullptr) {
      return std::nullopt;
    }
    const std::int64_t* const number = found->if_int64();
    if (number != nullptr && *number >= least && *number <= most) {
      return *number;
    }
    refuse("parameter " + std::string{name} + ": expected a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }

 private:
  const json::value* find(std::string_view name) const { return parameters_ == nullptr ? nullptr : parameters_->if_contains(name); }

  const json::object* parameters_ = nullptr;
  std::optional<Refusal> refusal_;
};

// How the instance queues and batches requests, as far as the order says it.
void read_queueing(Parameters& parameters, LoadOrder& order) {
  if (const auto queue = parameters.read("queue", 0, queue_limit)) {
    order.queue_max = static_cast<std::size_t>(*queue);
  }
  const auto most = parameters.read("batch_most", 1, batch_limit);
  const auto wait = parameters.read("batch_wait_ns", 0, batch_wait_limit.count());
  if (wait && !most) {
    parameters.refuse("parameter batch_wait_ns: expected batch_most beside it");
  } else if (most) {
    order.batch = Batching{static_cast<int>(*most), Duration{wait.value_or(0)}};
  }
}

const char* repository_state(InstanceState state) {
  switch (state) {
    case InstanceState::ready: return "READY";
    case InstanceState::fetching:
    case InstanceState::loading: return "LOADING";
    case InstanceState::unloading: return "UNLOADING";
    case InstanceState::cold:
    case InstanceState::failed: return "UNAVAILABLE";
  }
  return "UNKNOWN";
}

HttpResponse respond(const std::optional<Refusal>& refusal) {
  return refusal ? error_response(refusal->status, refusal->error) : HttpResponse{};
}

}  // namespace

void RepositoryEndpoint::add_routes(RouteTable& routes) {
  routes.add("POST", "/v2/repository/index", [this](RouteTable::Call call) { call.respond(index(call.request)); });
  routes.add("POST", "/v2/repository/models/*/load",
             [this](RouteTable::Call call) { call.respond(load(call.request, call.names[0])); });
  routes.add("POST", "/v2/repository/models/*/unload",
             [this](RouteTable::Call call) { call.respond(unload(call.request, call.names[0])); });
}

HttpResponse RepositoryEndpoint::index(const HttpRequest& request) const {
  const auto body = read_body(request);
  if (const auto* const refusal = std::get_if<Refusal>(&body)) {
    return respond(*refusal);
  }
  const json::value* const ready = std::get<json::object>(body).if_contains("ready");
  if (ready != nullptr && !ready->is_bool()) {
    return error_response(400, "ready: expected true or false");
  }
  const bool ready_only = ready != nullptr && ready->get_bool();
  json::array list;
  std::set<std::string> listed;
  const auto add = [&](const std::string& name, const std::string& version, const char* state,
                       const std::string& reason) {
    if (!ready_only || std::string_view{state} == "READY") {
      list.push_back(json::object{{"name", name}, {"version", version}, {"state", state}, {"reason", reason}});
    }
    listed.insert(name);
  };
  for (const InstanceCapability& instance : table_.instances()) {
    const auto package = packages_.find(instance.digest);
    add(instance.service, package ? package->version : "", repository_state(instance.state), instance.failure);
  }
  for (const auto& package : packages_.all()) {
    if (!listed.contains(package->name)) {
      add(package->name, package->version, "UNAVAILABLE", "unloaded");
    }
  }
  return json_response(200, json::serialize(list));
}

HttpResponse RepositoryEndpoint::load(const HttpRequest& request, const std::string& service) {
  const auto body = read_body(request);
  if (const auto* const refusal = std::get_if<Refusal>(&body)) {
    return respond(*refusal);
  }
  Parameters parameters{std::get<json::object>(body)};
  LoadOrder order;
  order.service = service;
  parameters.read("package", order.package);
  parameters.read("variant", order.variant);
  parameters.read("from", order.from);
  read_queueing(parameters, order);
  return respond(parameters.refusal() ? parameters.refusal() : table_.load(order));
}

HttpResponse RepositoryEndpoint::unload(const HttpRequest& request, const std::string& service) {
  const auto body = read_body(request);
  const auto* const refusal = std::get_if<Refusal>(&body);
  return respond(refusal != nullptr ? std::optional{*refusal} : table_.unload(service));
}

}  // namespace continuo
