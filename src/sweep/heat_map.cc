#include "sweep/heat_map.hh"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "report/chart.hh"
#include "report/chart/sign.hh"
#include "report/figures.hh"
#include "report/svg.hh"

namespace continuo {
namespace {

constexpr double plot_width = 620;
constexpr double plot_height = 480;
constexpr double top = 100;
constexpr double legend_width = 240;
constexpr double tick_font = 12;
constexpr int colours = 10;
struct FigureWords {
  SweepFigure figure;
  const char* name;
  const char* title;
  const char* unit;
};
constexpr std::array<FigureWords, 10> figures{{{SweepFigure::mean, "mean", "Mean latency", "ms"},
                                              {SweepFigure::p50, "p50", "Median latency (p50)", "ms"},
                                              {SweepFigure::p95, "p95", "95th percentile of latency", "ms"},
                                              {SweepFigure::p99, "p99", "99th percentile of latency", "ms"},
                                              {SweepFigure::completed, "completed", "Requests completed", "requests"},
                                              {SweepFigure::failed, "failed", "Requests failed", "requests"},
                                              {SweepFigure::slo, "slo", "Share that meets the SLO", "%"},
                                              {SweepFigure::load, "load", "Load of the bottleneck", "%"},
                                              {SweepFigure::energy, "energy", "Energy of a request", "J"},
                                              {SweepFigure::cost, "cost", "Cost of a million requests", "in the scenario's currency"}}};

const FigureWords& words_of(SweepFigure figure) { return *std::ranges::find(figures, figure, &FigureWords::figure); }

bool is_latency(SweepFigure figure) {
  return figure == SweepFigure::mean || figure == SweepFigure::p50 || figure == SweepFigure::p95 || figure == SweepFigure::p99;
}

std::optional<double> value_of(const SweepRow& row, const HeatMap& map) {
  if (!row.error.empty() || map.service >= row.services.size()) return std::nullopt;
  if (is_latency(map.figure) && !row.feasible) return std::nullopt;
  const ServiceRow& service = row.services[map.service];
  switch (map.figure) {
    case SweepFigure::mean: return service.mean_ms;
    case SweepFigure::p50: return service.p50_ms;
    case SweepFigure::p95: return service.p95_ms;
    case SweepFigure::p99: return service.p99_ms;
    case SweepFigure::completed: return static_cast<double>(service.completed);
    case SweepFigure::failed: return static_cast<double>(service.failed);
    case SweepFigure::slo: return service.slo_met_share ? std::optional{*service.slo_met_share * 100} : std::nullopt;
    case SweepFigure::load: return row.bottleneck_load * 100;
    case SweepFigure::energy: return service.energy_j_per_request;
    case SweepFigure::cost: return row.cost_per_million;
  }
  return std::nullopt;
}

// Where things are: the axis labels on the left decide how wide the drawing is.
struct Layout {
  double left = 0.0;
  std::size_t columns = 1;
  std::size_t rows = 1;

  double cell_width() const { return plot_width / static_cast<double>(columns); }
  double cell_height() const { return plot_height / static_cast<double>(rows); }
  double right() const { return left + plot_width; }
  static double bottom() { return top + plot_height; }
  Box cell(std::size_t column, std::size_t row) const {
    return {left + static_cast<double>(column) * cell_width(), bottom() - static_cast<double>(row + 1) * cell_height(), cell_width(),
            cell_height()};
  }
  double width() const { return right() + legend_width; }
  static double height() { return bottom() + 84; }
};

double widest(const std::vector<std::string>& texts) {
  double width = 0.0;
  for (const std::string& text : texts) width = std::max(width, text_width(text, tick_font));
  return width;
}

// The first axis goes across, the second up; the last axis of a sweep varies fastest.
std::size_t point_at(const Layout& layout, std::size_t column, std::size_t row) { return column * layout.rows + row; }

class Drawing {
 public:
  Drawing(const HeatMap& map, const SweepHead& head, std::span<const std::optional<SweepRow>> rows)
      : map_{map}, head_{head}, rows_{rows},
        layout_{.left = std::max(70.0, 26 + widest(map.axes[1].values)), .columns = map.axes[0].values.size(),
                .rows = map.axes[1].values.size()},
        svg_{layout_.width(), Layout::height(),
             fmt::format("{} over {} and {}", words_of(map.figure).title, map.axes[0].path.text, map.axes[1].path.text)} {}

