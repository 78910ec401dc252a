#include "sweep/figure/draw_figure.hh"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "report/chart/panel.hh"
#include "report/chart/scatter.hh"
#include "report/figures.hh"
#include "sweep/figure/figure_map.hh"

namespace continuo {
namespace {

// The numbers that names begin with, if all do and have one unit behind: then points stand where their numbers are.
std::vector<double> numbers_of(const FigureAxis& axis) {
  std::vector<double> numbers;
  std::set<std::string> units;
  for (const FigurePoint& point : axis.points) {
    double number = 0.0;
    const char* const end = point.name.data() + point.name.size();
    const auto [stopped, failure] = std::from_chars(point.name.data(), end, number, std::chars_format::fixed);
    if (failure != std::errc{} || !std::isfinite(number)) return {};
    units.insert(std::string{stopped, end});
    numbers.push_back(number);
  }
  return units.size() == 1 ? numbers : std::vector<double>{};
}

constexpr const char* published_name = "published";

class Drawing {
 public:
  Drawing(const Figure& figure, const FigureValues& values) : figure_{figure}, values_{values}, numbers_{numbers_of(figure.x)} {
    for (const auto& [key, row] : values) {
      if (row.error.empty()) seen_.insert(key.fidelity);
    }
  }

  Panel panel(FigureValue value) const {
    return figure_.kind == FigureKind::lines ? Panel{lines(value)} : Panel{bars(value)};
  }

 private:
  const FigureRow* row_at(const FigurePoint& x, const FigurePoint& series, Fidelity fidelity) const {
    const auto found = values_.find({x.name, series.name, fidelity});
    return found == values_.end() || !found->second.error.empty() ? nullptr : &found->second;
  }
  const PublishedValue* published_at(const FigurePoint& x, const FigurePoint& series, FigureValue value) const {
    const FigureValue wanted = value == FigureValue::stages ? FigureValue::mean : value;
    const auto found = std::ranges::find_if(figure_.published, [&](const PublishedValue& published) {
      return published.x == x.name && published.series == series.name && published.value == wanted;
    });
    return found == figure_.published.end() ? nullptr : &*found;
  }
  bool has_published(FigureValue value) const {
    const FigureValue wanted = value == FigureValue::stages ? FigureValue::mean : value;
    return std::ranges::any_of(figure_.published, [&](const PublishedValue& published) { return published.value == wanted; });
  }

  ChartTitle words(FigureValue value) const {
    std::set<std::string> seeds;
    std::string at;
    for (const Fidelity fidelity : seen_) {
      std::set<std::string> durations;
      std::size_t invalid = 0;
      for (const auto& [key, row] : values_) {
        if (key.fidelity != fidelity || !row.error.empty()) continue;
        seeds.insert(std::to_string(row.seed.value()));
        durations.insert(fmt::format("{:g} s", row.duration_s));
        if (!row.valid) ++invalid;
      }
      const std::string length = durations.size() == 1 ? *durations.begin() : "runs of unlike length";
      at += fmt::format("{}{} ({}{})", at.empty() ? "at " : ", ", to_string(fidelity), length,
                        invalid > 0 ? fmt::format("; {} invalid", invalid) : "");
    }
    const bool one = seeds.size() == 1;
    const std::string by = has_published(value) && !figure_.published_by.empty() ? "; published: " + figure_.published_by : "";
    return {fmt::format("{}: {} [{}]", figure_.title, title_of(value), unit_of(value)),
            fmt::format("{}, {} {}{}", at.empty() ? "nothing evaluated" : at, one ? "seed" : "seeds", seeds.empty() ? "-" : fmt::format("{}", fmt::join(seeds, ", ")), by)};
  }

  std::string hover(const FigurePoint& x, const FigurePoint& series, const FigureRow& row, FigureValue value) const {
    std::string text = name_of(FigureCell{.x = x.name, .series = series.name});
    text += fmt::format(", {}: ", to_string(row.key.fidelity));
    const auto amount = value_of(row, value);
    text += amount ? with_unit(*amount, unit_of(value)) : "no bounds";
    text += fmt::format("; bottleneck {} at {}", row.bottleneck.empty() ? "none" : row.bottleneck, percent(row.bottleneck_load, 0));
    return text + (row.valid ? "" : "; the run is invalid");
  }

  bool has_whiskers(FigureValue value) const { return figure_.whiskers != Whiskers::none && (value == FigureValue::mean || value == FigureValue::stages); }
  std::string whiskers_name() const { return figure_.whiskers == Whiskers::sd ? "sd" : "p5 to p95"; }
  template <class Mark>
  void add_whiskers(const FigureRow& row, FigureValue value, Mark& mark) const {
    if (!has_whiskers(value)) return;
    if (figure_.whiskers == Whiskers::p5_p95) {
      mark.low = row.p5_ms;
      mark.high = row.p95_ms;
    } else if (row.mean_ms && row.sd_ms) {
      mark.low = std::max(0.0, *row.mean_ms - *row.sd_ms);
      mark.high = *row.mean_ms + *row.sd_ms;
    }
  }

  std::optional<Bar> bar_of(const FigurePoint& x, const FigurePoint& series, Fidelity fidelity, FigureValue value) const {
    const FigureRow* row = row_at(x, series, fidelity);
    if (row == nullptr) return std::nullopt;
    const auto amount = value_of(*row, value);
    Bar bar{.hover = hover(x, series, *row, value)};
    if (!amount) {
      bar.boundless = !row->feasible;
      return bar.boundless ? std::optional{bar} : std::nullopt;
    }
    bar.parts = value == FigureValue::stages && !row->stages_ms.empty() ? row->stages_ms : std::vector{*amount};
    add_whiskers(*row, value, bar);
    return bar;
  }

