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

}  // namespace continuo
