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

// An optional string among the `parameters`.
std::optional<Refusal> read_parameter(const json::object& body, std::string_view name, std::string& value) {
  const json::value* const parameters = body.if_contains("parameters");
  if (parameters == nullptr) {
    return std::nullopt;
  }
  if (!parameters->is_object()) {
    return Refusal{400, "parameters: expected an object"};
  }
  const json::value* const found = parameters->get_object().if_contains(name);
  if (found == nullptr) {
    return std::nullopt;
  }
  if (!found->is_string()) {
    return Refusal{400, "parameter " + std::string{name} + ": expected a string"};
  }
  value.assign(found->get_string().data(), found->get_string().size());
  return std::nullopt;
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
  const json::object& object = std::get<json::object>(body);
  LoadOrder order;
  order.service = service;
  for (const auto& [name, value] : {std::pair<std::string_view, std::string*>{"package", &order.package},
                                    {"variant", &order.variant},
                                    {"from", &order.from}}) {
    if (const auto refusal = read_parameter(object, name, *value)) {
      return respond(refusal);
    }
  }
  return respond(table_.load(order));
}

HttpResponse RepositoryEndpoint::unload(const HttpRequest& request, const std::string& service) {
  const auto body = read_body(request);
  const auto* const refusal = std::get_if<Refusal>(&body);
  return respond(refusal != nullptr ? std::optional{*refusal} : table_.unload(service));
}

}  // namespace continuo
