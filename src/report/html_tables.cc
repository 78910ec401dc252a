#include "report/html_tables.hh"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "report/energy_rows.hh"
#include "report/figures.hh"
#include "report/link_traffic.hh"
#include "report/svg.hh"

namespace continuo {
namespace {

constexpr std::size_t resources_max = 40;  // the busiest
constexpr std::size_t links_max = 40;      // the same

class HtmlTable {
 public:
  explicit HtmlTable(const std::string& caption) : html_{"<table><caption>" + html_escape(caption) + "</caption>\n"} {}

  // Names that start with "#" are of columns of figures.
  HtmlTable& head(const std::vector<std::string>& names) {
    html_ += "<tr>";
    for (const std::string& name : names) {
      html_ += name.starts_with('#') ? "<th class=\"num\">" + html_escape(name.substr(1)) : "<th>" + html_escape(name);
      html_ += "</th>";
    }
    html_ += "</tr>\n";
    return *this;
  }
  HtmlTable& row() {
    if (open_) html_ += "</tr>\n";
    html_ += "<tr>";
    open_ = true;
    return *this;
  }
  HtmlTable& cell(const std::string& text, const std::string& style = "") {
    html_ += style.empty() ? "<td>" : "<td class=\"" + style + "\">";
    html_ += html_escape(text) + "</td>";
    return *this;
  }
  HtmlTable& figure(const std::string& text, const std::string& style = "") {
    return cell(text, style.empty() ? "num" : "num " + style);
  }
  // Trusted markup.
  HtmlTable& markup(const std::string& html) {
    html_ += "<td>" + html + "</td>";
    return *this;
  }
  std::string finish() const { return html_ + (open_ ? "</tr>\n" : "") + "</table>\n"; }

