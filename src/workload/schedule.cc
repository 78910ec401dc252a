#include "workload/schedule.hh"

#include <algorithm>
#include <cassert>

namespace continuo {

namespace {

// Which of its tier's nodes it is, from 0.
std::size_t rank_in_tier(const Scenario& scenario, NodeIndex node) {
  const auto first = std::ranges::lower_bound(scenario.nodes, scenario.nodes.at(node).tier, {}, &Node::tier);
  return node - static_cast<std::size_t>(first - scenario.nodes.begin());
}

std::size_t first_input(const Scenario& scenario, const Stream& stream, NodeIndex node) {
  const auto nodes = static_cast<std::size_t>(scenario.tier_of(node).nodes);
  assert(nodes > 0);
  return rank_in_tier(scenario, node) * stream.inputs.size() / nodes;
}

}  // namespace

Schedule::Schedule(const Scenario& scenario, StreamIndex stream, NodeIndex node)
    : stream_{stream},
      arrivals_{scenario.workload.at(stream).arrivals},
      end_{scenario_start + scenario.workload.at(stream).start + scenario.workload.at(stream).duration},
      rng_{scenario.seed.derive("arrivals/" + scenario.workload.at(stream).name + "/" + scenario.nodes.at(node).name)},
      at_{scenario_start + scenario.workload.at(stream).start},
      input_{first_input(scenario, scenario.workload.at(stream), node)},
      inputs_{scenario.workload.at(stream).inputs.size()} {
  assert(scenario.nodes.at(node).tier == scenario.workload.at(stream).from);
  if (const auto* periodic = std::get_if<Periodic>(&arrivals_)) {
    at_ += Duration{static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(periodic->interval.count())))};
  } else {
    at_ += rng_.exponential(std::get<Poisson>(arrivals_).mean_interval);
  }
}

std::optional<Arrival> Schedule::next() {
  if (at_ >= end_) return std::nullopt;
  const Arrival arrival{sequence_, at_, input_};
  ++sequence_;
  if (inputs_ > 0) input_ = (input_ + 1) % inputs_;
  if (const auto* periodic = std::get_if<Periodic>(&arrivals_)) {
    at_ += periodic->interval;
  } else {
    at_ += rng_.exponential(std::get<Poisson>(arrivals_).mean_interval);
  }
  return arrival;
}

std::vector<Schedule> schedules_of(const Scenario& scenario, NodeIndex node) {
  std::vector<Schedule> schedules;
  for (StreamIndex stream = 0; stream < scenario.workload.size(); ++stream) {
    if (scenario.workload[stream].from == scenario.nodes.at(node).tier) schedules.emplace_back(scenario, stream, node);
  }
  return schedules;
}

double offered_rate(const Scenario& scenario, ServiceIndex service) {
  double rate = 0.0;
  for (const Stream& stream : scenario.workload) {
    if (stream.service == service) rate += scenario.tiers.at(stream.from).nodes / to_seconds(stream.mean_interval());
  }
  return rate;
}

}  // namespace continuo
