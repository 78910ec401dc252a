#include "report/text_sections.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "report/energy_rows.hh"
#include "report/figures.hh"
#include "report/link_traffic.hh"
#include "report/shift.hh"
#include "report/text_table.hh"

namespace continuo {
namespace {

using Align = TextTable::Align;

constexpr std::size_t resources_max = 14;  // the busiest; the others are counted

std::string heading(const std::string& title, const TextOptions& options) {
  return '\n' + inked(title, Ink::bold, options.colour) + '\n';
}

Cell figure(const Histogram& histogram, double quantile, std::optional<Duration> half_width) {
  if (histogram.empty()) return {unknown_figure, Ink::dim};
  return {three_digits(to_milliseconds(histogram.percentile(quantile))) + plus_minus(half_width)};
}

Cell mean_figure(const Histogram& histogram, std::optional<Duration> half_width = std::nullopt) {
  if (histogram.empty()) return {unknown_figure, Ink::dim};
  return {three_digits(histogram.summary().mean_ns / 1e6) + plus_minus(half_width)};
}

Cell error_cell(std::optional<double> error) {
  return {error ? signed_percent(*error) : unknown_figure, Ink::dim};
}

// Services in the order of the finest evaluation.
std::vector<std::string> service_names(std::span<const Evaluation> evaluations) {
  std::vector<std::string> names;
  for (const ServiceResult& service : evaluations.back().services) names.push_back(service.name);
  return names;
}

Ink load_ink(double load) { return load >= 1 ? Ink::bad : (load >= 0.8 ? Ink::warm : Ink::plain); }

std::string bar(double share, int width) {
  const int filled = std::clamp(static_cast<int>(share * width + 0.5), 0, width);
  return std::string(static_cast<std::size_t>(filled), '#') + std::string(static_cast<std::size_t>(width - filled), '.');
}

std::string wrapped(const std::string& text, std::size_t indent, const TextOptions& options) {
  const std::size_t width = std::max<std::size_t>(40, static_cast<std::size_t>(std::max(options.width, 0)));
  std::string out(indent, ' ');
  std::size_t column = indent;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t to = std::min(text.find(' ', from), text.size());
    const std::string word = text.substr(from, to - from);
    if (column > indent && column + 1 + columns_of(word) > width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    }
    if (column > indent) {
      out += ' ';
      ++column;
    }
    out += inked(word, Ink::plain, false);
    column += columns_of(word);
    from = to + 1;
  }
  return out + '\n';
}

std::string answers_by_stream(const ServiceResult& service, const Evaluation& evaluation) {
  std::string list;
  for (const auto& [stream, answers] : service.answers) {
    list += fmt::format("{}{} {}/{}", list.empty() ? "" : ", ", stream, answers.correct, answers.checked);
  }
  return fmt::format("correct: {} ({}): {}", service.name, to_string(evaluation.fidelity), list);
}

}  // namespace

std::string text_headline(std::span<const Evaluation> evaluations, const TextOptions& options) {
  const Evaluation& finest = evaluations.back();
  std::string text = inked(finest.scenario, Ink::bold, options.colour);
  text += fmt::format("   seed {}   {:.1f} s of load", finest.seed.value(), to_seconds(finest.duration));
  if (!finest.commit.empty()) text += "   commit " + inked(finest.commit, Ink::plain, false);
  text += "\n\n";
  TextTable table{{Align::left, Align::left, Align::left}};
  for (const Evaluation& evaluation : evaluations) {
    const bool measured = !evaluation.delivery.empty();
    const auto kept = std::ranges::count_if(evaluation.delivery, &DeliveryCheck::ok);
    Cell state{evaluation.feasible ? "feasible" : "NOT FEASIBLE", evaluation.feasible ? Ink::good : Ink::bad};
    if (!evaluation.valid) state = {"INVALID", Ink::bad};
    else if (measured) state = {fmt::format("valid: {} of {} delivery checks ok", kept, evaluation.delivery.size()), Ink::good};
    std::string busiest;
    if (!evaluation.bottleneck.empty()) {
      busiest = fmt::format("bottleneck: {} at {} of its capacity", evaluation.bottleneck,
                            percent(evaluation.bottleneck_load, 0)) + head_room_text(evaluation);
    }
    table.row({{to_string(evaluation.fidelity), Ink::bold}, state, {busiest, load_ink(evaluation.bottleneck_load)}});
  }
  text += table.render(options.colour);
  for (const Evaluation& evaluation : evaluations) {
    for (const std::string& reason : evaluation.invalid_because) {
      text += wrapped(fmt::format("{} is invalid: {}", to_string(evaluation.fidelity), reason), 2, options);
    }
  }
  for (const Evaluation& evaluation : evaluations) {
    std::string list;
    for (const auto& [time, what] : startup_steps(evaluation)) {
      list += fmt::format("{}{} after {:.2f} s", list.empty() ? "" : ", ", what, time / 1e3);
    }
    if (!list.empty()) text += wrapped(fmt::format("{} start: {}", to_string(evaluation.fidelity), list), 0, options);
  }
  return text;
}

