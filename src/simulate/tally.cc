#include "simulate/tally.hh"

#include <algorithm>

namespace continuo {

Tally::Tally(const Scenario& scenario, const ServingPlan& plan)
    : scenario_{scenario}, plan_{plan}, services_(scenario.services.size()) {
  for (ServiceIndex service = 0; service < services_.size(); ++service) {
    services_[service].result.name = scenario.services[service].name;
    services_[service].served.resize(plan.of_service[service].size());
  }
}

void Tally::completed(ServiceIndex service, std::size_t serving, const SimulatedTimes& times, Instant received) {
  OfService& sums = services_[service];
  const Duration latency = received - times.scheduled;
  const auto& slo = scenario_.services[service].slo;
  ++sums.result.completed;
  sums.result.latency.add(latency);
  sums.result.stages.prepare.add(times.sent - times.scheduled);
  sums.result.stages.uplink.add(times.arrived - times.sent);
  sums.result.stages.queue.add(times.queued);
  sums.result.stages.service.add(times.served);
  sums.result.stages.downlink.add(received - times.arrived - times.queued - times.served);
  sums.within += slo && latency <= slo->bound ? 1 : 0;
  ++sums.served[serving];
  const std::size_t server = plan_.of_service[service][serving].server;
  timeline_.completed(received - scenario_start, plan_.servers[server].node, latency);
}

void Tally::failed(ServiceIndex service, const char* reason, Instant at) {
  ++services_[service].result.failed[reason];
  timeline_.failed(at - scenario_start);
}

std::vector<ServiceResult> Tally::services() const {
  std::vector<ServiceResult> results;
  for (ServiceIndex index = 0; index < services_.size(); ++index) {
    const OfService& sums = services_[index];
    ServiceResult result = sums.result;
    for (std::size_t place = 0; place < sums.served.size(); ++place) {
      if (sums.served[place] == 0) continue;
      const Serving& serving = plan_.of_service[index][place];
      result.by_node.push_back({.node = scenario_.nodes[plan_.servers[serving.server].node].name,
                                .variant = serving.variant,
                                .share = static_cast<double>(sums.served[place]) / static_cast<double>(result.completed),
                                .requests = sums.served[place]});
    }
    if (const auto& slo = scenario_.services[index].slo) {
      const auto generated = static_cast<double>(std::max<std::uint64_t>(1, result.generated));
      result.slo = ServiceLevelMet{.bound = slo->bound, .quantile = slo->quantile,
                                   .met_share = static_cast<double>(sums.within) / generated};
    }
    results.push_back(std::move(result));
  }
  return results;
}

std::vector<TimelineSlice> Tally::timeline(Duration duration) const {
  std::vector<std::string> names;
  for (const Node& node : scenario_.nodes) names.push_back(node.name);
  return timeline_.timeline(duration, names);
}

}  // namespace continuo