  std::string draw() {
    svg_.rect({0, 0, layout_.width(), Layout::height()}, "c-ground");
    draw_titles();
    const ChartAxis scale = scale_of_values();
    for (std::size_t column = 0; column < layout_.columns; ++column) {
      for (std::size_t row = 0; row < layout_.rows; ++row) draw_cell(column, row, scale);
    }
    draw_borders();
    draw_marks();
    draw_labels();
    draw_legend(scale);
    return chart_file(svg_, layout_.width(), Layout::height());
  }

 private:
  const SweepRow* at(std::size_t column, std::size_t row) const {
    const std::size_t point = point_at(layout_, column, row);
    return point < rows_.size() && rows_[point] ? &*rows_[point] : nullptr;
  }
  // Nothing: nobody serves there, or it is not feasible.
  std::string winner(std::size_t column, std::size_t row) const {
    const SweepRow* point = at(column, row);
    if (point == nullptr || !point->feasible || map_.service >= point->services.size()) return "";
    return point->services[map_.service].tier;
  }

  ChartAxis scale_of_values() {
    double least = std::numeric_limits<double>::infinity();
    double greatest = -least;
    for (const auto& row : rows_) {
      const auto value = row ? value_of(*row, map_) : std::nullopt;
      if (!value || !std::isfinite(*value)) continue;
      known_ = true;
      least = std::min(least, *value);
      greatest = std::max(greatest, *value);
    }
    return known_ ? ChartAxis::between(least, greatest) : ChartAxis::between(0.0, 1.0);
  }

  static int colour_of(const ChartAxis& scale, double value) {
    return std::clamp(static_cast<int>(scale.position(value) * colours), 0, colours - 1);
  }

  void draw_titles() {
    const FigureWords& words = words_of(map_.figure);
    std::string title = words.title;
    if (map_.figure != SweepFigure::load && map_.service < head_.services.size()) title += " of " + head_.services[map_.service];
    const double room = plot_width + legend_width - 20;
    const std::string subtitle =
        fmt::format("{}, at {}, seed {}", map_.scenario, to_string(head_.fidelity), head_.seed.value());
    svg_.text(layout_.left, 32, shortened(fmt::format("{} [{}]", title, words.unit), room, 17), "c-title");
    svg_.text(layout_.left, 54, shortened(subtitle, room, 13), "c-sub");
    svg_.text(layout_.left, top - 14, shortened(map_.axes[1].path.text, plot_width, 13), "c-strong");
    svg_.text(layout_.left + plot_width / 2, Layout::bottom() + 48, shortened(map_.axes[0].path.text, plot_width, 13),
              "c-strong", Anchor::middle);
  }

  void draw_cell(std::size_t column, std::size_t row, const ChartAxis& scale) {
    const Box box = layout_.cell(column, row);
    const SweepRow* point = at(column, row);
    const auto value = point != nullptr ? value_of(*point, map_) : std::nullopt;
    const bool drawn = value && std::isfinite(*value);
    const int colour = drawn ? colour_of(scale, *value) : 0;
    const bool infeasible = point != nullptr && point->error.empty() && !point->feasible;
    const std::string style = drawn ? fmt::format("c-cell c-{}", colour) : "c-cell c-nothing";
    svg_.rect(box, style, 0, infeasible ? "" : hover(column, row, value));
    if (infeasible) svg_.rect(box, "c-hatch", 0, hover(column, row, value));
    if (point != nullptr && !point->error.empty()) {
      const double arm = std::min({5.0, 0.25 * box.width, 0.25 * box.height});
      const double x = box.x + box.width / 2;
      const double y = box.y + box.height / 2;
      svg_.line(x - arm, y - arm, x + arm, y + arm, "c-leader");
      svg_.line(x - arm, y + arm, x + arm, y - arm, "c-leader");
      has_errors_ = true;
    }
    has_infeasible_ = has_infeasible_ || infeasible;
    has_missing_ = has_missing_ || point == nullptr || (!drawn && point->feasible && point->error.empty());
    const std::string tier = winner(column, row);
    const auto found = std::ranges::find(map_.tiers, tier);
    if (map_.tiers.size() < 2 || tier.empty() || found == map_.tiers.end()) return;
    const bool roomy = drawn && box.width >= 44 && box.height >= 38;
    const double radius = std::clamp(0.16 * std::min(box.width, box.height), 1.6, 6.0);
    draw_sign(svg_, static_cast<std::size_t>(found - map_.tiers.begin()), box.x + box.width / 2,
              box.y + box.height / 2 - (roomy ? 8 : 0), radius);
    if (!roomy) return;
    svg_.text(box.x + box.width / 2, box.y + box.height / 2 + 14, three_digits(*value),
              colour >= 5 ? "c-in-dark" : "c-in-light", Anchor::middle);
  }