 private:
  std::string html_;
  bool open_ = false;
};

std::string card(const std::string& table, const char* style = "card") {
  return fmt::format("<div class=\"{}\">{}</div>\n", style, table);
}

std::string at(const Histogram& histogram, double quantile) {
  return histogram.empty() ? unknown_figure : three_digits(to_milliseconds(histogram.percentile(quantile)));
}

std::string error_of(const ServiceResult& predicted, const ServiceResult& measured, double quantile) {
  const std::optional<double> error = relative_error(predicted.latency, measured.latency, quantile);
  return error ? signed_percent(*error) : unknown_figure;
}

// Of those that replications tell.
std::optional<Duration> half_width_at(const ServiceResult& service, double quantile) {
  if (quantile == 0.5) return half_width_of(service, &HalfWidths::p50);
  if (quantile == 0.95) return half_width_of(service, &HalfWidths::p95);
  if (quantile == 0.99) return half_width_of(service, &HalfWidths::p99);
  return std::nullopt;
}

const char* load_style(double load) { return load >= 1 ? "bad" : (load >= 0.8 ? "hot" : ""); }

}  // namespace

std::string html_latency_table(std::span<const Evaluation> evaluations) {
  HtmlTable table{"Latency in ms, from the scheduled time of each request"};
  table.head({"service", "fidelity", "#completed", "#failed", "#correct", "#mean", "#p50", "#p90", "#p95", "#p99", "#p99.9",
              "#max", "#within SLO"});
  for (const ServiceResult& shown : evaluations.back().services) {
    for (const Evaluation& evaluation : evaluations) {
      const ServiceResult* service = find_service(evaluation, shown.name);
      if (service == nullptr) continue;
      const std::uint64_t lost = failed_in_all(*service);
      const Answers answers = answers_in_all(*service);
      table.row().cell(&evaluation == &evaluations.front() ? shown.name : "").cell(to_string(evaluation.fidelity));
      table.figure(fmt::format("{} of {}", service->completed, service->generated));
      table.figure(lost == 0 ? "0" : failures(*service), lost == 0 ? "" : "bad");
      table.figure(answers.checked == 0 ? unknown_figure : fmt::format("{} of {}", answers.correct, answers.checked));
      const Histogram& latency = service->latency;
      const std::string mean = latency.empty() ? unknown_figure : three_digits(latency.summary().mean_ns / 1e6);
      table.figure(mean + plus_minus(half_width_of(*service, &HalfWidths::mean)));
      for (const double quantile : {0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
        table.figure(at(latency, quantile) + plus_minus(half_width_at(*service, quantile)));
      }
      if (service->slo) table.figure(percent(service->slo->met_share), slo_met(*service->slo) ? "good" : "bad");
      else table.figure(unknown_figure);
    }
    for (const auto& [predicted, measured, label] : compared_with_last(evaluations, shown.name)) {
      table.row().cell("").cell(label, "soft").cell("").cell("").cell("");
      const std::optional<double> mean = relative_error_of_mean(predicted->latency, shown.latency);
      table.figure(mean ? signed_percent(*mean) : unknown_figure, "soft");
      for (const double quantile : {0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
        table.figure(error_of(*predicted, shown, quantile), "soft");
      }
      table.cell("");
    }
  }
  return card(table.finish(), "card wide");
}

std::string html_served_table(std::span<const Evaluation> evaluations) {
  HtmlTable table{"Who served"};
  table.head({"service", "fidelity", "node", "variant", "#requests", "#share"});
  for (const ServiceResult& shown : evaluations.back().services) {
    std::string name = shown.name;
    for (const Evaluation& evaluation : evaluations) {
      const ServiceResult* service = find_service(evaluation, shown.name);
      if (service == nullptr) continue;
      std::vector<ServedShare> shares = service->by_node;
      std::ranges::stable_sort(shares, [](const auto& one, const auto& other) { return one.share > other.share; });
      for (const ServedShare& served : shares) {
        table.row().cell(name).cell(to_string(evaluation.fidelity), "soft").cell(served.node).cell(served.variant, "soft");
        table.figure(std::to_string(served.requests)).figure(percent(served.share));
        name.clear();
      }
    }
  }
  return card(table.finish());
}

std::string html_resource_table(std::span<const Evaluation> evaluations) {
  std::vector<ResourceLoad> shown;
  std::set<std::string> seen;
  for (auto evaluation = evaluations.rbegin(); evaluation != evaluations.rend(); ++evaluation) {
    for (const ResourceLoad& resource : evaluation->resources) {
      if (seen.insert(resource.name).second) shown.push_back(resource);
    }
  }
  if (shown.empty()) return "";
  std::ranges::stable_sort(shown, std::ranges::greater{}, [](const ResourceLoad& of) { return std::pair{of.kind != ResourceKind::memory, of.offered_load}; });
  if (shown.size() > resources_max) shown.resize(resources_max);
  HtmlTable table{"Load offered to each resource, of its capacity"};
  std::vector<std::string> head{"resource", ""};
  for (const Evaluation& evaluation : evaluations) head.push_back(std::string{"#"} + to_string(evaluation.fidelity));
  table.head(head);
  for (const ResourceLoad& resource : shown) {
    const bool bottleneck = resource.name == evaluations.back().bottleneck;
    const double width = std::clamp(resource.offered_load, 0.0, 1.0) * 100;
    const char* ink = resource.offered_load >= 1 ? "full" : (resource.offered_load >= 0.8 ? "hot" : "plain");
    table.row().markup(html_escape(resource.name) +
                       (bottleneck ? " <span class=\"badge bad\">bottleneck</span>" : ""));
    table.markup(fmt::format("<span class=\"meter\"><i class=\"{}\" style=\"width:{:.1f}%\"></i></span>", ink, width));
    for (const Evaluation& evaluation : evaluations) {
      const ResourceLoad* load = find_resource(evaluation, resource.name);
      if (load == nullptr) table.figure(unknown_figure);
      else table.figure(percent(load->offered_load, 0), load_style(load->offered_load));
    }
  }
  return card(table.finish());
}

std::string html_energy_table(std::span<const Evaluation> evaluations) {
  const EnergyRows rows = energy_rows(evaluations);
  if (rows.rows.empty()) return "";
  HtmlTable table{"Energy and cost"};
  std::vector<std::string> head{"of", "by"};
  for (const Evaluation& evaluation : evaluations) head.insert(head.end(), {std::string{"#"} + to_string(evaluation.fidelity), "#mean"});
  table.head(head);
  for (const EnergyRow& row : rows.rows) {
    table.row().cell(row.what).cell(row.figure, "soft");
    for (const EnergyRow::Said& said : row.said) table.figure(said.amount).figure(said.power, "soft");
  }
  std::string below;
  if (rows.links_left_out > 0) below += fmt::format("<p class=\"sub\">and {} links that take less</p>", rows.links_left_out);
  if (rows.has_usual) below += "<p class=\"sub\">" + html_escape(usual_energy_note) + "</p>";
  return card(table.finish() + below, "card wide");
}

std::string html_inequality_table(std::span<const Evaluation> evaluations) {
  std::string cards;
  for (const Evaluation& evaluation : evaluations) {
    if (evaluation.inequalities.empty()) continue;
    HtmlTable table{fmt::format("First-order inequalities of the {}", to_string(evaluation.fidelity))};
    table.head({"inequality", "where", "#demand", "#capacity", "", ""});
    for (const Inequality& one : evaluation.inequalities) {
      table.row().cell(one.name).cell(one.subject, "soft").figure(three_digits(one.demand)).figure(three_digits(one.capacity));
      table.cell(one.unit, "soft").cell(one.holds ? "holds" : "fails", one.holds ? "good" : "bad");
    }
    cards += card(table.finish(), "card wide");
  }
  return cards;
}

std::string html_delivery_table(std::span<const Evaluation> evaluations) {
  std::string cards;
  for (const Evaluation& evaluation : evaluations) {
    if (evaluation.delivery.empty()) continue;
    HtmlTable table{fmt::format("Delivery: what the scenario asks for, and what {} got", to_string(evaluation.fidelity))};
    table.head({"what", "#asked", "#got", "#tolerance", "", ""});
    for (const DeliveryCheck& check : evaluation.delivery) {
      const std::string verdict = check.ok ? "ok" : "not delivered";
      table.row().cell(check.what).figure(three_digits(check.requested)).figure(three_digits(check.delivered));
      table.figure("\u00b1" + three_digits(check.tolerance)).cell(check.unit, "soft");
      table.cell(check.note.empty() ? verdict : verdict + ": " + check.note, check.ok ? "good" : "bad");
    }
    cards += card(table.finish());
  }
  return cards;
}

std::string html_traffic_table(std::span<const Evaluation> evaluations) {
  std::string cards;
  for (const Evaluation& evaluation : evaluations) {
    std::vector<LinkTraffic> links = traffic_by_link(evaluation);
    if (links.empty()) continue;
    if (links.size() > links_max) links.resize(links_max);
    HtmlTable table{fmt::format("Packets on each link while the load ran, by {}", to_string(evaluation.fidelity))};
    table.head({"link", "#pairs of nodes", "#offered", "#MB", "#delivered", "dropped, by cause", "#doubled", "#corrupted",
                "#p99 of the wait, ms"});
    for (const LinkTraffic& link : links) {
      const auto waited = waited_less_than(link.sum, 0.99);
      table.row().cell(link.sum.link).figure(std::to_string(link.paths)).figure(std::to_string(link.sum.offered_packets));
      table.figure(three_digits(static_cast<double>(link.sum.offered.count()) / 1e6));
      table.figure(std::to_string(link.sum.delivered_packets)).cell(causes_of(link.sum));
      table.figure(std::to_string(link.sum.duplicated_packets)).figure(std::to_string(link.sum.corrupted_packets));
      table.figure(waited ? "< " + three_digits(to_milliseconds(*waited)) : unknown_figure);
    }
    cards += card(table.finish(), "card wide");
  }
  return cards;
}

}  // namespace continuo
