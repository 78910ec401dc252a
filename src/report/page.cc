// The page: its head, the key figures, the charts and the tables, in the order in which one asks.
#include <fmt/format.h>

#include <sstream>

#include "report/distribution.hh"
#include "report/energy_rows.hh"
#include "report/figures.hh"
#include "report/html.hh"
#include "report/html_tables.hh"
#include "report/page_style.hh"
#include "report/shift.hh"
#include "report/stage_bars.hh"
#include "report/svg.hh"
#include "report/timeline.hh"
#include "report/topology.hh"

namespace continuo {
namespace {

std::string section(const std::string& title, const std::string& explanation, const std::string& body) {
  return fmt::format("<section>\n<h2>{}</h2>\n<p>{}</p>\n{}</section>\n", html_escape(title), html_escape(explanation), body);
}

std::string card(const std::string& body) { return "<div class=\"card\">\n" + body + "</div>\n"; }

std::string verdict(const Evaluation& evaluation) {
  const bool good = evaluation.valid && evaluation.feasible;
  std::string state = evaluation.feasible ? "feasible" : "not feasible";
  if (!evaluation.valid) state = "invalid";
  else if (!evaluation.delivery.empty()) state = evaluation.feasible ? "valid" : "valid, overloaded";
  std::string busiest;
  if (!evaluation.bottleneck.empty()) {
    busiest = fmt::format("bottleneck {} at {}", evaluation.bottleneck, percent(evaluation.bottleneck_load, 0)) + head_room_text(evaluation);
  }
  return fmt::format("<div class=\"verdict{}\"><i></i><b>{}</b> {} <span>{}</span></div>\n", good ? "" : " bad",
                     to_string(evaluation.fidelity), state, html_escape(busiest));
}

std::string alarm(const Evaluation& evaluation) {
  if (evaluation.valid) return "";
  std::string list;
  for (const std::string& reason : evaluation.invalid_because) list += "<li>" + html_escape(reason) + "</li>";
  return fmt::format("<div class=\"alarm\"><b>The {} run is invalid.</b> It did not get what the scenario asks for, so its "
                     "figures answer another question.<ul>{}</ul></div>\n", to_string(evaluation.fidelity), list);
}

std::string page_header(std::span<const Evaluation> evaluations) {
  const Evaluation& finest = evaluations.back();
  std::string facts = fmt::format("<span>seed <b>{}</b></span><span>load <b>{:.1f} s</b></span>", finest.seed.value(),
                                  to_seconds(finest.duration));
  if (!finest.commit.empty()) facts += "<span>commit <b>" + html_escape(finest.commit) + "</b></span>";
  for (const Evaluation& evaluation : evaluations) {
    for (const auto& [time, what] : startup_steps(evaluation)) {
      facts += fmt::format("<span>{} after <b>{:.2f} s</b></span>", html_escape(what), time / 1e3);
    }
  }
  std::string verdicts;
  std::string alarms;
  for (const Evaluation& evaluation : evaluations) {
    verdicts += verdict(evaluation);
    alarms += alarm(evaluation);
  }
  return fmt::format("<header>\n<p class=\"mark\">continuo evaluation</p>\n<h1>{}</h1>\n<p class=\"facts\">{}</p>\n"
                     "<div class=\"verdicts\">\n{}</div>\n{}</header>\n",
                     html_escape(finest.scenario), facts, verdicts, alarms);
}

std::string key_card(const ServiceResult& service, std::span<const Evaluation> evaluations) {
  std::string badge;
  if (service.slo) {
    const bool met = slo_met(*service.slo);
    badge = fmt::format("<span class=\"badge {}\">SLO {}</span>", met ? "good" : "bad", met ? "met" : "missed");
  }
  std::string big = service.latency.empty() ? unknown_figure
                                            : three_digits(to_milliseconds(service.latency.percentile(0.95)));
  std::string sub = "95th percentile of " + std::string{to_string(evaluations.back().fidelity)};
  for (const Evaluation& evaluation : evaluations.first(evaluations.size() - 1)) {
    const ServiceResult* predicted = find_service(evaluation, service.name);
    if (predicted == nullptr || predicted->latency.empty()) continue;
    sub += fmt::format("; {} says {}", to_string(evaluation.fidelity), milliseconds(predicted->latency.percentile(0.95)));
    if (const auto error = relative_error(predicted->latency, service.latency, 0.95)) sub += " (" + signed_percent(*error) + ")";
  }
  std::string list = fmt::format("<dt>completed</dt><dd>{} of {}</dd>", service.completed, service.generated);
  const Answers answers = answers_in_all(service);
  if (answers.checked > 0) {
    list += fmt::format("<dt>answers correct</dt><dd>{}</dd>",
                        percent(static_cast<double>(answers.correct) / static_cast<double>(answers.checked)));
  }
  if (service.slo) {
    list += fmt::format("<dt>within {:g} ms</dt><dd>{}</dd>", to_milliseconds(service.slo->bound),
                        percent(service.slo->met_share));
  }
  return fmt::format("<div class=\"card key\"><h3>{}{}</h3><p class=\"big\">{} <small>ms</small></p><p class=\"sub\">{}</p>"
                     "<dl>{}</dl></div>\n", html_escape(service.name), badge, big, html_escape(sub), list);
}

std::string key_figures(std::span<const Evaluation> evaluations) {
  std::string cards;
  for (const ServiceResult& service : evaluations.back().services) cards += key_card(service, evaluations);
  return cards.empty() ? "" : "<section><div class=\"grid\">\n" + cards + "</div></section>\n";
}

std::string distributions(std::span<const Evaluation> evaluations) {
  std::string keys = fmt::format("<span><i></i>{}</span>", to_string(evaluations.back().fidelity));
  for (const Evaluation& evaluation : evaluations.first(evaluations.size() - 1)) {
    const char* style = evaluation.fidelity == Fidelity::model ? "model" : "simulate";
    keys += fmt::format("<span><i class=\"{}\"></i>{}</span>", style, to_string(evaluation.fidelity));
  }
  keys += "<span><i class=\"bound\"></i>service level objective</span>";
  std::string charts;
  for (const ServiceResult& service : evaluations.back().services) {
    charts += card(draw_distribution(evaluations, service.name));
  }
  return "<p class=\"keys\">" + keys + "</p>\n<div class=\"pair\">\n" + charts + "</div>\n";
}

std::string timelines(std::span<const Evaluation> evaluations) {
  std::string sections;
  for (const Evaluation& evaluation : evaluations) {
    const std::string drawing = draw_timeline(evaluation);
    if (drawing.empty()) continue;
    std::string explanation = fmt::format("Requests completed each second in {}, by the node that served them, and how long they took. "
                                          "A line is something that happened; in grey what was only seen to happen.",
                                          to_string(evaluation.fidelity));
    if (const std::optional<Shift> shift = shift_of(evaluation)) {
      explanation += fmt::format(" Before {:.1f} s: {}. After: {}.", to_seconds(shift->at), describe(shift->before),
                                 describe(shift->after));
    }
    sections += section("What happened when", explanation, card(drawing));
  }
  return sections;
}

std::string programs(std::span<const Evaluation> evaluations) {
  std::string body;
  for (const Evaluation& evaluation : evaluations) {
    for (const ProgramResult& program : evaluation.programs) {
      body += fmt::format("<h3>{} on {}</h3><p class=\"sub\">{}; from {:.1f} s, for {:.2f} s: {}</p>\n",
                          html_escape(program.name), html_escape(program.node), html_escape(program.command),
                          to_seconds(program.started), to_seconds(program.ran), html_escape(program.end));
      std::istringstream output{program.output};
      std::string text;
      for (std::string line; std::getline(output, line);) text += html_escape(line) + "\n";
      if (!text.empty()) body += "<pre>" + text + "</pre>\n";
    }
  }
  return body.empty() ? "" : section("Programs", "What ran on the nodes beside the services, and what it printed.", card(body));
}

std::string notes(std::span<const Evaluation> evaluations) {
  std::string list;
  for (const Evaluation& evaluation : evaluations) {
    for (const std::string& note : evaluation.notes) list += "<li>" + html_escape(note) + "</li>\n";
  }
  return list.empty() ? "" : "<section><h2>Notes</h2><ul class=\"notes\">\n" + list + "</ul></section>\n";
}

}  // namespace

std::string render_html(const Scenario& scenario, std::span<const Evaluation> evaluations) {
  std::string body;
  if (evaluations.empty()) {
    body = "<header><h1>" + html_escape(scenario.name) + "</h1><p>Nothing was evaluated.</p></header>\n";
  } else {
    const Evaluation& finest = evaluations.back();
    const std::string fidelity = to_string(finest.fidelity);
    body = page_header(evaluations) + key_figures(evaluations);
    body += section("Topology", "Each node with what it served and the load on its CPU, each link with its delay and rate, as "
                                "asked" + std::string{finest.delivery.empty() ? "." : " and as measured in " + fidelity + "."},
                    card(draw_topology(scenario, finest)));
    if (!finest.services.empty()) {
      body += section("Where the time goes", "Mean time of a request in each stage. A stage's percentiles show on hovering.",
                      card(draw_stage_bars(evaluations)));
      body += section("How latency is distributed", "Share of the completed requests answered within a time.",
                      distributions(evaluations));
    }
    body += timelines(evaluations) + programs(evaluations);
    body += section("Figures", "From every request, none trimmed.",
                    "<div class=\"tables\">\n" + html_latency_table(evaluations) + html_resource_table(evaluations) + html_energy_table(evaluations) +
                        html_delivery_table(evaluations) + html_traffic_table(evaluations) + html_served_table(evaluations) +
                        html_inequality_table(evaluations) + "</div>\n");
    body += notes(evaluations);
  }
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         html_escape(scenario.name) + " \u00b7 continuo</title>\n<style>" + page_style + "</style>\n</head>\n<body>\n<main>\n" +
         body + "</main>\n</body>\n</html>\n";
}

}  // namespace continuo
