// The figures as CSV (RFC 4180), for spreadsheets and plotting: one row a scenario, fidelity, service and part.
#pragma once

#include <span>
#include <string>

#include "result/evaluation.hh"

namespace continuo {

// The header, then for each evaluation and service six rows: part "latency", then the five stages.
//   scenario,fidelity,seed,commit,valid,service,part,generated,completed,failed,mean_ms,sd_ms,min_ms,p50_ms,p90_ms,p95_ms,
//   p99_ms,p999_ms,max_ms,slo_bound_ms,slo_met_share
// Counts stand in every row; SLO fields only in rows of part "latency". A figure that is not known is an empty field.
std::string render_csv(std::span<const Evaluation> evaluations);

}  // namespace continuo
