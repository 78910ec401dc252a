// Each tolerance and its reason is in delivery.hh, beside the function.
#include "emulate/delivery.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace continuo {

namespace {

constexpr double delay_standard_errors = 3.0;
constexpr double loss_standard_errors = 5.0;
constexpr double cpu_limit_tolerance = 0.05;
constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();  // null in JSON, "-" in reports

void add(LinkCounters& sum, const LinkCounters& more) {
  sum.offered_packets += more.offered_packets;
  sum.offered += more.offered;
  sum.duplicated_packets += more.duplicated_packets;
  sum.lost_packets += more.lost_packets;
  sum.overflowed_packets += more.overflowed_packets;
  sum.overflowed += more.overflowed;
  sum.codel_packets += more.codel_packets;
  sum.cut_packets += more.cut_packets;
  sum.held_packets += more.held_packets;
  sum.corrupted_packets += more.corrupted_packets;
  sum.delivered_packets += more.delivered_packets;
  sum.delivered += more.delivered;
  sum.transmitting += more.transmitting;
  sum.queueing += more.queueing;
}

DeliveryCheck judged(DeliveryCheck check) {
  check.ok = std::abs(check.delivered - check.requested) <= check.tolerance;
  return check;
}

}  // namespace

std::vector<LinkClass> link_classes(const Scenario& scenario, const FabricCounters& counters) {
  std::vector<LinkClass> classes;
  std::map<std::pair<TierIndex, TierIndex>, std::size_t> by_tiers;
  for (const Link& link : scenario.links) {
    by_tiers.emplace(std::pair{link.from, link.to}, classes.size());
    classes.push_back({.label = link_label(scenario, link), .requested = link.properties, .counters = {}, .measure = {}});
  }
  for (const PathCounters& path : counters.paths) {
    const auto found = by_tiers.find({scenario.nodes.at(path.from).tier, scenario.nodes.at(path.to).tier});
    if (found != by_tiers.end()) {
      add(classes[found->second].counters, path.link);
      classes[found->second].measure.merge(path.measure);
    }
  }
  std::erase_if(classes, [](const LinkClass& link) { return link.counters.offered_packets == 0; });
  return classes;
}

DeliveryCheck check_delay(const LinkClass& link, const DeliveryTolerances& tolerances) {
  const double mean = to_milliseconds(link.requested.mean_delay());
  const double jitter = to_milliseconds(link.requested.delay_sd());
  DeliveryCheck check{.what = "delay " + link.label, .unit = "ms", .requested = mean, .note = ""};
  if (link.measure.packets == 0) {
    check.ok = true;
    check.delivered = not_measured;
    check.note = "no packet was delivered: not judged";
    return check;
  }
  check.delivered = to_milliseconds(link.measure.delays) / static_cast<double>(link.measure.packets);
  const double independent = std::max(1.0, link.measure.independent_delays());
  const double sampling = delay_standard_errors * jitter / std::sqrt(independent);
  const double allowed = std::max(to_milliseconds(tolerances.delay), tolerances.delay_share * mean);
  const double clipping = to_milliseconds(DelayProcess::clipping_bias(link.requested));
  check.tolerance = std::max(allowed, sampling) + clipping;
  if (sampling > allowed) {
    check.note = fmt::format("three standard errors: the jitter of {:g} ms was seen about {:.0f} times", jitter, independent);
  }
  return judged(check);
}

DeliveryCheck check_rate(const LinkClass& link, const DeliveryTolerances& tolerances) {
  const double requested = link.requested.rate->megabits_per_second();
  DeliveryCheck check{.what = "rate " + link.label, .unit = "Mbit/s", .requested = requested, .note = ""};
  check.tolerance = tolerances.rate_share * requested;
  if (link.measure.busy_periods == 0) {
    check.delivered = not_measured;
    check.ok = true;
    check.note = fmt::format("never busy for {:g} ms and {} packets: not judged", to_milliseconds(busy_period_min),
                             busy_packets_min);
    return check;
  }
  check.delivered = static_cast<double>(link.measure.busy_bytes.count()) * 8.0 / to_seconds(link.measure.busy_time) / 1e6;
  check.note = fmt::format("over {} busy periods, {:.1f} s", link.measure.busy_periods, to_seconds(link.measure.busy_time));
  return judged(check);
}

DeliveryCheck check_loss(const LinkClass& link) {
  const double requested = link.requested.mean_loss().value();
  const auto sent = static_cast<double>(link.counters.offered_packets - link.counters.dropped_packets() + link.counters.lost_packets);
  DeliveryCheck check{.what = "loss " + link.label, .unit = "%", .requested = 100.0 * requested, .note = ""};
  check.delivered = sent > 0 ? 100.0 * static_cast<double>(link.counters.lost_packets) / sent : 0.0;
  check.tolerance = 100.0 * loss_standard_errors * std::sqrt(requested * (1 - requested) / std::max(1.0, sent));
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
  check.delivered = static_cast<double>(drops.refused + drops.unread);
  if (drops.malformed + drops.unroutable > 0) {
    check.note = fmt::format("besides, {} were for no node and {} were no IPv4 packets: dropped, as on any network",
                             drops.unroutable, drops.malformed);
  }
  if (drops.unread > 0) {
    check.note += fmt::format("{}{} were sent faster than the fabric reads packet sockets", check.note.empty() ? "" : "; ", drops.unread);
  }
  return judged(check);
}

std::vector<DeliveryCheck> check_links(const std::vector<LinkClass>& links, const DeliveryTolerances& tolerances) {
  std::vector<DeliveryCheck> checks;
  for (const LinkClass& link : links) {
    checks.push_back(check_delay(link, tolerances));
    if (link.requested.rate) {
      checks.push_back(check_rate(link, tolerances));
    }
    if (link.requested.mean_loss() > Probability::never()) {
      checks.push_back(check_loss(link));
    }
  }
  return checks;
}

void judge_delivery(Evaluation& evaluation) {
  for (const DeliveryCheck& check : evaluation.delivery) {
    if (!check.ok) {
      evaluation.valid = false;
      evaluation.invalid_because.push_back(fmt::format("{}: asked for {:.4g} {}, got {:.4g} (tolerance {:.2g})", check.what,
                                                       check.requested, check.unit, check.delivered, check.tolerance));
    }
  }
}

}  // namespace continuo
