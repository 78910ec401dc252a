#include "report/csv.hh"

#include <fmt/format.h>

#include "report/csv_field.hh"
#include "report/figures.hh"

namespace continuo {
namespace {

constexpr const char* header =
    "scenario,fidelity,seed,commit,valid,service,part,generated,completed,failed,mean_ms,sd_ms,min_ms,p50_ms,p90_ms,"
    "p95_ms,p99_ms,p999_ms,max_ms,slo_bound_ms,slo_met_share\r\n";

std::string figures(const Histogram& histogram) {
  if (histogram.empty()) return ",,,,,,,,";
  const auto ms = [](Duration duration) { return fmt::format("{:.6g}", to_milliseconds(duration)); };
  const auto at = [&](double quantile) { return ms(histogram.percentile(quantile)); };
  return fmt::format("{},{},{},{},{},{},{},{},{}", ms(histogram.mean()), ms(histogram.sd()), ms(histogram.min()), at(0.5),
                     at(0.9), at(0.95), at(0.99), at(0.999), ms(histogram.max()));
}

}  // namespace

std::string render_csv(std::span<const Evaluation> evaluations) {
  std::string text = header;
  for (const Evaluation& evaluation : evaluations) {
    for (const ServiceResult& service : evaluation.services) {
      const std::string start =
          fmt::format("{},{},{},{},{},{}", csv_field(evaluation.scenario), to_string(evaluation.fidelity),
                      evaluation.seed.value(), csv_field(evaluation.commit), evaluation.valid, csv_field(service.name));
      const std::string counts =
          fmt::format("{},{},{}", service.generated, service.completed, failed_in_all(service));
      const auto row = [&](const char* part, const Histogram& histogram, const std::string& slo) {
        text += fmt::format("{},{},{},{},{}\r\n", start, part, counts, figures(histogram), slo);
      };
      std::string slo = ",";
      if (service.slo) slo = fmt::format("{:g},{:.6g}", to_milliseconds(service.slo->bound), service.slo->met_share);
      row("latency", service.latency, slo);
      row("prepare", service.stages.prepare, ",");
      row("uplink", service.stages.uplink, ",");
      row("queue", service.stages.queue, ",");
      row("service", service.stages.service, ",");
      row("downlink", service.stages.downlink, ",");
    }
  }
  return text;
}

}  // namespace continuo
