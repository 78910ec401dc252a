// Each tolerance and its reason is in delivery.hh, beside the function.
#include "emulate/delivery.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>

#include "scenario/link_class.hh"

namespace continuo {

namespace {

constexpr double standard_errors = 3.0;
constexpr double independent_for_jitter = 10;
constexpr double independent_for_p99 = 100;
constexpr std::uint64_t packets_for_p99 = 100;
constexpr double loss_standard_errors = 5.0;
constexpr double cpu_limit_tolerance = 0.05;
constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();  // null in JSON, "-" in reports

// What every delay may be off by, chance apart.
double allowed_for(double milliseconds, const DeliveryTolerances& tolerances) {
  return std::max(to_milliseconds(tolerances.delay), tolerances.delay_share * milliseconds);
}

// By how much the variance of a share of lost packets grows since losses come together: (1 + r) / (1 - r), r the correlation
// of one packet's state with the next's.
double burst_factor(const LinkProperties& link) {
  if (!link.bursts || link.bursts->good_to_bad == Probability::never()) {
    return 1.0;
  }
  const double left = link.bursts->good_to_bad.value() + link.bursts->bad_to_good.value();
  const double correlation = std::clamp(1.0 - left, 0.0, 0.999);
  return (1.0 + correlation) / (1.0 - correlation);
}

DeliveryCheck not_judged(DeliveryCheck check) {
  check.ok = true;
  check.delivered = not_measured;
  check.note += ": not judged";
  return check;
}

DeliveryCheck judged(DeliveryCheck check) {
  check.ok = std::abs(check.delivered - check.requested) <= check.tolerance;
  return check;
}

// Of nodes whose access links differ the first stands for them in what a note says; what is judged was asked of each packet.
std::vector<LinkClass> access_classes(const Scenario& scenario, const FabricCounters& counters) {
  std::map<std::pair<TierIndex, bool>, LinkClass> classes;
  for (const AccessCounters& access : counters.access) {
    const TierIndex tier = scenario.nodes.at(access.port).tier;
    LinkClass& of_tier = classes[{tier, access.up}];
    if (of_tier.label.empty()) {
      const AccessLink& link = scenario.access.at(access.port);
      of_tier.label = scenario.tiers[tier].name + (access.up ? " up" : " down");
      of_tier.requested = (access.up ? link.up_link() : link.down_link()).value_or(LinkProperties{});
      of_tier.is_access = true;
    }
    of_tier.counters += access.link;
    of_tier.measure.merge(access.measure);
  }
  std::vector<LinkClass> list;
  for (auto& [which, of_tier] : classes) {
    list.push_back(std::move(of_tier));
  }
  return list;
}

}  // namespace

std::vector<LinkClass> link_classes(const Scenario& scenario, const FabricCounters& counters) {
  std::vector<LinkClass> classes;
  for (const Link& link : scenario.links) {
    classes.push_back(
        {.label = link_label(scenario, link), .requested = link.properties, .counters = {}, .measure = {}, .delays = {}});
  }
  for (const PairLink& link : scenario.pair_links) {
    classes.push_back({.label = link.label, .requested = link.properties, .counters = {}, .measure = {}, .delays = {}});
  }
  for (const PathCounters& path : counters.paths) {
    if (const auto index = link_class_of(scenario, path.from, path.to)) {
      classes[*index].counters += path.link;
      classes[*index].measure.merge(path.measure);
    }
  }
  for (std::size_t index = 0; index < std::min(classes.size(), counters.delays.size()); ++index) {
    classes[index].delays = counters.delays[index];
  }
  std::ranges::move(access_classes(scenario, counters), std::back_inserter(classes));
  std::erase_if(classes, [](const LinkClass& link) { return link.counters.offered_packets == 0; });
  return classes;
}

DeliveryCheck check_delay(const LinkClass& link, const DeliveryTolerances& tolerances) {
  const LinkMeasure& measure = link.measure;
  if (measure.packets == 0) {
    return not_judged({.what = "delay " + link.label, .unit = "ms", .requested = to_milliseconds(link.requested.mean_delay()),
                       .note = "no packet was delivered"});
  }
  const auto packets = static_cast<double>(measure.packets);
  const double mean = to_milliseconds(measure.asked_delays) / packets;
  const double jitter = std::sqrt(measure.asked_variances / packets);
  DeliveryCheck check{.what = "delay " + link.label, .unit = "ms", .requested = mean, .note = ""};
  check.delivered = to_milliseconds(measure.delays) / packets;
  const double independent = std::max(1.0, measure.independent_delays());
  const double sampling = standard_errors * jitter / std::sqrt(independent);
  const double allowed = allowed_for(mean, tolerances);
  const double clipping = to_milliseconds(DelayProcess::clipping_bias(link.requested));
  check.tolerance = std::max(allowed, sampling) + clipping;
  if (sampling > allowed) {
    check.note = fmt::format("three standard errors: the jitter of {:g} ms was seen about {:.0f} times", jitter, independent);
  }
  return judged(check);
}

DeliveryCheck check_jitter(const LinkClass& link, const DeliveryTolerances& tolerances) {
  const LinkMeasure& measure = link.measure;
  const double independent = measure.independent_delays();
  DeliveryCheck check{.what = "jitter " + link.label, .unit = "ms", .note = ""};
  check.requested = to_milliseconds(link.requested.delay_sd());
  const bool overtakes = link.requested.overtake > Probability::never();
  if (independent < independent_for_jitter || link.requested.shape == DelayShape::pareto || overtakes) {
    check.note = independent < independent_for_jitter ? fmt::format("the delay was seen about {:.0f} times", independent)
                 : overtakes                          ? "some packets skip the delay"
                                                      : "a Pareto distribution of shape 3 has no fourth moment";
    return not_judged(check);
  }
  check.requested = std::sqrt(measure.asked_variances / static_cast<double>(measure.packets));
  check.delivered = to_milliseconds(measure.delay_sd());
  // Of a normal distribution's standard deviation; the other shapes that are judged have thinner tails.
  const double sampling = standard_errors * check.requested / std::sqrt(2.0 * independent);
  check.tolerance = std::max(allowed_for(check.requested, tolerances), sampling);
  return judged(check);
}

DeliveryCheck check_delay_p99(const LinkClass& link, const DeliveryTolerances& tolerances) {
  constexpr double deviate = 2.3263;  // of the normal distribution's 99th percentile; its 98.5th and 99.5th
  constexpr double below = 2.1701;
  constexpr double above = 2.5758;
  const LinkMeasure& measure = link.measure;
  const double independent = measure.independent_delays();
  const double jitter = to_milliseconds(link.requested.delay_sd());
  const bool changed = measure.asked_delays != static_cast<std::int64_t>(measure.packets) * link.requested.mean_delay() ||
                       std::abs(measure.asked_variances - static_cast<double>(measure.packets) * jitter * jitter) > 1e-6;
  DeliveryCheck check{.what = "delay p99 " + link.label, .unit = "ms", .note = ""};
  check.requested = to_milliseconds(link.requested.delay_at(deviate));
  if (changed || link.requested.overtake > Probability::never()) {
    check.note = changed ? "the link changed during the run" : "some packets skip the delay";
    return not_judged(check);
  }
  if (measure.packets < packets_for_p99 || (jitter > 0.0 && independent < independent_for_p99)) {
    check.note = fmt::format("{} packets, and the delay was seen about {:.0f} times", measure.packets, independent);
    return not_judged(check);
  }
  check.delivered = to_milliseconds(link.delays.percentile(0.99));
  // Standard error of a quantile: sqrt(p (1 - p) / n) over the density there, here by a difference over 0.01.
  const double inverse_density = to_milliseconds(link.requested.delay_at(above) - link.requested.delay_at(below)) / 0.01;
  const double sampling = standard_errors * std::sqrt(0.99 * 0.01 / std::max(1.0, independent)) * inverse_density;
  check.tolerance = std::max(allowed_for(check.requested, tolerances), sampling);
  return judged(check);
}

DeliveryCheck check_rate(const LinkClass& link, const DeliveryTolerances& tolerances) {
  const LinkMeasure& measure = link.measure;
  DeliveryCheck check{.what = "rate " + link.label, .unit = "Mbit/s", .note = ""};
  if (measure.busy_periods == 0) {
    check.requested = link.requested.mean_rate()->megabits_per_second();
    check.note = fmt::format("never busy for {:g} ms and {} packets", to_milliseconds(busy_period_min), busy_packets_min);
    return not_judged(check);
  }
  const double megabits = static_cast<double>(measure.busy_bytes.count()) * 8.0 / 1e6;
  check.requested = megabits / to_seconds(measure.busy_asked);
  check.delivered = megabits / to_seconds(measure.busy_time);
  check.tolerance = tolerances.rate_share * check.requested;
  check.note = fmt::format("over {} busy periods, {:.1f} s", measure.busy_periods, to_seconds(measure.busy_time));
  return judged(check);
}

DeliveryCheck check_loss(const LinkClass& link) {
  const auto sent = static_cast<double>(std::max<std::uint64_t>(1, link.counters.sent_packets));
  const double requested = link.counters.asked_losses / sent;
  DeliveryCheck check{.what = "loss " + link.label, .unit = "%", .requested = 100.0 * requested, .note = ""};
  check.delivered = 100.0 * static_cast<double>(link.counters.lost_packets) / sent;
  check.tolerance = 100.0 * loss_standard_errors * std::sqrt(requested * (1 - requested) * burst_factor(link.requested) / sent);
  return judged(check);
}

DeliveryCheck check_cpu_share(const std::string& node, double requested_cores, double delivered_cores, double tolerance) {
  return judged({.what = "CPU share " + node,
                 .unit = "cores",
                 .requested = requested_cores,
                 .delivered = delivered_cores,
                 .tolerance = tolerance * requested_cores,
                 .note = "all nodes busy at once, before the load"});
}

DeliveryCheck check_cpu_limit(const std::vector<CpuUse>& uses) {
  DeliveryCheck check{.what = "CPU use over quota", .unit = "ratio", .requested = 1.0, .note = ""};
  check.tolerance = cpu_limit_tolerance;
  for (const CpuUse& use : uses) {
    const double ratio = use.used_cores / use.quota_cores;
    if (check.note.empty() || ratio > check.delivered) {
      check.delivered = ratio;
      check.note = "greatest during the run: " + use.node;
    }
  }
  check.ok = check.delivered <= check.requested + check.tolerance;
  return check;
}

DeliveryCheck check_lateness(const Histogram& lateness, Duration tolerance) {
  DeliveryCheck check{.what = "fabric lateness, p99", .unit = "ms", .requested = 0.0, .note = ""};
  check.delivered = to_milliseconds(lateness.percentile(0.99));
  check.tolerance = to_milliseconds(tolerance);
  check.note = fmt::format("{} packets", lateness.count());
  return judged(check);
}

DeliveryCheck check_handing_over(const FabricDrops& drops) {
  DeliveryCheck check{.what = "packets the fabric could not hand over", .unit = "packets", .requested = 0.0, .note = ""};
  check.delivered = static_cast<double>(drops.refused + drops.unread + drops.held);
  if (drops.malformed + drops.unroutable > 0) {
    check.note = fmt::format("besides, {} were for no node and {} were no IP packets: dropped, as on any network",
                             drops.unroutable, drops.malformed);
  }
  if (drops.unread > 0) {
    check.note += fmt::format("{}{} were sent faster than the fabric reads", check.note.empty() ? "" : "; ", drops.unread);
  }
  if (drops.held > 0) {
    check.note += fmt::format("{}{} were more than the fabric keeps on the way on one link: 256 MiB, or 131072 packets",
                              check.note.empty() ? "" : "; ", drops.held);
  }
  return judged(check);
}

std::vector<DeliveryCheck> check_links(const std::vector<LinkClass>& links, const DeliveryTolerances& tolerances) {
  std::vector<DeliveryCheck> checks;
  for (const LinkClass& link : links) {
    // Access links have no delay unless an event gave them one.
    if (!link.is_access || link.measure.asked_delays > Duration::zero()) {
      checks.push_back(check_delay(link, tolerances));
    }
    if (link.measure.packets > 0 && !link.is_access) {
      checks.push_back(check_delay_p99(link, tolerances));
    }
    if (link.measure.asked_variances > 0.0) {
      checks.push_back(check_jitter(link, tolerances));
    }
    if (link.measure.busy_periods > 0 || link.requested.mean_rate()) {
      checks.push_back(check_rate(link, tolerances));
    }
    if (link.counters.asked_losses > 0.0) {
      checks.push_back(check_loss(link));
    }
  }
  return checks;
}

void judge_delivery(Evaluation& evaluation) {
  for (const DeliveryCheck& check : evaluation.delivery) {
    if (!check.ok) {
      evaluation.valid = false;
      evaluation.invalid_because.push_back(fmt::format("{}: asked for {:.4g} {}, got {:.4g} (tolerance {:.2g}){}{}", check.what,
                                                       check.requested, check.unit, check.delivered, check.tolerance,
                                                       check.note.empty() ? "" : ", ", check.note));
    }
  }
}

}  // namespace continuo
