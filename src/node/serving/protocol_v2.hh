// What a node says over HTTP: the Open Inference Protocol V2 under /v2, and the documents and files that nodes exchange
// under /continuo/v1.
//
// GET  /v2  /v2/health/live  /v2/health/ready  /v2/models  /v2/models/M[/versions/V][/ready]
// POST /v2/models/M[/versions/V]/infer  /v2/repository/index
//      /v2/repository/models/M/load  /v2/repository/models/M/unload
// GET  /metrics (Prometheus)  /continuo/v1/capability  /continuo/v1/packages/SHA256  /continuo/v1/files/SHA256
#pragma once

#include <functional>
#include <string>

#include "node/serving/inference_endpoint.hh"
#include "node/serving/repository_endpoint.hh"

namespace continuo {

struct ProtocolOptions {
  std::string node;     // this node's name
  std::string version;  // of the program
  InferenceLimits limits = {};
};

class ProtocolV2 {
 public:
  // All that is handed in outlives it. `capability`: the capability document of this moment, as JSON.
  ProtocolV2(boost::asio::io_context& context, InstanceTable& table, PackageStore& packages, Dispatcher& dispatcher,
             ProtocolOptions options, std::function<std::string()> capability);

  // What HttpServer calls.
  void serve(HttpRequest request, HttpServer::Respond respond) const {
    routes_.serve(std::move(request), std::move(respond));
  }
  // For further routes, of heartbeats for instance.
  RouteTable& routes() { return routes_; }

 private:
  void add_health();
  void add_models();
  void add_metrics();
  void add_exchange(std::function<std::string()> capability);
  HttpResponse server_ready() const;
  HttpResponse server_metadata() const;
  HttpResponse model_list() const;
  HttpResponse model_metadata(const std::vector<std::string>& names) const;
  HttpResponse model_ready(const std::vector<std::string>& names) const;
  void model_get(RouteTable::Call call, HttpResponse (ProtocolV2::*local)(const std::vector<std::string>&) const);

  InstanceTable& table_;
  PackageStore& packages_;
  Dispatcher& dispatcher_;
  ProtocolOptions options_;
  Metrics metrics_;
  InferenceEndpoint inference_;
  RepositoryEndpoint repository_;
  RouteTable routes_;
};

}  // namespace continuo
