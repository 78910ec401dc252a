#include "model/part.hh"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "policy/serving_plan.hh"
#include "result/mean_loads.hh"
#include "result/replications.hh"

namespace continuo {
namespace {

// Counts of one in ten thousand of a part's 10^6 are still told apart where it has a thousandth of all requests.
constexpr double scale_of_all = 1000.0;

// The distribution of so many times as many requests.
Histogram scaled(const Histogram& histogram, double factor) {
  std::vector<Histogram::Bucket> buckets = histogram.buckets();
  for (Histogram::Bucket& bucket : buckets) {
    bucket.count = static_cast<std::uint64_t>(std::max(1.0, std::round(factor * static_cast<double>(bucket.count))));
  }
  return Histogram::restore(histogram.summary(), buckets);
}

void scale(ServiceResult& service, double factor) {
  if (service.latency.empty()) return;
  service.latency = scaled(service.latency, factor);
  for (const auto stage : {&Stages::prepare, &Stages::uplink, &Stages::queue, &Stages::service, &Stages::downlink}) {
    service.stages.*stage = scaled(service.stages.*stage, factor);
  }
}

// Requests are answered, and none of them in a time that is known.
bool is_overloaded(const ServiceResult& service) { return service.completed > 0 && service.latency.empty(); }

std::vector<ServiceResult> services_of(std::span<const Part> parts) {
  std::vector<ServiceResult> services;
  for (std::size_t service = 0; service < parts.front().services.size(); ++service) {
    double all = 0.0;
    for (const Part& part : parts) all += part.generated[service];
    ServiceResult sum;
    for (const Part& part : parts) {
      ServiceResult one = part.services[service];
      if (all > 0.0) scale(one, scale_of_all * part.generated[service] / all);
      if (&part == &parts.front()) sum = std::move(one);
      else merge(one, sum);
    }
    if (std::ranges::any_of(parts, [&](const Part& part) { return is_overloaded(part.services[service]); })) {
      sum.latency = {};
      sum.stages = {};
    }
    services.push_back(std::move(sum));
  }
  return services;
}

// Memory is none of them: it is filled the same all the time.
std::vector<ResourceLoad> loads_of(const Scenario& scenario, std::span<const Interval> intervals, std::span<const Part> parts) {
  MeanLoads loads;
  for (std::size_t index = 0; index < parts.size(); ++index) {
    loads.add(parts[index].first.resources, to_seconds(intervals[index].length()) / to_seconds(scenario.duration()));
  }
  return loads.take();
}

std::vector<Inequality> nearest_to_failing(std::span<const Part> parts) {
  std::vector<Inequality> all;
  for (const Part& part : parts) {
    for (const Inequality& one : part.first.inequalities) {
      const auto same = [&](const Inequality& other) { return other.name == one.name && other.subject == one.subject; };
      const auto found = std::ranges::find_if(all, same);
      if (found == all.end()) all.push_back(one);
      else if (one.demand * found->capacity > found->demand * one.capacity) *found = one;
    }
  }
  return all;
}

}  // namespace

void add_usage(const Scenario& scenario, const Usage& more, Usage& sum) {
  for (TierIndex tier = 0; tier < scenario.tiers.size(); ++tier) {
    for (ServiceIndex service = 0; service < scenario.services.size(); ++service) sum.add_busy(tier, service, more.busy(tier, service));
    sum.add_busy_beside(tier, more.busy_beside(tier));
  }
  for (std::size_t link = 0; link < more.link_classes(); ++link) {
    for (ServiceIndex service = 0; service < scenario.services.size(); ++service) sum.add_carried(link, service, more.carried(link, service));
    sum.add_carried_beside(link, more.carried_beside(link));
  }
  if (sum.of_nodes.empty()) sum.of_nodes.resize(more.of_nodes.size(), 0.0);
  for (std::size_t node = 0; node < more.of_nodes.size(); ++node) sum.of_nodes[node] += more.of_nodes[node];
}

ModelOptions with_placement(const Scenario& scenario, const ModelOptions& options) {
  ModelOptions placed = options;
  if (!placed.placement) placed.placement = planned_placement(scenario);
  return placed;
}

PartScenario part_of(const Scenario& scenario, const ModelOptions& options, const Interval& interval) {
  PartScenario part{scenario, options};
  part.scenario.workload.clear();
  part.options.input_sizes.clear();
  for (const Interval::Sending& sending : interval.streams) {
    Stream stream = scenario.workload[sending.stream];
    stream.duration = sending.duration;
    const Duration earlier = stream.start;
    stream.start = interval.from;
    if (const auto* periodic = std::get_if<Periodic>(&stream.arrivals)) {  // its requests come when they would have come
      const Duration since = (earlier - interval.from) % periodic->interval;
      stream.start += since < Duration::zero() ? since + periodic->interval : since;
    }
    if (const auto sizes = options.input_sizes.find(sending.stream); sizes != options.input_sizes.end()) {
      part.options.input_sizes[part.scenario.workload.size()] = sizes->second;
    }
    part.scenario.workload.push_back(std::move(stream));
  }
  return part;
}

Part composed(const Scenario& scenario, std::span<const Interval> intervals, std::span<const Part> parts) {
  Part all{{}, true, services_of(parts), {}, {}, {}, Usage{scenario, scenario.duration()}};
  all.first.resources = loads_of(scenario, intervals, parts);
  all.first.inequalities = nearest_to_failing(parts);
  const auto most = std::ranges::max_element(parts, {}, [](const Part& part) { return part.first.bottleneck_load; });
  all.first.bottleneck = most->first.bottleneck;
  all.first.bottleneck_load = most->first.bottleneck_load;
  if (!most->first.bottleneck.empty()) {
    all.notes.push_back(fmt::format("model: {}{} is asked for most, {:.3g} % of what it can do, {}", most->first.feasible ? "" : "overloaded: ", most->first.bottleneck, 100 * most->first.bottleneck_load,
                                    told(scenario, intervals[static_cast<std::size_t>(most - parts.begin())])));
  }
  for (std::size_t index = 0; index < parts.size(); ++index) {
    const Part& part = parts[index];
    all.feasible = all.feasible && part.feasible;
    for (const std::string& overload : part.overloads) all.overloads.push_back(overload + " " + told(scenario, intervals[index]));
    for (const std::string& note : part.notes) {
      if (std::ranges::find(all.notes, note) == all.notes.end()) all.notes.push_back(note);
    }
    add_usage(scenario, part.usage, all.usage);
  }
  return all;
}

std::vector<std::string> notes_of(const Intervals& intervals) {
  std::vector<std::string> notes{fmt::format("model: streams start or end at different times: each of the {} intervals in which the same ones send is taken by itself; "
                                             "what waits at the end of one is not carried into the next", intervals.all.size())};
  if (intervals.joined > 0) {
    notes.push_back(fmt::format("model: starts and ends of streams that are up to {:.3g} s apart are taken as one, so that intervals are not too short or too many",
                                to_seconds(intervals.apart_most)));
  }
  return notes;
}

}  // namespace continuo
