#include "result/replications.hh"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <string>

#include "result/mean_loads.hh"

namespace continuo {

namespace {

constexpr double confidence = 0.95;

template <typename Figure>
std::optional<Duration> half_width(std::span<const Evaluation> replications, std::size_t service, Figure figure) {
  std::vector<double> values;
  for (const Evaluation& replication : replications) {
    const Histogram& latency = replication.services[service].latency;
    if (!latency.empty()) values.push_back(to_seconds(figure(latency)));
  }
  if (values.size() < 2) return std::nullopt;
  const auto count = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double value : values) mean += value / count;
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double sd = std::sqrt(squares / (count - 1));
  return from_seconds(student_t(confidence, values.size() - 1) * sd / std::sqrt(count));
}

std::optional<HalfWidths> half_widths(std::span<const Evaluation> replications, std::size_t service) {
  const auto mean = half_width(replications, service, [](const Histogram& latency) { return latency.mean(); });
  if (!mean) return std::nullopt;
  const auto of = [&](double quantile) {
    return *half_width(replications, service, [&](const Histogram& latency) { return latency.percentile(quantile); });
  };
  return HalfWidths{.mean = *mean, .p50 = of(0.5), .p95 = of(0.95), .p99 = of(0.99)};
}

std::vector<ResourceLoad> loads_of(std::span<const Evaluation> replications) {
  MeanLoads loads;
  for (const Evaluation& replication : replications) loads.add(replication.resources, 1.0 / static_cast<double>(replications.size()));
  return loads.take();
}

// More than the resource's load in the whole run: streams start or end at different times.
bool is_of_an_interval(const Evaluation& evaluation) {
  const auto whole = std::ranges::find(evaluation.resources, evaluation.bottleneck, &ResourceLoad::name);
  return whole != evaluation.resources.end() && whole->offered_load < (1 - 1e-9) * evaluation.bottleneck_load;
}

void take_mean_bottleneck(std::span<const Evaluation> replications, Evaluation& all) {
  all.bottleneck = replications.front().bottleneck;
  all.bottleneck_load = 0.0;
  for (const Evaluation& replication : replications) all.bottleneck_load += replication.bottleneck_load / static_cast<double>(replications.size());
}

}  // namespace

void merge(const ServiceResult& more, ServiceResult& sum) {
  if (sum.slo && more.slo && sum.generated + more.generated > 0) {
    const auto mine = static_cast<double>(sum.generated);
    const auto theirs = static_cast<double>(more.generated);
    sum.slo->met_share = (sum.slo->met_share * mine + more.slo->met_share * theirs) / (mine + theirs);
  }
  sum.generated += more.generated;
  sum.completed += more.completed;
  for (const auto& [reason, count] : more.failed) sum.failed[reason] += count;
  sum.latency.merge(more.latency);
  for (const auto stage : {&Stages::prepare, &Stages::uplink, &Stages::queue, &Stages::service, &Stages::downlink}) {
    (sum.stages.*stage).merge(more.stages.*stage);
  }
  for (const ServedShare& served : more.by_node) {
    const auto same = [&](const ServedShare& one) { return one.node == served.node && one.variant == served.variant; };
    const auto found = std::ranges::find_if(sum.by_node, same);
    if (found == sum.by_node.end()) sum.by_node.push_back(served);
    else found->requests += served.requests;
  }
  for (ServedShare& served : sum.by_node) {
    served.share = static_cast<double>(served.requests) / static_cast<double>(std::max<std::uint64_t>(1, sum.completed));
  }
}

Seed replication_seed(Seed scenario_seed, std::size_t replication) {
  return replication == 0 ? scenario_seed : scenario_seed.derive("replication/" + std::to_string(replication));
}

double student_t(double confidence_level, std::size_t degrees_of_freedom) {
  assert(confidence_level > 0.0);
  assert(confidence_level < 1.0);
  const boost::math::students_t distribution{static_cast<double>(degrees_of_freedom)};
  return boost::math::quantile(distribution, 0.5 + confidence_level / 2);
}

Evaluation merge_replications(std::span<const Evaluation> replications) {
  assert(!replications.empty());
  Evaluation all = replications.front();
  if (replications.size() == 1) return all;
  Replications which{.seeds = {all.seed}, .confidence = confidence};
  bool feasible = all.feasible;
  for (const Evaluation& more : replications.subspan(1)) {
    assert(more.services.size() == all.services.size());
    for (std::size_t service = 0; service < all.services.size(); ++service) merge(more.services[service], all.services[service]);
    which.seeds.push_back(more.seed);
    all.duration += more.duration;
    if (all.energy && more.energy) merge(*more.energy, *all.energy);
    feasible = feasible && more.feasible;
  }
  for (std::size_t service = 0; service < all.services.size(); ++service) {
    all.services[service].half_widths = half_widths(replications, service);
  }
  all.resources = loads_of(replications);
  find_bottleneck(all);
  if (is_of_an_interval(replications.front())) take_mean_bottleneck(replications, all);
  all.feasible = all.feasible && feasible;
  all.notes.push_back(fmt::format("{}: {} replications with seeds of their own, taken together; ± is half of a {:g} % confidence interval "
                                  "(Student's t over the replications); events and time line are those of the first",
                                  to_string(all.fidelity), which.seeds.size(), 100 * confidence));
  all.replications = std::move(which);
  return all;
}

std::optional<double> relative_half_width(std::span<const Evaluation> replications) {
  if (replications.empty()) return std::nullopt;
  double largest = 0.0;
  for (std::size_t service = 0; service < replications.front().services.size(); ++service) {
    double sum = 0.0;
    std::uint64_t completed = 0;
    std::uint64_t generated = 0;
    for (const Evaluation& replication : replications) {
      const ServiceResult& result = replication.services[service];
      sum += to_seconds(result.latency.mean()) * static_cast<double>(result.completed);
      completed += result.completed;
      generated += result.generated;
    }
    if (generated == 0) continue;
    const auto width = half_width(replications, service, [](const Histogram& latency) { return latency.mean(); });
    if (!width) return std::nullopt;
    if (sum > 0.0) largest = std::max(largest, to_seconds(*width) * static_cast<double>(completed) / sum);
  }
  return largest;
}

}  // namespace continuo
