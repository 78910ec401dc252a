// A simulation several times, with seeds of its own each.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "result/evaluation.hh"
#include "simulate/simulate.hh"

namespace continuo {

struct ReplicationsAsked {
  std::optional<std::size_t> count = std::nullopt;  // nothing: as many as the precision takes
  double precision = 0.02;           // of the mean of every service: half width of its confidence interval over it
  bool quiet = false;
};

// "auto" or 1 to 10000.
std::string must_be_replications(const std::string& text);
std::optional<std::size_t> replications_of(const std::string& text);

// On all cores, in order: how many there are, and what comes of them, depends on the scenario, the options and the seed alone.
Evaluation replicate(const Scenario& scenario, const SimulateOptions& options, const ReplicationsAsked& asked);

}  // namespace continuo
