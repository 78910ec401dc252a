#include "workload/schedule.hh"

#include <cassert>

#include "workload/arrivals.hh"

namespace continuo {


Schedule::Schedule(const Scenario& scenario, StreamIndex stream, NodeIndex node)
    : stream_{stream},
      arrivals_{scenario.workload.at(stream).arrivals},
      end_{scenario_start + scenario.workload.at(stream).start + scenario.workload.at(stream).duration},
      rng_{arrivals_rng(scenario, stream, node)},
      at_{scenario_start + scenario.workload.at(stream).start + first_gap(arrivals_, rng_)},
      input_{first_input(scenario, stream, node - first_node(scenario, scenario.workload.at(stream).from))},
      inputs_{scenario.workload.at(stream).inputs.size()} {
  assert(scenario.nodes.at(node).tier == scenario.workload.at(stream).from);
}

std::optional<Arrival> Schedule::next() {
  if (at_ >= end_) return std::nullopt;
  const Arrival arrival{sequence_, at_, input_};
  ++sequence_;
  if (inputs_ > 0) input_ = (input_ + 1) % inputs_;
  at_ += gap(arrivals_, rng_);
  return arrival;
}

std::vector<Schedule> schedules_of(const Scenario& scenario, NodeIndex node) {
  std::vector<Schedule> schedules;
  for (StreamIndex stream = 0; stream < scenario.workload.size(); ++stream) {
    const Stream& which = scenario.workload[stream];
    const bool is_closed = std::holds_alternative<ClosedLoop>(which.arrivals);
    if (which.from == scenario.nodes.at(node).tier && !is_closed) schedules.emplace_back(scenario, stream, node);
  }
  return schedules;
}

double offered_rate(const Scenario& scenario, ServiceIndex service) {
  double rate = 0.0;
  for (const Stream& stream : scenario.workload) {
    if (stream.service == service) rate += requests_per_second(scenario, stream);
  }
  return rate;
}

}  // namespace continuo
