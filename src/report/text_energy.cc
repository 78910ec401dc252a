// The table of energy and cost in the text report.
#include <fmt/format.h>

#include "report/energy_rows.hh"
#include "report/text_sections.hh"
#include "report/text_table.hh"

namespace continuo {

std::string text_energy(std::span<const Evaluation> evaluations, const TextOptions& options) {
  using Align = TextTable::Align;
  const EnergyRows rows = energy_rows(evaluations);
  if (rows.rows.empty()) return "";
  std::vector<Align> columns{Align::left, Align::left};
  std::vector<Cell> head{{"of"}, {"by"}};
  for (const Evaluation& evaluation : evaluations) {
    columns.insert(columns.end(), {Align::right, Align::right});
    head.insert(head.end(), {{to_string(evaluation.fidelity)}, {"mean"}});
  }
  TextTable table{columns};
  table.head(head);
  for (const EnergyRow& row : rows.rows) {
    const Ink ink = row.is_sum ? Ink::bold : Ink::plain;
    std::vector<Cell> cells{{row.what, ink}, {row.figure, Ink::dim}};
    for (const EnergyRow::Said& said : row.said) cells.insert(cells.end(), {{said.amount, ink}, {said.power, Ink::dim}});
    table.row(std::move(cells));
  }
  std::string text = '\n' + inked("Energy and cost", Ink::bold, options.colour) + '\n' + table.render(options.colour);
  if (rows.links_left_out > 0) text += fmt::format("and {} links that take less\n", rows.links_left_out);
  if (rows.has_usual) text += std::string{usual_energy_note} + '\n';
  return text;
}

}  // namespace continuo
