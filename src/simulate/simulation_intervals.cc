// Where streams start or end at different times: what each interval in which the same ones send asks of the resources. Loads over the whole
// run would hide that it is too much for a while.
#include <algorithm>
#include <numeric>
#include <span>
#include <unordered_map>

#include "scenario/link_class.hh"
#include "simulate/simulation.hh"

namespace continuo {

// Core-seconds, by service.
std::vector<double> Simulation::worked_for(std::size_t server) const {
  std::vector<double> work(scenario_.services.size(), 0.0);
  for (std::size_t station = 0; station < stations_.size(); ++station) {
    if (plan_.stations[station].server == server) work[plan_.stations[station].service] += stations_[station].worked;
  }
  return work;
}

// A load of the whole run, as it is while these streams send: requests of one service are alike to it, whichever stream they are of.
double Simulation::load_in(const Interval& interval, const ResourceLoad& whole, const std::vector<double>& by_service) const {
  const double all = std::accumulate(by_service.begin(), by_service.end(), 0.0);
  std::vector<double> generated(by_service.size(), 0.0);
  for (const StreamState& stream : streams_) generated[stream.service] += static_cast<double>(stream.generated);
  double open = 0.0;
  double users = 0.0;
  for (const Interval::Sending& sending : interval.streams) {
    const StreamState& stream = streams_[sending.stream];
    if (generated[stream.service] <= 0.0 || all <= 0.0) continue;
    const double share = by_service[stream.service] / all * static_cast<double>(stream.generated) / generated[stream.service];
    const double longer = to_seconds(scenario_.duration()) / to_seconds(scenario_.workload[sending.stream].duration);
    (stream.sources.is_closed() ? users : open) += whole.offered_load * share * longer;
  }
  return load_beside_users(open, users);
}

std::optional<BusiestInterval> Simulation::busiest_interval(std::span<const ResourceLoad> loads) const {
  const std::size_t services = scenario_.services.size();
  std::unordered_map<std::string, std::vector<double>> of_links;
  std::vector<double> of_all(services, 0.0);
  for (std::size_t cell = 0; cell < carried_.size(); ++cell) {
    if (carried_[cell] == 0) continue;
    std::vector<double>& bytes = of_links[link_class_label(scenario_, cell / services)];
    bytes.resize(services, 0.0);
    bytes[cell % services] += static_cast<double>(carried_[cell]);
    of_all[cell % services] += static_cast<double>(carried_[cell]);
  }
  std::optional<BusiestInterval> most;
  for (const Interval& interval : intervals_of(scenario_).all) {
    for (std::size_t index = 0; index < loads.size(); ++index) {
      const ResourceLoad& load = loads[index];
      if (load.kind == ResourceKind::memory || load.offered_load <= 0.0) continue;
      const auto link = of_links.find(load.name);
      const std::vector<double> by_service = index < plan_.servers.size() ? worked_for(index) : link != of_links.end() ? link->second : of_all;
      const double here = load_in(interval, load, by_service);
      if (!most || here > most->load) most = BusiestInterval{interval, load.name, here};
    }
  }
  return most;
}

}  // namespace continuo