std::string text_services(std::span<const Evaluation> evaluations, const TextOptions& options) {
  TextTable table{{Align::left, Align::left, Align::right, Align::right, Align::right, Align::right, Align::right,
                   Align::right, Align::left, Align::left}};
  table.head({{"service"}, {"fidelity"}, {"completed"}, {"failed"}, {"correct"}, {"p50 ms"}, {"p95 ms"}, {"p99 ms"},
              {"within SLO"}, {""}});
  std::string remarks;
  for (const std::string& name : service_names(evaluations)) {
    Cell title{name, Ink::bold};
    for (const Evaluation& evaluation : evaluations) {
      const ServiceResult* service = find_service(evaluation, name);
      if (service == nullptr) continue;
      const std::uint64_t lost = failed_in_all(*service);
      const Answers answers = answers_in_all(*service);
      Cell correct{unknown_figure, Ink::dim};
      if (answers.checked > 0) correct = {fmt::format("{}/{}", answers.correct, answers.checked)};
      Cell within{unknown_figure, Ink::dim};
      Cell met;
      if (service->slo) {
        within = {fmt::format("{} in {:g} ms", percent(service->slo->met_share), to_milliseconds(service->slo->bound))};
        const bool ok = slo_met(*service->slo);
        met = {fmt::format("{} (asked: {:g} %)", ok ? "met" : "MISSED", service->slo->quantile * 100),
               ok ? Ink::good : Ink::bad};
      }
      table.row({title, {to_string(evaluation.fidelity)},
                 {fmt::format("{}/{}", service->completed, service->generated), lost > 0 ? Ink::warm : Ink::plain},
                 lost > 0 ? Cell{std::to_string(lost), Ink::bad} : Cell{"0"}, correct,
                 figure(service->latency, 0.5, half_width_of(*service, &HalfWidths::p50)),
                 figure(service->latency, 0.95, half_width_of(*service, &HalfWidths::p95)),
                 figure(service->latency, 0.99, half_width_of(*service, &HalfWidths::p99)), within, met});
      title.text.clear();
      if (service->answers.size() > 1) remarks += wrapped(answers_by_stream(*service, evaluation), 0, options);
      if (lost > 0) {
        remarks += wrapped(fmt::format("failed: {} ({}): {}", name, to_string(evaluation.fidelity), failures(*service)), 0,
                          options);
      }
    }
    for (const Compared& compared : compared_with_last(evaluations, name)) {
      const auto error = [&](double quantile) {
        return error_cell(relative_error(compared.predicted->latency, compared.measured->latency, quantile));
      };
      table.row({{""}, {compared.label, Ink::dim}, {""}, {""}, {""}, error(0.5), error(0.95), error(0.99)});
    }
  }
  return heading("Latency, from the scheduled time of each request", options) + table.render(options.colour) + remarks;
}

std::string text_stages(std::span<const Evaluation> evaluations, const TextOptions& options) {
  TextTable table{{Align::left, Align::left, Align::right, Align::right, Align::right, Align::right, Align::right,
                   Align::right}};
  table.head({{"service"}, {"fidelity"}, {"prepare"}, {"uplink"}, {"queue"}, {"service"}, {"downlink"}, {"total"}});
  constexpr std::array stages{&Stages::prepare, &Stages::uplink, &Stages::queue, &Stages::service, &Stages::downlink};
  for (const std::string& name : service_names(evaluations)) {
    Cell title{name, Ink::bold};
    for (const Evaluation& evaluation : evaluations) {
      const ServiceResult* service = find_service(evaluation, name);
      if (service == nullptr) continue;
      std::vector<Cell> row{title, {to_string(evaluation.fidelity)}};
      for (const auto stage : stages) row.push_back(mean_figure(service->stages.*stage));
      row.push_back(mean_figure(service->latency, half_width_of(*service, &HalfWidths::mean)));
      table.row(std::move(row));
      title.text.clear();
    }
    for (const auto& [predicted, measured, label] : compared_with_last(evaluations, name)) {
      std::vector<Cell> row{{""}, {label, Ink::dim}};
      for (const auto stage : stages) {
        row.push_back(error_cell(relative_error_of_mean(predicted->stages.*stage, measured->stages.*stage)));
      }
      row.push_back(error_cell(relative_error_of_mean(predicted->latency, measured->latency)));
      table.row(std::move(row));
    }
  }
  return heading("Where the time goes: mean of each stage, ms", options) + table.render(options.colour);
}

