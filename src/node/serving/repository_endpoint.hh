// The model repository extension: what is loaded, and orders to load and unload.
#pragma once

#include "node/serving/instance_table.hh"
#include "node/serving/route_table.hh"

namespace continuo {

class RepositoryEndpoint {
 public:
  RepositoryEndpoint(InstanceTable& table, PackageStore& packages) : table_{table}, packages_{packages} {}

  // POST /v2/repository/index, .../models/M/load and .../models/M/unload. Parameters of load, all optional: the strings `package` (digest of the
  // manifest), `variant` and `from` (address of a node that has the files), the whole numbers `queue`, `batch_most` and `batch_wait_ns`
  // (scenario/queueing.hh).
  void add_routes(RouteTable& routes);

 private:
  HttpResponse index(const HttpRequest& request) const;
  HttpResponse load(const HttpRequest& request, const std::string& service);
  HttpResponse unload(const HttpRequest& request, const std::string& service);

  InstanceTable& table_;
  PackageStore& packages_;
};

}  // namespace continuo
