#include "report/text.hh"

#include "report/text_sections.hh"

namespace continuo {

std::string render_text(std::span<const Evaluation> evaluations, const TextOptions& options) {
  if (evaluations.empty()) return "nothing was evaluated\n";
  std::string text = text_headline(evaluations, options);
  text += text_services(evaluations, options);
  text += text_stages(evaluations, options);
  text += text_served_by(evaluations, options);
  text += text_resources(evaluations, options);
  text += text_energy(evaluations, options);
  for (const Evaluation& evaluation : evaluations) text += text_inequalities(evaluation, options);
  for (const Evaluation& evaluation : evaluations) text += text_delivery(evaluation, options) + text_dropped(evaluation, options);
  for (const Evaluation& evaluation : evaluations) text += text_events(evaluation, options);
  for (const Evaluation& evaluation : evaluations) text += text_programs(evaluation, options);
  return text + text_notes(evaluations, options);
}

}  // namespace continuo
