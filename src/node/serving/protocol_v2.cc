// Health, metadata, and what nodes exchange.
#include "node/serving/protocol_v2.hh"

#include <boost/json.hpp>
#include <utility>

namespace continuo {

namespace json = boost::json;

namespace {

HttpResponse document(int status, const json::value& content) {
  return json_response(status, json::serialize(content));
}

HttpResponse file_response(const std::filesystem::path& path, const std::string& type) {
  return {.status = 200, .headers = {{"Content-Type", type}}, .body = {}, .file = path};
}

json::array tensors(const std::vector<TensorContract>& contracts) {
  json::array list;
  for (const TensorContract& tensor : contracts) {
    list.push_back(json::object{{"name", tensor.name},
                                {"datatype", tensor.datatype},
                                {"shape", json::array(tensor.shape.begin(), tensor.shape.end())}});
  }
  return list;
}

std::optional<HttpResponse> wrong_version(const PackageStore::PackagePointer& package,
                                          const std::vector<std::string>& names) {
  if (!package || names.size() < 2 || names[1] == package->version) {
    return std::nullopt;
  }
  return error_response(404,
                        "model " + names[0] + " has no version " + names[1] + ", it has version " + package->version);
}

}  // namespace

ProtocolV2::ProtocolV2(boost::asio::io_context& context, InstanceTable& table, PackageStore& packages,
                       Dispatcher& dispatcher, ProtocolOptions options, std::function<std::string()> capability)
    : table_{table},
      packages_{packages},
      dispatcher_{dispatcher},
      options_{std::move(options)},
      inference_{context, table, dispatcher, options_.node, options_.limits, metrics_},
      repository_{table, packages} {
  add_health();
  add_models();
  repository_.add_routes(routes_);
  add_metrics();
  add_exchange(std::move(capability));
}

void ProtocolV2::add_metrics() {
  routes_.add("GET", "/metrics", [this](const RouteTable::Call& call) {
    call.respond({.status = 200,
                  .headers = {{"Content-Type", "text/plain; version=0.0.4"}},
                  .body = to_body(metrics_.text(table_.queues()))});
  });
}

void ProtocolV2::add_health() {
  routes_.add("GET", "/v2/health/live",
              [](const RouteTable::Call& call) { call.respond(document(200, json::object{{"live", true}})); });
  routes_.add("GET", "/v2/health/ready", [this](const RouteTable::Call& call) { call.respond(server_ready()); });
  routes_.add("GET", "/v2", [this](const RouteTable::Call& call) { call.respond(server_metadata()); });
}

void ProtocolV2::add_models() {
  routes_.add("GET", "/v2/models", [this](const RouteTable::Call& call) { call.respond(model_list()); });
  for (const std::string model : {"/v2/models/*", "/v2/models/*/versions/*"}) {
    routes_.add("GET", model,
                [this](RouteTable::Call call) { model_get(std::move(call), &ProtocolV2::model_metadata); });
    routes_.add("GET", model + "/ready",
                [this](RouteTable::Call call) { model_get(std::move(call), &ProtocolV2::model_ready); });
    routes_.add("POST", model + "/infer", [this](RouteTable::Call call) { inference_.serve(std::move(call)); });
  }
}

void ProtocolV2::add_exchange(std::function<std::string()> capability) {
  routes_.add("GET", "/continuo/v1/capability", [document = std::move(capability)](const RouteTable::Call& call) {
    call.respond(json_response(200, document()));
  });
  routes_.add("GET", "/continuo/v1/packages/*", [this](const RouteTable::Call& call) {
    const auto path = packages_.find(call.names[0]) ? packages_.files().find(call.names[0]) : std::nullopt;
    call.respond(path ? file_response(*path, "text/yaml")
                      : error_response(404, "no package with this digest on this node"));
  });
  routes_.add("GET", "/continuo/v1/files/*", [this](const RouteTable::Call& call) {
    const auto path = packages_.files().find(call.names[0]);
    call.respond(path ? file_response(*path, "application/octet-stream")
                      : error_response(404, "no file with this digest on this node"));
  });
}

HttpResponse ProtocolV2::server_ready() const {
  if (table_.all_ready()) {
    return document(200, json::object{{"ready", true}});
  }
  const auto instances = table_.instances();
  std::string waiting;
  for (const InstanceCapability& instance : instances) {
    if (instance.state != InstanceState::ready) {
      waiting += (waiting.empty() ? "" : ", ") + instance.service + " is " + to_string(instance.state);
    }
  }
  return document(503, json::object{{"ready", false},
                                    {"error", instances.empty() ? "no model is loaded on this node" : waiting}});
}

HttpResponse ProtocolV2::server_metadata() const {
  return document(200, json::object{{"name", "continuo"},
                                    {"version", options_.version},
                                    {"extensions", json::array{"binary_tensor_data", "model_repository"}}});
}

HttpResponse ProtocolV2::model_list() const {
  json::array names;
  for (const InstanceCapability& instance : table_.instances()) {
    const json::value name(instance.service);
    if (names.empty() || names.back() != name) {
      names.push_back(name);
    }
  }
  return document(200, json::object{{"models", names}});
}

// A model that this node does not have is asked of one that does.
void ProtocolV2::model_get(RouteTable::Call call,
                           HttpResponse (ProtocolV2::*local)(const std::vector<std::string>&) const) {
  const std::string service = call.names[0];
  if (table_.knows(service) || call.request.headers.find(hops_header) || !dispatcher_.served_elsewhere(service)) {
    call.respond((this->*local)(call.names));
    return;
  }
  DispatchRequest request;
  request.service = service;
  request.http = std::make_shared<const HttpRequest>(std::move(call.request));
  dispatcher_.dispatch(
      std::move(request),
      [response = (this->*local)(call.names)](const Answer& answer) { answer(response); }, std::move(call.respond));
}

HttpResponse ProtocolV2::model_metadata(const std::vector<std::string>& names) const {
  const auto capability = table_.capability(names[0]);
  if (!capability) {
    return error_response(404, "no model " + names[0] + " on this node");
  }
  const auto package = table_.package(names[0]);
  if (!package) {
    return error_response(503, names[0] + " is not ready on this node: " + to_string(capability->state));
  }
  if (auto refused = wrong_version(package, names)) {
    return *std::move(refused);
  }
  const Variant* const variant = find_variant(*package, capability->variant);
  return document(200, json::object{{"name", names[0]},
                                    {"versions", json::array{json::value(package->version)}},
                                    {"platform", variant == nullptr ? "" : variant->runtime + "_" + variant->format},
                                    {"inputs", tensors(package->inputs)},
                                    {"outputs", tensors(package->outputs)}});
}

HttpResponse ProtocolV2::model_ready(const std::vector<std::string>& names) const {
  const auto capability = table_.capability(names[0]);
  if (!capability) {
    return error_response(404, "no model " + names[0] + " on this node");
  }
  if (auto refused = wrong_version(table_.package(names[0]), names)) {
    return *std::move(refused);
  }
  if (table_.ready(names[0])) {
    return document(200, json::object{{"name", names[0]}, {"ready", true}});
  }
  const std::string why = std::string{to_string(capability->state)} +
                          (capability->failure.empty() ? "" : ": " + capability->failure);
  return document(503, json::object{{"name", names[0]}, {"ready", false}, {"error", why}});
}

}  // namespace continuo