  std::optional<Bar> published_bar(const FigurePoint& x, const FigurePoint& series, FigureValue value) const {
    const PublishedValue* published = published_at(x, series, value);
    if (published == nullptr) return std::nullopt;
    Bar bar{.parts = {published->amount}, .hover = std::string{published_name} + ": " + with_unit(published->amount, unit_of(value))};
    if (published->sd) {
      bar.low = std::max(0.0, published->amount - *published->sd);
      bar.high = published->amount + *published->sd;
    }
    return bar;
  }

  BarChart bars(FigureValue value) const {
    BarChart chart{.words = words(value), .up = fmt::format("{} [{}]", title_of(value), unit_of(value)), .across = figure_.x.label,
                   .unit = unit_of(value), .whiskers = whiskers_name()};
    if (value == FigureValue::stages) chart.parts.assign(stage_names.begin(), stage_names.end());
    for (const Fidelity fidelity : seen_) {
      std::string letter{to_string(fidelity)};
      letter = static_cast<char>(letter.front() - 'a' + 'A');
      chart.series.push_back({to_string(fidelity), fidelity_style(fidelity), letter});
    }
    if (has_published(value)) chart.series.push_back({std::string{published_name}, "c-published", "P"});
    for (const FigurePoint& series : figure_.series.points) {
      BarSection section{series.name, {}};
      for (const FigurePoint& x : figure_.x.points) {
        if (!series.only.empty() && std::ranges::find(series.only, x.name) == series.only.end()) continue;
        BarGroup group{x.name, {}};
        for (const Fidelity fidelity : seen_) group.bars.push_back(bar_of(x, series, fidelity, value));
        if (has_published(value)) group.bars.push_back(published_bar(x, series, value));
        section.groups.push_back(std::move(group));
      }
      chart.sections.push_back(std::move(section));
    }
    return chart;
  }

  Line line_of(std::size_t series_index, Fidelity fidelity, std::size_t kind, FigureValue value) const {
    Line line{.series = series_index, .kind = kind, .points = {}};
    const FigurePoint& series = figure_.series.points[series_index];
    for (std::size_t index = 0; index < figure_.x.points.size(); ++index) {
      const FigurePoint& x = figure_.x.points[index];
      const FigureRow* row = row_at(x, series, fidelity);
      if (row == nullptr) continue;
      const auto amount = value_of(*row, value);
      if (!amount && row->feasible) continue;
      LinePoint point{.x = x_of(index), .y = amount.value_or(0.0), .boundless = !amount, .hover = hover(x, series, *row, value)};
      if (fidelity == *seen_.rbegin()) add_whiskers(*row, value, point);
      line.points.push_back(std::move(point));
    }
    return line;
  }

  double x_of(std::size_t index) const { return numbers_.empty() ? static_cast<double>(index) : numbers_[index]; }

  LineChart lines(FigureValue value) const {
    LineChart chart{.words = words(value), .across = figure_.x.label, .up = fmt::format("{} [{}]", title_of(value), unit_of(value)),
                    .series_label = figure_.series.label, .whiskers = whiskers_name()};
    if (numbers_.empty()) {
      for (const FigurePoint& x : figure_.x.points) chart.names.push_back(x.name);
    }
    for (const FigurePoint& series : figure_.series.points) {
      if (!series.name.empty()) chart.series.push_back(series.name);
    }
    for (const Fidelity fidelity : seen_) {
      const auto kind = chart.kinds.size();
      switch (fidelity) {
        case Fidelity::model: chart.kinds.push_back({"model", Stroke::dashed, Marking::none}); break;
        case Fidelity::simulate: chart.kinds.push_back({"simulate", Stroke::solid, Marking::small}); break;
        case Fidelity::emulate:
        case Fidelity::deploy: chart.kinds.push_back({to_string(fidelity), Stroke::none, Marking::ring});
      }
      for (std::size_t series = 0; series < figure_.series.points.size(); ++series) chart.lines.push_back(line_of(series, fidelity, kind, value));
    }
    if (!has_published(value)) return chart;
    chart.kinds.push_back({std::string{published_name}, Stroke::none, Marking::filled});
    for (std::size_t series = 0; series < figure_.series.points.size(); ++series) {
      Line line{.series = series, .kind = chart.kinds.size() - 1, .points = {}};
      for (std::size_t index = 0; index < figure_.x.points.size(); ++index) {
        const auto bar = published_bar(figure_.x.points[index], figure_.series.points[series], value);
        if (bar) line.points.push_back({.x = x_of(index), .y = bar->parts.front(), .low = bar->low, .high = bar->high, .hover = bar->hover});
      }
      chart.lines.push_back(std::move(line));
    }
    return chart;
  }

  const Figure& figure_;
  const FigureValues& values_;
  std::vector<double> numbers_;
  std::set<Fidelity> seen_;
};

}  // namespace

std::string draw_figure(const Figure& figure, const FigureValues& values) {
  if (figure.kind == FigureKind::heat_map) return draw_figure_map(figure, values);
  const Drawing drawing{figure, values};
  std::vector<Panel> panels;
  for (const FigureValue value : figure.show) panels.push_back(drawing.panel(value));
  return draw_panels(panels, figure.title);
}

}  // namespace continuo