  std::string hover(std::size_t column, std::size_t row, const std::optional<double>& value) const {
    std::string words = fmt::format("{} = {}, {} = {}: ", map_.axes[0].path.text, map_.axes[0].values[column],
                                    map_.axes[1].path.text, map_.axes[1].values[row]);
    const SweepRow* point = at(column, row);
    if (point == nullptr) return words + "not evaluated";
    if (!point->error.empty()) return words + point->error;
    if (value) words += with_unit(*value, words_of(map_.figure).unit) + ", ";
    if (!point->feasible) words += "not feasible, ";
    if (const std::string tier = winner(column, row); !tier.empty()) words += tier + " serves most, ";
    return words + fmt::format("bottleneck {} at {}", point->bottleneck, percent(point->bottleneck_load, 0));
  }

  // Lines between cells where another tier serves most.
  void draw_borders() {
    const auto differ = [](const std::string& one, const std::string& other) {
      return !one.empty() && !other.empty() && one != other;
    };
    for (std::size_t column = 0; column < layout_.columns; ++column) {
      for (std::size_t row = 0; row < layout_.rows; ++row) {
        const Box box = layout_.cell(column, row);
        if (column + 1 < layout_.columns && differ(winner(column, row), winner(column + 1, row))) {
          svg_.line(box.x + box.width, box.y, box.x + box.width, box.y + box.height, "c-border");
        }
        if (row + 1 < layout_.rows && differ(winner(column, row), winner(column, row + 1))) {
          svg_.line(box.x, box.y, box.x + box.width, box.y, "c-border");
        }
      }
    }
    svg_.rect({layout_.left, top, plot_width, plot_height}, "c-frame");
  }

  void draw_marks() {
    for (const HeatMark& mark : map_.marks) {
      if (!mark.across || !mark.up) continue;
      const double x = layout_.left + *mark.across * layout_.cell_width();
      const double y = Layout::bottom() - *mark.up * layout_.cell_height();
      svg_.circle(x, y, 8, "c-spot");
      svg_.text(x + 13, y + 5, mark.name, "c-strong c-halo");
    }
  }

  // As many as there is room for, at even distances.
  void draw_labels() {
    const auto& across = map_.axes[0].values;
    const auto every = static_cast<std::size_t>(std::ceil((widest(across) + 14) / layout_.cell_width()));
    for (std::size_t column = 0; column < across.size(); column += std::max<std::size_t>(1, every)) {
      const double x = layout_.cell(column, 0).x + layout_.cell_width() / 2;
      svg_.line(x, Layout::bottom(), x, Layout::bottom() + 5, "c-mark-line");
      svg_.text(x, Layout::bottom() + 21, across[column], "c-tick", Anchor::middle);
    }
    const auto& up = map_.axes[1].values;
    const auto each = static_cast<std::size_t>(std::ceil(18 / layout_.cell_height()));
    for (std::size_t row = 0; row < up.size(); row += std::max<std::size_t>(1, each)) {
      const double y = layout_.cell(0, row).y + layout_.cell_height() / 2;
      svg_.line(layout_.left - 5, y, layout_.left, y, "c-mark-line");
      svg_.text(layout_.left - 9, y + 4, up[row], "c-tick", Anchor::end);
    }
  }