namespace {

// The largest first; of many nodes some.
std::string shares_listed(std::vector<ServedShare> shares) {
  constexpr std::size_t listed_most = 24;
  std::ranges::stable_sort(shares, [](const auto& one, const auto& other) { return one.share > other.share; });
  const std::size_t listed = std::min(shares.size(), listed_most);
  std::string list;
  for (std::size_t place = 0; place < listed; ++place) {
    const ServedShare& served = shares[place];
    list += fmt::format("{}{} ({}) {}", place == 0 ? "" : ", ", served.node, served.variant, percent(served.share));
  }
  if (listed == shares.size()) return list;
  double rest = 0.0;
  for (std::size_t place = listed; place < shares.size(); ++place) rest += shares[place].share;
  return list + fmt::format(", and {} others {} together (all of them with --json)", shares.size() - listed, percent(rest));
}

}  // namespace

std::string text_served_by(std::span<const Evaluation> evaluations, const TextOptions& options) {
  TextTable table{{Align::left, Align::left, Align::left}};
  table.head({{"service"}, {"fidelity"}, {"node, variant, share of the completed requests"}});
  for (const std::string& name : service_names(evaluations)) {
    Cell title{name, Ink::bold};
    for (const Evaluation& evaluation : evaluations) {
      const ServiceResult* service = find_service(evaluation, name);
      if (service == nullptr) continue;
      const std::string list = shares_listed(service->by_node);
      table.row({title, {to_string(evaluation.fidelity)}, {list.empty() ? "none" : list}});
      title.text.clear();
    }
  }
  return heading("Who served", options) + table.render(options.colour);
}

std::string text_resources(std::span<const Evaluation> evaluations, const TextOptions& options) {
  std::vector<std::pair<double, std::string>> names;  // by the highest load of any evaluation, those that are no load last
  std::unordered_set<std::string_view> memory;
  std::unordered_map<std::string_view, std::size_t> places;  // there may be a million
  for (const Evaluation& evaluation : evaluations) {
    for (const ResourceLoad& resource : evaluation.resources) {
      const auto [place, is_new] = places.try_emplace(resource.name, names.size());
      if (is_new) names.emplace_back(0.0, resource.name);
      if (resource.kind == ResourceKind::memory) memory.insert(resource.name);
      double& most = names[place->second].first;
      most = std::max(most, resource.offered_load);
    }
  }
  if (names.empty()) return "";
  std::ranges::stable_sort(names, std::ranges::greater{}, [&](const auto& of) { return std::pair{!memory.contains(of.second), of.first}; });
  std::vector<Align> columns{Align::left, Align::left};
  std::vector<Cell> head{{"resource"}, {""}};
  for (const Evaluation& evaluation : evaluations) {
    columns.push_back(Align::right);
    head.push_back({to_string(evaluation.fidelity)});
  }
  columns.push_back(Align::left);
  TextTable table{columns};
  table.head(head);
  for (std::size_t index = 0; index < std::min(names.size(), resources_max); ++index) {
    const auto& [most, name] = names[index];
    std::vector<Cell> row{{name}, {bar(most, 20), load_ink(most)}};
    bool bottleneck = false;
    for (const Evaluation& evaluation : evaluations) {
      const ResourceLoad* load = find_resource(evaluation, name);
      row.push_back(load == nullptr ? Cell{unknown_figure, Ink::dim}
                                    : Cell{percent(load->offered_load, 0), load_ink(load->offered_load)});
      bottleneck = bottleneck || evaluation.bottleneck == name;
    }
    row.push_back({bottleneck ? "bottleneck" : "", Ink::bold});
    table.row(std::move(row));
  }
  std::string text = heading("Load offered to each resource, of its capacity", options) + table.render(options.colour);
  if (names.size() > resources_max) text += fmt::format("and {} less loaded\n", names.size() - resources_max);
  return text;
}

std::string text_inequalities(const Evaluation& evaluation, const TextOptions& options) {
  if (evaluation.inequalities.empty()) return "";
  TextTable table{{Align::left, Align::left, Align::right, Align::left, Align::right, Align::left, Align::left}};
  for (const Inequality& one : evaluation.inequalities) {
    table.row({{one.name}, {one.subject}, {three_digits(one.demand)}, {one.holds ? "<" : ">="}, {three_digits(one.capacity)},
               {one.unit}, {one.holds ? "holds" : "FAILS", one.holds ? Ink::good : Ink::bad}});
  }
  return heading("First-order inequalities of the " + std::string{to_string(evaluation.fidelity)}, options) +
         table.render(options.colour);
}

