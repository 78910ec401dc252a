// The few SVG elements that the charts need. Every text is escaped here and nowhere else; colours come from CSS classes of
// the page (page_style.hh), so that light, dark and print share one drawing.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace continuo {

// Safe between tags and in quoted attributes; control characters become spaces.
std::string html_escape(std::string_view text);

enum class Anchor { start, middle, end };

struct Box {
  double x = 0.0;
  double y = 0.0;
  double width = 0.0;
  double height = 0.0;
};

class Svg {
 public:
  // `label` is what a screen reader says.
  Svg(double width, double height, std::string_view label);

  void rect(const Box& box, std::string_view style, double radius = 0.0, std::string_view hover = {});
  void line(double x1, double y1, double x2, double y2, std::string_view style);
  void circle(double x, double y, double radius, std::string_view style, std::string_view hover = {});
  void path(std::string_view commands, std::string_view style, std::string_view hover = {});
  void polyline(const std::vector<std::pair<double, double>>& points, std::string_view style);
  void text(double x, double y, std::string_view words, std::string_view style, Anchor anchor = Anchor::start);

  std::string finish() const;

 private:
  std::string body_;
};

// About how wide a text is, to know whether it fits: proportional fonts of the page at this size.
double text_width(std::string_view text, double font_size);
// Cut to fit, with an ellipsis.
std::string shortened(std::string_view text, double width, double font_size);

// Round steps (1, 2 or 5 times a power of ten) from 0 to at least `end`, about `count` of them.
std::vector<double> axis_ticks(double end, int count);

}  // namespace continuo
