// The figures in the columns of the Continuum framework, for scripts that were written for its output.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

// Mean and standard deviation of the samples between the 5th and the 90th percentile. Continuum leaves out the others, and with
// the slowest tenth every tail: continuo's own figures are of every sample.
struct TrimmedFigures {
  double mean_ms = 0.0;
  double sd_ms = 0.0;
};
// To the resolution of the histogram; nothing: it is empty.
std::optional<TrimmedFigures> trimmed(const Histogram& histogram);

// The header, then one row (RFC 4180) for each evaluation and service. Continuum has a table of workers and one of endpoints, each
// with its own rows; here both stand in one row, over all workers and endpoints together.
//   scenario,fidelity,seed,commit,valid,service,samples,worker_id,total_time (s),delay_avg (ms),delay_stdev (ms),
//   proc_time/data (ms),endpoint_id,preproc_time/data (ms),data_size_avg (kb),latency_avg (ms),latency_stdev (ms)
// `samples` says "5-90 %": what the figures in ms are taken from. A figure that is not known is an empty field.
std::string render_continuum_csv(const Scenario& scenario, std::span<const Evaluation> evaluations);

}  // namespace continuo
