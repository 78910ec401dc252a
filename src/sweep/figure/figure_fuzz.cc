// libFuzzer target: a figure's file and, behind a first byte of 'v', its values are read or refused, and what is read can be drawn.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target figure_fuzz
//   build/fuzz/bin/figure_fuzz -max_total_time=300 -max_len=8192 -timeout=10
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sweep/figure/draw_figure.hh"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace continuo;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (text.starts_with('v')) {
    const auto rows = read_figure_rows(text.substr(1));
    if (const auto* read = std::get_if<FigureRows>(&rows)) {
      require(read->whole <= size);
      FigureValues values;
      for (const FigureRow& row : read->rows) values[row.key] = row;
      Figure figure{.title = "t", .base = {}, .x = {"", {{"1"}, {"2"}}}, .series = {"", {{""}}}};
      for (const FigureKind kind : {FigureKind::bars, FigureKind::lines, FigureKind::heat_map}) {
        figure.kind = kind;
        require(!draw_figure(figure, values).empty());
      }
    }
    return 0;
  }
  const auto parsed = parse_figure(text, "figure.yaml");
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    require(!errors->empty());
    for (const ScenarioError& error : *errors) require(!error.message.empty());
    return 0;
  }
  const auto& figure = std::get<Figure>(parsed);
  require(!figure.show.empty());
  require(!figure.series.points.empty());
  FigureValues values;
  for (const FigureCell& cell : cells_of(figure)) {
    require(!cell.scenario.empty());
    FigureRow row{.key = {cell.x, cell.series, Fidelity::model}};
    row.mean_ms = 10.0;
    values[row.key] = row;
  }
  require(!draw_figure(figure, values).empty());
  return 0;
}
