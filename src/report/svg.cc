#include "report/svg.hh"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/text_table.hh"

namespace continuo {
namespace {

// The end of an element, with what is shown while the pointer is over it.
std::string ending(std::string_view element, std::string_view hover) {
  return hover.empty() ? "/>\n" : fmt::format("><title>{}</title></{}>\n", html_escape(hover), element);
}

const char* to_string(Anchor anchor) {
  switch (anchor) {
    case Anchor::start: return "start";
    case Anchor::middle: return "middle";
    case Anchor::end: return "end";
  }
  return "start";
}

}  // namespace

std::string html_escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char letter : text) {
    switch (letter) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f ? ' ' : letter;
    }
  }
  return escaped;
}

Svg::Svg(double width, double height, std::string_view label)
    : body_{fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n", width, height,
                        html_escape(label))} {}

void Svg::rect(const Box& box, std::string_view style, double radius, std::string_view hover) {
  body_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"{:.1f}\" class=\"{}\"", box.x,
                       box.y, std::max(0.0, box.width), std::max(0.0, box.height), radius, html_escape(style));
  body_ += ending("rect", hover);
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view style) {
  body_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2, y2,
                       html_escape(style));
}

void Svg::circle(double x, double y, double radius, std::string_view style, std::string_view hover) {
  body_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" class=\"{}\"", x, y, radius, html_escape(style));
  body_ += ending("circle", hover);
}

void Svg::path(std::string_view commands, std::string_view style, std::string_view hover) {
  body_ += fmt::format("<path d=\"{}\" class=\"{}\"", html_escape(commands), html_escape(style));
  body_ += ending("path", hover);
}

void Svg::polyline(const std::vector<std::pair<double, double>>& points, std::string_view style) {
  body_ += "<polyline points=\"";
  for (const auto& [x, y] : points) body_ += fmt::format("{:.1f},{:.1f} ", x, y);
  body_ += fmt::format("\" class=\"{}\"/>\n", html_escape(style));
}

void Svg::text(double x, double y, std::string_view words, std::string_view style, Anchor anchor) {
  body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" class=\"{}\">{}</text>\n", x, y,
                       to_string(anchor), html_escape(style), html_escape(words));
}

std::string Svg::finish() const { return body_ + "</svg>\n"; }

double text_width(std::string_view text, double font_size) {
  constexpr double mean_advance = 0.56;  // of the font size, for the sans-serif fonts that the page asks for
  return static_cast<double>(columns_of(text)) * mean_advance * font_size;
}

std::string shortened(std::string_view text, double width, double font_size) {
  if (text_width(text, font_size) <= width) return std::string{text};
  std::string kept{text};
  while (!kept.empty() && text_width(kept + ".", font_size) > width) {
    // A character of UTF-8 goes whole.
    while (!kept.empty() && (static_cast<unsigned char>(kept.back()) & 0xc0) == 0x80) kept.pop_back();
    if (!kept.empty()) kept.pop_back();
  }
  return kept + "\u2026";
}

std::vector<double> axis_ticks(double end, int count) {
  if (!(end > 0.0) || !std::isfinite(end)) end = 1.0;
  const double rough = end / std::max(1, count);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * 0.999) {
      step = factor * power;
      break;
    }
  }
  std::vector<double> ticks;
  for (int index = 0; ticks.empty() || ticks.back() < end * 0.999; ++index) ticks.push_back(index * step);
  return ticks;
}

}  // namespace continuo
