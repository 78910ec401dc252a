#include "report/distribution.hh"

#include <algorithm>

#include <fmt/format.h>

#include "report/figures.hh"
#include "report/svg.hh"

namespace continuo {
namespace {

constexpr double width = 524;
constexpr double height = 268;
constexpr double left = 44;
constexpr double right = width - 16;
constexpr double top = 30;
constexpr double bottom = height - 26;
constexpr std::size_t points_max = 300;

struct Scale {
  double end_ms;
  double x(double ms) const { return left + std::min(1.0, ms / end_ms) * (right - left); }
  static double y(double share) { return bottom - share * (bottom - top); }
};

std::vector<std::pair<double, double>> curve(const Histogram& histogram, const Scale& scale) {
  std::vector<std::pair<double, double>> points{{scale.x(to_milliseconds(histogram.min())), Scale::y(0)}};
  const std::vector<Histogram::Bucket> buckets = histogram.buckets();
  const std::size_t stride = std::max<std::size_t>(1, buckets.size() / points_max);
  std::uint64_t seen = 0;
  for (std::size_t index = 0; index < buckets.size(); ++index) {
    seen += buckets[index].count;
    if (index % stride != 0 && index + 1 != buckets.size()) continue;
    const double ms = std::min(to_milliseconds(buckets[index].upper), to_milliseconds(histogram.max()));
    if (ms > scale.end_ms) break;
    points.emplace_back(scale.x(ms), Scale::y(static_cast<double>(seen) / static_cast<double>(histogram.count())));
  }
  points.emplace_back(right, points.back().second);
  return points;
}

// Far enough to show p99.9, the SLO and most of the tail, without letting one straggler flatten the rest.
double end_of(std::span<const Evaluation> evaluations, const std::string& name) {
  double end = 1e-3;
  for (const Evaluation& evaluation : evaluations) {
    const ServiceResult* service = find_service(evaluation, name);
    if (service == nullptr) continue;
    if (!service->latency.empty()) {
      const double tail = to_milliseconds(service->latency.percentile(0.999));
      end = std::max(end, std::min(tail, 2.5 * to_milliseconds(service->latency.percentile(0.95))));
    }
    if (service->slo) end = std::max(end, 1.06 * to_milliseconds(service->slo->bound));
  }
  return end;
}

void draw_axes(Svg& svg, const std::vector<double>& ticks, const Scale& scale) {
  for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    svg.line(left, Scale::y(share), right, Scale::y(share), "grid");
    svg.text(left - 8, Scale::y(share) + 4, fmt::format("{:.0f} %", share * 100), "faint", Anchor::end);
  }
  for (const double tick : ticks) {
    const bool last = tick == ticks.back();
    svg.text(scale.x(tick), bottom + 18, fmt::format("{:g}{}", tick, last ? " ms" : ""), "faint",
             last ? Anchor::end : Anchor::middle);
  }
}

void draw_marks(Svg& svg, const Histogram& latency, const Scale& scale) {
  double row = Scale::y(0.5) + 30;
  for (const double quantile : {0.5, 0.95, 0.99}) {
    const double ms = to_milliseconds(latency.percentile(quantile));
    if (ms > scale.end_ms) continue;
    const double x = scale.x(ms);
    const double y = Scale::y(quantile);
    svg.line(x, y, x, row - 11, "leader");
    svg.circle(x, y, 3.5, "mark");
    const std::string label = fmt::format("p{:g} {} ms", quantile * 100, three_digits(ms));
    const bool near_end = x + 4 + text_width(label, 11.5) > right;
    svg.text(near_end ? x - 5 : x + 5, row - 4, label, "figure-small halo", near_end ? Anchor::end : Anchor::start);
    row += 24;
  }
}

}  // namespace

std::string draw_distribution(std::span<const Evaluation> evaluations, const std::string& name) {
  Svg svg{width, height, "Cumulative distribution of the latency of " + name};
  const std::vector<double> ticks = axis_ticks(end_of(evaluations, name), 6);
  const Scale scale{ticks.back()};
  svg.text(0, 14, shortened(name, 200, 13), "name");
  draw_axes(svg, ticks, scale);
  const ServiceResult* finest = find_service(evaluations.back(), name);
  if (finest != nullptr && finest->slo) {
    const double x = scale.x(to_milliseconds(finest->slo->bound));
    svg.line(x, top - 6, x, bottom, "slo");
    svg.text(x - 6, top - 10, fmt::format("SLO: {:g} % within {:g} ms", finest->slo->quantile * 100,
                                          to_milliseconds(finest->slo->bound)), "slo-label", Anchor::end);
  }
  for (const Evaluation& evaluation : evaluations) {
    const ServiceResult* service = find_service(evaluation, name);
    if (service == nullptr || service->latency.empty()) continue;
    const bool is_finest = &evaluation == &evaluations.back();
    const bool is_model = evaluation.fidelity == Fidelity::model;
    svg.polyline(curve(service->latency, scale), is_finest ? "curve" : is_model ? "curve-model" : "curve-simulate");
  }
  if (finest != nullptr && !finest->latency.empty()) draw_marks(svg, finest->latency, scale);
  return svg.finish();
}

}  // namespace continuo
