// What a single flow between two nodes gets at most: the slowest of the link of the pair and the access links at its ends, in the
// mean of their traces.
#pragma once

#include <algorithm>
#include <optional>

#include "scenario/scenario.hh"

namespace continuo {

// Nothing: unlimited.
inline std::optional<BitRate> path_rate(const Scenario& scenario, NodeIndex from, NodeIndex to) {
  std::optional<BitRate> slowest = scenario.link(from, to).mean_rate();
  const auto pass = [&](const std::optional<LinkProperties>& link) {
    const auto rate = link ? link->mean_rate() : std::nullopt;
    if (rate) slowest = slowest ? std::min(*slowest, *rate) : *rate;
  };
  if (!scenario.access.empty()) {
    pass(scenario.access.at(from).up_link());
    pass(scenario.access.at(to).down_link());
  }
  return slowest;
}

// Seconds a bit that a packet takes on the links of the way beside the slowest one: each passes it on when it has it whole.
inline double passing_on(const Scenario& scenario, NodeIndex from, NodeIndex to) {
  double all = 0.0;
  double slowest = 0.0;
  const auto pass = [&](const std::optional<BitRate>& rate) {
    if (!rate) return;
    const double a_bit = 1.0 / static_cast<double>(rate->bits_per_second());
    all += a_bit;
    slowest = std::max(slowest, a_bit);
  };
  pass(scenario.link(from, to).mean_rate());
  if (!scenario.access.empty()) {
    const auto up = scenario.access.at(from).up_link();
    const auto down = scenario.access.at(to).down_link();
    if (up) pass(up->mean_rate());
    if (down) pass(down->mean_rate());
  }
  return all - slowest;
}

}  // namespace continuo