  void draw_legend(const ChartAxis& scale) {
    const double x = layout_.right() + 24;
    double y = top + 10;
    if (known_) {
      constexpr double bar = 190;
      svg_.text(x, y, fmt::format("{} [{}]{}", to_string(map_.figure), words_of(map_.figure).unit,
                                  scale.logarithmic() ? ", logarithmic" : ""), "c-strong");
      y += 12;
      for (int colour = 0; colour < colours; ++colour) {
        svg_.rect({x, y + bar * (colours - 1 - colour) / colours, 20, bar / colours}, fmt::format("c-{}", colour));
      }
      svg_.rect({x, y, 20, bar}, "c-frame");
      for (const double tick : scale.ticks()) {
        const double at = y + bar * (1 - scale.position(tick));
        svg_.line(x + 20, at, x + 25, at, "c-leader");
        svg_.text(x + 30, at + 4, fmt::format("{:g}", tick), "c-tick");
      }
      y += bar + 34;
    }
    draw_tier_legend(x, y);
    const auto sample = [&](std::string_view style, std::string_view words) {
      svg_.rect({x, y - 11, 20, 15}, "c-nothing");
      svg_.rect({x, y - 11, 20, 15}, style);
      svg_.rect({x, y - 11, 20, 15}, "c-frame");
      svg_.text(x + 30, y + 1, words, "c-text");
      y += 24;
    };
    if (has_infeasible_) sample("c-hatch", "not feasible");
    if (has_missing_) sample("c-nothing", "not known");
    if (has_errors_) {
      svg_.line(x + 5, y - 9, x + 15, y + 1, "c-leader");
      svg_.line(x + 5, y + 1, x + 15, y - 9, "c-leader");
      svg_.text(x + 30, y + 1, "not a valid scenario", "c-text");
      y += 24;
    }
    draw_mark_legend(x, y);
  }

  void draw_mark_legend(double x, double y) {
    for (const HeatMark& mark : map_.marks) {
      y += 8;
      svg_.circle(x + 10, y - 4, 8, "c-spot");
      svg_.text(x + 30, y, shortened(mark.name, legend_width - 70, 13), "c-strong");
      for (const std::string& remark : mark.remarks) svg_.text(x + 30, y += 16, shortened(remark, legend_width - 60, 12), "c-tick");
      y += 18;
    }
  }

  void draw_tier_legend(double x, double& y) {
    if (map_.tiers.size() < 2) return;
    std::vector<std::size_t> seen;
    for (std::size_t tier = 0; tier < map_.tiers.size(); ++tier) {
      for (std::size_t column = 0; column < layout_.columns && (seen.empty() || seen.back() != tier); ++column) {
        for (std::size_t row = 0; row < layout_.rows; ++row) {
          if (winner(column, row) != map_.tiers[tier]) continue;
          seen.push_back(tier);
          break;
        }
      }
    }
    if (seen.empty()) return;
    svg_.text(x, y, "serves most", "c-strong");
    y += 24;
    constexpr std::size_t shown_max = 6;
    for (std::size_t index = 0; index < std::min(seen.size(), shown_max); ++index) {
      draw_sign(svg_, seen[index], x + 10, y - 4, 6);
      svg_.text(x + 30, y, shortened(map_.tiers[seen[index]], legend_width - 70, 13), "c-text");
      y += 24;
    }
    y += 8;
  }

  const HeatMap& map_;
  const SweepHead& head_;
  std::span<const std::optional<SweepRow>> rows_;
  Layout layout_;
  Svg svg_;
  bool known_ = false;
  bool has_infeasible_ = false;
  bool has_errors_ = false;
  bool has_missing_ = false;
};

}  // namespace

const char* to_string(SweepFigure figure) { return words_of(figure).name; }

std::optional<SweepFigure> sweep_figure_called(std::string_view name) {
  const auto found = std::ranges::find(figures, name, [](const FigureWords& words) { return std::string_view{words.name}; });
  return found == figures.end() ? std::nullopt : std::optional{found->figure};
}

std::string draw_heat_map(const HeatMap& map, const SweepHead& head, std::span<const std::optional<SweepRow>> rows) {
  assert(map.axes.size() == 2);
  return Drawing{map, head, rows}.draw();
}

}  // namespace continuo
