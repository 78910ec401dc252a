// One service's latency as SVG: the cumulative distribution of each fidelity, the SLO, and p50, p95 and p99 of the finest.
#pragma once

#include <span>
#include <string>

#include "result/evaluation.hh"

namespace continuo {

std::string draw_distribution(std::span<const Evaluation> evaluations, const std::string& service);

}  // namespace continuo