std::string text_delivery(const Evaluation& evaluation, const TextOptions& options) {
  if (evaluation.delivery.empty()) return "";
  TextTable table{{Align::left, Align::right, Align::right, Align::right, Align::left, Align::left, Align::left}};
  table.head({{"what"}, {"asked"}, {"got"}, {"tolerance"}, {""}, {""}, {""}});
  std::size_t unjudged = 0;
  std::string unjudged_names;
  for (const DeliveryCheck& check : evaluation.delivery) {
    if (std::isnan(check.delivered) && check.ok) {
      unjudged_names += (++unjudged == 1 ? "" : ", ") + check.what;
      continue;
    }
    table.row({{check.what}, {three_digits(check.requested)}, {three_digits(check.delivered)},
               {"+-" + three_digits(check.tolerance)}, {check.unit},
               {check.ok ? "ok" : "NOT DELIVERED", check.ok ? Ink::good : Ink::bad}, {check.note, Ink::dim}});
  }
  std::string text = heading(fmt::format("Delivery: what the scenario asks for and {} got", to_string(evaluation.fidelity)),
                             options) + table.render(options.colour);
  if (unjudged > 0) {
    text += wrapped(fmt::format("{} not judged, since too little was seen (--json says of what): {}", unjudged, unjudged_names),
                    0, options);
  }
  return text;
}

std::string text_dropped(const Evaluation& evaluation, const TextOptions& options) {
  TextTable table{{Align::left, Align::right, Align::left, Align::right, Align::right}};
  table.head({{"link"}, {"offered"}, {"dropped, by cause"}, {"doubled"}, {"corrupted"}});
  std::size_t links = 0;
  for (const LinkTraffic& link : traffic_by_link(evaluation)) {
    const PathTraffic& sum = link.sum;
    if (sum.dropped.empty() && sum.duplicated_packets == 0 && sum.corrupted_packets == 0) continue;
    ++links;
    table.row({{sum.link}, {std::to_string(sum.offered_packets)}, {causes_of(sum)}, {std::to_string(sum.duplicated_packets)},
               {std::to_string(sum.corrupted_packets)}});
  }
  return links == 0 ? "" : heading("Packets that links dropped, doubled or corrupted while the load ran", options) +
                               table.render(options.colour);
}

std::string text_events(const Evaluation& evaluation, const TextOptions& options) {
  if (evaluation.events.empty()) return "";
  TextTable table{{Align::right, Align::left}};
  for (const TimelineEvent& event : evaluation.events) {
    const bool observed = event.origin == EventOrigin::observed;
    const std::string late = event.late && *event.late >= std::chrono::milliseconds{1}
                                 ? fmt::format(" ({:.0f} ms late)", to_milliseconds(*event.late)) : "";
    table.row({{fmt::format("{:.1f} s", to_seconds(event.at))}, {event.what + late, observed ? Ink::plain : Ink::bold}});
  }
  std::string text = heading(fmt::format("Events of {}", to_string(evaluation.fidelity)), options);
  text += table.render(options.colour);
  if (const std::optional<Shift> shift = shift_of(evaluation)) {
    const double at = to_seconds(shift->at);
    text += wrapped(fmt::format("before {:.1f} s: {}", at, describe(shift->before)), 0, options);
    text += wrapped(fmt::format("after  {:.1f} s: {}", at, describe(shift->after)), 0, options);
  }
  return text;
}

std::string text_programs(const Evaluation& evaluation, const TextOptions& options) {
  constexpr std::size_t lines_max = 12;
  std::string text;
  for (const ProgramResult& program : evaluation.programs) {
    text += wrapped(fmt::format("{} on {} from {:.1f} s for {:.2f} s: {}", program.name, program.node,
                                to_seconds(program.started), to_seconds(program.ran), program.end), 0, options);
    std::istringstream output{program.output};
    std::string line;
    for (std::size_t count = 0; std::getline(output, line); ++count) {
      if (count == lines_max) {
        text += "  ... (all of it is in the JSON)\n";
        break;
      }
      std::ranges::replace(line, '\t', ' ');
      text += wrapped(line, 2, options);
    }
  }
  return text.empty() ? "" : heading(fmt::format("Programs of {}", to_string(evaluation.fidelity)), options) + text;
}

std::string text_notes(std::span<const Evaluation> evaluations, const TextOptions& options) {
  std::string text;
  for (const Evaluation& evaluation : evaluations) {
    for (const std::string& note : evaluation.notes) {
      const std::string prefix = note.starts_with(to_string(evaluation.fidelity))
                                     ? "" : std::string{to_string(evaluation.fidelity)} + ": ";
      text += wrapped(prefix + note, 2, options);
    }
  }
  return text.empty() ? "" : heading("Notes", options) + text;
}

}  // namespace continuo
