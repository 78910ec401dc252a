// Predicted over measured: on the diagonal a prediction holds.
#include <algorithm>

#include <fmt/format.h>

#include "report/chart/scatter.hh"
#include "report/comparison_report.hh"
#include "report/figures.hh"

namespace continuo {

std::string render_comparison_svg(const Comparison& comparison, LatencyFigure figure) {
  Scatter scatter;
  std::map<Fidelity, std::size_t> series_of;
  for (const auto& [fidelity, accuracy] : comparison.by_fidelity) {
    if (accuracy.evaluations == 0) continue;
    series_of[fidelity] = scatter.series.size();
    ScatterSeries series{to_string(fidelity), fidelity_style(fidelity)};
    if (accuracy.mape_mean) series.remarks.push_back("MAPE of mean " + percent(*accuracy.mape_mean));
    if (accuracy.mape_p95) series.remarks.push_back("MAPE of p95 " + percent(*accuracy.mape_p95));
    scatter.series.push_back(std::move(series));
  }
  for (std::size_t pair = 0; pair < comparison.pairs.size(); ++pair) {
    const ComparedEvaluation& compared = comparison.pairs[pair];
    if (!compared.left_out.empty() || compared.no_latency) continue;
    for (std::size_t service = 0; service < compared.services.size(); ++service) {
      const PairedFigure& value = compared.services[service].latency_ms.at(figure);
      if (!value.error) continue;
      scatter.points.push_back({*value.measured, *value.predicted, series_of[compared.predicted_at],
                                name_of(comparison, {pair, service})});
    }
  }
  scatter.named = worst_named;
  scatter.words = {fmt::format("Predicted and measured latency, {} [ms]", to_string(figure)),
                   fmt::format("{} points; the {} furthest off are named", scatter.points.size(),
                               std::min(worst_named, scatter.points.size()))};
  scatter.across = fmt::format("measured {} [ms]", to_string(figure));
  scatter.up = fmt::format("predicted {} [ms]", to_string(figure));
  scatter.unit = "ms";
  return draw_scatter(scatter);
}

}  // namespace continuo
