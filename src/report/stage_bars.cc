#include "report/stage_bars.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "report/figures.hh"
#include "report/svg.hh"

namespace continuo {
namespace {

constexpr double page_width = 1080;
constexpr double left = 190;
constexpr double right = 900;
constexpr double bar_height = 26;
constexpr double bar_gap = 6;
constexpr double group_gap = 22;
constexpr double legend_height = 34;

struct StageStyle {
  const char* name;
  Histogram Stages::*stage;
  const char* fill;
  const char* ink;  // of the figure inside the bar
};

constexpr std::array<StageStyle, 5> styles{{{"prepare", &Stages::prepare, "s-prepare", "in-light"},
                                            {"uplink", &Stages::uplink, "s-uplink", "in-dark"},
                                            {"queue", &Stages::queue, "s-queue", "in-light"},
                                            {"service", &Stages::service, "s-service", "in-dark"},
                                            {"downlink", &Stages::downlink, "s-downlink", "in-light"}}};

double mean_ms(const Histogram& histogram) { return histogram.summary().mean_ns / 1e6; }

double longest(std::span<const Evaluation> evaluations) {
  double most = 0.0;
  for (const Evaluation& evaluation : evaluations) {
    for (const ServiceResult& service : evaluation.services) most = std::max(most, mean_ms(service.latency));
  }
  return most;
}

void draw_bar(Svg& svg, const ServiceResult& service, double y, double scale) {
  if (service.latency.empty()) {
    svg.text(left, y + 18, "no latency: nothing completed, or overloaded", "faint");
    return;
  }
  double x = left;
  for (const StageStyle& style : styles) {
    const Histogram& stage = service.stages.*style.stage;
    if (stage.empty()) continue;
    const double width = mean_ms(stage) * scale;
    const std::string hover = fmt::format("{}: mean {}, p50 {}, p95 {}, p99 {}", style.name, milliseconds(stage.mean()),
                                          milliseconds(stage.percentile(0.5)), milliseconds(stage.percentile(0.95)),
                                          milliseconds(stage.percentile(0.99)));
    svg.rect({x, y, width, bar_height}, style.fill, 0, hover);
    const std::string figure = three_digits(mean_ms(stage));
    if (text_width(figure, 11.5) + 8 < width) svg.text(x + width / 2, y + 17.5, figure, style.ink, Anchor::middle);
    x += width;
  }
  svg.text(x + 10, y + 18, milliseconds(service.latency.mean()), "figure");
}

void draw_legend(Svg& svg) {
  double x = left;
  for (const StageStyle& style : styles) {
    svg.rect({x, 4, 12, 12}, style.fill, 2);
    svg.text(x + 18, 14.5, style.name, "small");
    x += 18 + text_width(style.name, 12) + 24;
  }
}

}  // namespace

std::string draw_stage_bars(std::span<const Evaluation> evaluations) {
  const Evaluation& finest = evaluations.back();
  const std::vector<double> ticks = axis_ticks(longest(evaluations), 6);
  const double scale = (right - left) / ticks.back();
  const double group = static_cast<double>(evaluations.size()) * (bar_height + bar_gap) + group_gap;
  const double bottom = legend_height + group * static_cast<double>(finest.services.size());
  Svg svg{page_width, bottom + 24, "Mean time in each stage, by service and fidelity"};
  draw_legend(svg);
  for (const double tick : ticks) {
    const double x = left + tick * scale;
    svg.line(x, legend_height - 6, x, bottom - 8, "grid");
    svg.text(x, bottom + 8, fmt::format("{:g}{}", tick, tick == ticks.back() ? " ms" : ""), "faint", Anchor::middle);
  }
  double y = legend_height;
  for (const ServiceResult& shown : finest.services) {
    const ServiceResult* measured = find_service(finest, shown.name);
    svg.text(0, y + 18, shortened(shown.name, 110, 13), "name");
    for (const Evaluation& evaluation : evaluations) {
      const ServiceResult* service = find_service(evaluation, shown.name);
      svg.text(left - 12, y + 18, to_string(evaluation.fidelity), "faint", Anchor::end);
      if (service != nullptr) draw_bar(svg, *service, y, scale);
      if (service != nullptr && &evaluation != &finest) {
        const std::optional<double> error = relative_error_of_mean(service->latency, measured->latency);
        if (error) svg.text(page_width, y + 18, signed_percent(*error) + " error", "faint", Anchor::end);
      }
      y += bar_height + bar_gap;
    }
    y += group_gap;
  }
  return svg.finish();
}

}  // namespace continuo
