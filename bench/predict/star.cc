#include "bench/predict/star.hh"

#include <string>
#include <utility>

namespace continuo::bench {

Scenario star(const Tier& centre, int endpoints, const LinkProperties& link, const ServiceTimeStated& service_time, Stream stream) {
  Scenario scenario;
  scenario.name = "star";
  Tier endpoint{.name = "endpoint", .role = Role::endpoint, .nodes = endpoints};
  endpoint.runtimes = std::vector<std::string>{};
  scenario.tiers = {centre, endpoint};
  scenario.nodes = {{centre.name + "-1", 0}};
  Site site{"all", {0}};
  for (int node = 1; node <= endpoints; ++node) {
    scenario.nodes.push_back({"endpoint-" + std::to_string(node), 1});
    site.nodes.push_back(static_cast<NodeIndex>(node));
  }
  scenario.sites = {site};
  for (const TierIndex from : {0U, 1U}) {
    for (const TierIndex to : {0U, 1U}) scenario.links.push_back({from, to, link, ""});
  }
  Variant variant;
  variant.name = "v";
  variant.runtime = "builtin";
  variant.service_time = service_time.mean;
  variant.service_time_sd = service_time.sd;
  Service service;
  service.name = "classify";
  service.package.variants = {variant};
  scenario.services = {service};
  stream.name = "images";
  stream.from = 1;
  scenario.workload = {std::move(stream)};
  scenario.placement = PlaceOnTier{0};
  return scenario;
}

}  // namespace continuo::bench
