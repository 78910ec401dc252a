#include "report/continuum_csv.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/csv_field.hh"

namespace continuo {
namespace {

// Continuum's limits.
constexpr double share_from = 0.05;
constexpr double share_to = 0.90;

constexpr const char* header =
    "scenario,fidelity,seed,commit,valid,service,samples,worker_id,total_time (s),delay_avg (ms),delay_stdev (ms),"
    "proc_time/data (ms),endpoint_id,preproc_time/data (ms),data_size_avg (kb),latency_avg (ms),latency_stdev (ms)\r\n";

std::string joined(const std::set<std::string>& names) { return csv_field(fmt::format("{}", fmt::join(names, " "))); }

std::string workers_of(const ServiceResult& service) {
  std::set<std::string> names;
  for (const ServedShare& served : service.by_node) names.insert(served.node);
  return joined(names);
}

// Who asks for the service, and how much they send in the mean of all requests.
struct Senders {
  std::set<std::string> tiers;
  double size_sum_kb = 0.0;
  double rate_sum = 0.0;
};

Senders senders_of(const Scenario& scenario, const std::string& service) {
  Senders senders;
  for (const Stream& stream : scenario.workload) {
    if (scenario.services.at(stream.service).name != service) continue;
    const Tier& tier = scenario.tiers.at(stream.from);
    const double rate = requests_per_second(scenario, stream);
    senders.tiers.insert(tier.name);
    senders.size_sum_kb += rate * static_cast<double>(stream.input_size.count()) / 1000.0;
    senders.rate_sum += rate;
  }
  return senders;
}

std::string mean_of(const std::optional<TrimmedFigures>& figures) { return figures ? fmt::format("{:.6g}", figures->mean_ms) : ""; }
std::string sd_of(const std::optional<TrimmedFigures>& figures) { return figures ? fmt::format("{:.6g}", figures->sd_ms) : ""; }

}  // namespace

std::optional<TrimmedFigures> trimmed(const Histogram& histogram) {
  const double count = static_cast<double>(histogram.count());
  double before = 0.0;
  double weight = 0.0;
  double sum = 0.0;
  double sum_of_squares = 0.0;
  // Around the median, so that squares of large and alike values do not cancel out.
  const double centre = to_milliseconds(histogram.percentile(0.5));
  for (const Histogram::Bucket& bucket : histogram.buckets()) {
    const double after = before + static_cast<double>(bucket.count);
    const double kept = std::max(0.0, std::min(after, share_to * count) - std::max(before, share_from * count));
    const double value = to_milliseconds(bucket.upper) - centre;
    weight += kept;
    sum += kept * value;
    sum_of_squares += kept * value * value;
    before = after;
  }
  if (weight <= 0.0) return std::nullopt;
  const double mean = sum / weight;
  return TrimmedFigures{.mean_ms = centre + mean, .sd_ms = std::sqrt(std::max(0.0, sum_of_squares / weight - mean * mean))};
}

std::string render_continuum_csv(const Scenario& scenario, std::span<const Evaluation> evaluations) {
  std::string text = header;
  for (const Evaluation& evaluation : evaluations) {
    for (const ServiceResult& service : evaluation.services) {
      const auto delay = trimmed(service.stages.uplink);
      const auto latency = trimmed(service.latency);
      const Senders senders = senders_of(scenario, service.name);
      const std::string size = senders.rate_sum > 0.0 ? fmt::format("{:.6g}", senders.size_sum_kb / senders.rate_sum) : "";
      text += fmt::format("{},{},{},{},{},{},5-90 %,", csv_field(evaluation.scenario), to_string(evaluation.fidelity),
                          evaluation.seed.value(), csv_field(evaluation.commit), evaluation.valid, csv_field(service.name));
      text += fmt::format("{},{:.6g},{},{},{},", workers_of(service), to_seconds(evaluation.duration), mean_of(delay), sd_of(delay),
                          mean_of(trimmed(service.stages.service)));
      text += fmt::format("{},{},{},{},{}\r\n", joined(senders.tiers), mean_of(trimmed(service.stages.prepare)), size, mean_of(latency),
                          sd_of(latency));
    }
  }
  return text;
}

}  // namespace continuo
