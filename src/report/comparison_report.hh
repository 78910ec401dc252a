// A Comparison for people and for programs.
#pragma once

#include <string>

#include "report/comparison.hh"
#include "report/text.hh"

namespace continuo {

// A table with one row a service of each pair, then the overall figures and the worst points.
std::string render_comparison_text(const Comparison& comparison, LatencyFigure figure, const TextOptions& options);
// {mape_mean, mape_p95, ..., by_fidelity, worst, pairs}: shares, not percent; docs/compare.md has the fields. Ends with a
// line feed.
std::string render_comparison_json(const Comparison& comparison, LatencyFigure figure);
// Predicted over measured, one point a service of each pair that counts, with a diagonal; the worst three are named. A file of
// its own, and the same in a page with the table.
std::string render_comparison_svg(const Comparison& comparison, LatencyFigure figure);
std::string render_comparison_html(const Comparison& comparison, LatencyFigure figure);

inline constexpr std::size_t worst_named = 3;

}  // namespace continuo
