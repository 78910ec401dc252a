// Evaluation to JSON. The reverse is in evaluation_json_parse.cc.
#include "result/evaluation_json.hh"

#include <cmath>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "result/json_text.hh"

namespace continuo {
namespace {

namespace json = boost::json;

json::value number(double value) { return std::isfinite(value) ? json::value(value) : json::value(nullptr); }

json::value if_known(std::optional<double> value) { return value ? number(*value) : json::value(nullptr); }

template <class List, class Function>
json::array list_of(const List& list, Function function) {
  json::array array;
  for (const auto& element : list) array.push_back(function(element));
  return array;
}

json::array strings(const std::vector<std::string>& list) {
  return list_of(list, [](const std::string& text) { return json::value(text); });
}

json::object counts(const std::map<std::string, std::uint64_t>& map) {
  json::object object;
  for (const auto& [key, count] : map) object[key] = count;
  return object;
}

json::value latency_figures(const Histogram& histogram) {
  if (histogram.empty()) return nullptr;
  const Histogram::Summary summary = histogram.summary();
  const auto at = [&](double quantile) { return to_milliseconds(histogram.percentile(quantile)); };
  return json::object{{"mean", number(summary.mean_ns / 1e6)}, {"sd", number(summary.sd_ns / 1e6)},
                      {"min", to_milliseconds(summary.min)}, {"p50", at(0.5)}, {"p90", at(0.9)}, {"p95", at(0.95)},
                      {"p99", at(0.99)}, {"p999", at(0.999)}, {"max", to_milliseconds(summary.max)}};
}

json::value stage_figures(const Histogram& histogram) {
  if (histogram.empty()) return nullptr;
  const auto at = [&](double quantile) { return to_milliseconds(histogram.percentile(quantile)); };
  return json::object{{"mean", number(histogram.summary().mean_ns / 1e6)}, {"p50", at(0.5)}, {"p95", at(0.95)},
                      {"p99", at(0.99)}};
}

json::value histogram_buckets(const Histogram& histogram) {
  json::array upper;
  json::array count;
  for (const Histogram::Bucket& bucket : histogram.buckets()) {
    upper.push_back(bucket.upper.count());
    count.push_back(bucket.count);
  }
  const Histogram::Summary summary = histogram.summary();
  return json::object{{"mean_ns", number(summary.mean_ns)}, {"sd_ns", number(summary.sd_ns)},
                      {"min_ns", summary.min.count()}, {"max_ns", summary.max.count()},
                      {"upper_ns", std::move(upper)}, {"count", std::move(count)}};
}

json::value to_json(const ServiceResult& service) {
  const Stages& stages = service.stages;
  json::object object;
  object["name"] = service.name;
  object["requests"] = json::object{{"generated", service.generated}, {"completed", service.completed},
                                    {"failed", counts(service.failed)}};
  object["latency_ms"] = latency_figures(service.latency);
  object["stages_ms"] = json::object{{"prepare", stage_figures(stages.prepare)}, {"uplink", stage_figures(stages.uplink)},
                                     {"queue", stage_figures(stages.queue)}, {"service", stage_figures(stages.service)},
                                     {"downlink", stage_figures(stages.downlink)}};
  object["by_node"] = list_of(service.by_node, [](const ServedShare& served) {
    return json::object{{"node", served.node}, {"variant", served.variant}, {"share", number(served.share)},
                        {"requests", served.requests}};
  });
  if (service.slo) {
    object["slo"] = json::object{{"bound_ms", to_milliseconds(service.slo->bound)},
                                 {"quantile", number(service.slo->quantile)},
                                 {"met_share", number(service.slo->met_share)}};
  }
  if (service.half_widths) {
    const HalfWidths& widths = *service.half_widths;
    object["latency_ms_half_width"] = json::object{{"mean", to_milliseconds(widths.mean)}, {"p50", to_milliseconds(widths.p50)},
                                                   {"p95", to_milliseconds(widths.p95)}, {"p99", to_milliseconds(widths.p99)}};
  }
  json::object answers;
  for (const auto& [stream, answer] : service.answers) {
    answers[stream] = json::object{{"checked", answer.checked}, {"correct", answer.correct}};
  }
  object["answers"] = std::move(answers);
  object["histograms"] = json::object{
      {"latency", histogram_buckets(service.latency)}, {"prepare", histogram_buckets(stages.prepare)},
      {"uplink", histogram_buckets(stages.uplink)}, {"queue", histogram_buckets(stages.queue)},
      {"service", histogram_buckets(stages.service)}, {"downlink", histogram_buckets(stages.downlink)}};
  return object;
}

json::value to_json(const ResourceLoad& resource) {
  return json::object{{"name", resource.name}, {"kind", to_string(resource.kind)},
                      {"utilisation", number(resource.utilisation)}, {"offered_load", number(resource.offered_load)},
                      {"head_room", if_known(head_room(resource))}};
}

json::value to_json(const EnergyUse& use) {
  const double seconds = to_seconds(use.time);
  const auto mean_power = [&](Energy energy) { return number(energy.joules() / seconds); };
  json::object object{{"time_s", seconds}, {"total_j", use.total().joules()}, {"idle_j", use.idle().joules()},
                      {"dynamic_j", use.dynamic().joules()}, {"links_j", use.of_links().joules()},
                      {"beside_j", use.beside.joules()}};
  object["tiers"] = list_of(use.tiers, [&](const TierEnergy& tier) {
    json::object entry{{"name", tier.name}, {"nodes", tier.nodes}, {"idle_w", tier.idle_power.watts()},
                       {"busy_w", tier.busy_power.watts()}, {"usual", tier.is_usual}, {"idle_j", tier.idle.joules()},
                       {"dynamic_j", tier.dynamic.joules()}, {"mean_w", mean_power(tier.idle + tier.dynamic)}};
    if (tier.cost) entry["cost"] = *tier.cost;
    return entry;
  });
  object["nodes"] = list_of(use.nodes, [&](const NodeEnergy& node) {
    return json::object{{"name", node.name}, {"idle_j", node.idle.joules()}, {"dynamic_j", node.dynamic.joules()},
                        {"mean_w", mean_power(node.idle + node.dynamic)}};
  });
  object["links"] = list_of(use.links, [&](const LinkEnergy& link) {
    return json::object{{"name", link.name}, {"nj_per_bit", link.per_bit.nanojoules()}, {"usual", link.is_usual},
                        {"bytes", link.carried.count()}, {"energy_j", link.energy.joules()}, {"mean_w", mean_power(link.energy)}};
  });
  object["services"] = list_of(use.services, [&](const ServiceEnergy& service) {
    const auto joules = [](std::optional<Energy> energy) { return energy ? json::value(energy->joules()) : json::value(nullptr); };
    return json::object{{"name", service.name}, {"completed", service.completed}, {"dynamic_j", service.dynamic.joules()},
                        {"links_j", service.links.joules()}, {"marginal_j_per_request", joules(marginal_per_request(service))},
                        {"j_per_request", joules(whole_per_request(use, service))}};
  });
  if (const auto cost = use.cost()) {
    object["cost"] = json::object{{"currency", use.currency}, {"total", number(*cost)}, {"per_million_requests", if_known(cost_per_million(use))}};
  }
  return object;
}

json::value to_json(const Inequality& inequality) {
  return json::object{{"name", inequality.name}, {"subject", inequality.subject},
                      {"demand", number(inequality.demand)}, {"capacity", number(inequality.capacity)},
                      {"unit", inequality.unit}, {"holds", inequality.holds}};
}

json::value to_json(const DeliveryCheck& check) {
  return json::object{{"what", check.what}, {"unit", check.unit}, {"requested", number(check.requested)},
                      {"delivered", number(check.delivered)}, {"tolerance", number(check.tolerance)},
                      {"ok", check.ok}, {"note", check.note}};
}

json::value to_json(const NetworkStackUsed& stack) {
  return json::object{{"tier", stack.tier}, {"congestion_control", stack.congestion_control},
                      {"initial_window", stack.initial_window}, {"slow_start_after_idle", stack.slow_start_after_idle},
                      {"receive_buffer_max", stack.receive_buffer_max.count()},
                      {"send_buffer_max", stack.send_buffer_max.count()}, {"mtu", stack.mtu.count()}};
}

json::value to_json(const PathTraffic& path) {
  return json::object{{"link", path.link}, {"from", path.from}, {"to", path.to},
                      {"offered_packets", path.offered_packets}, {"offered_bytes", path.offered.count()},
                      {"delivered_packets", path.delivered_packets}, {"delivered_bytes", path.delivered.count()},
                      {"duplicated_packets", path.duplicated_packets}, {"corrupted_packets", path.corrupted_packets},
                      {"dropped", counts(path.dropped)},
                      {"queueing", list_of(path.queueing, [](const PathTraffic::Waited& waited) {
                         return json::object{{"below_ms", to_milliseconds(waited.below)}, {"packets", waited.packets}};
                       })}};
}

json::value to_json(const Evaluation& evaluation) {
  json::object startup;
  for (const auto& [what, milliseconds] : evaluation.startup_ms) startup[what] = number(milliseconds);
  json::object object;
  object["schema"] = "continuo.evaluation/1";
  object["scenario"] = evaluation.scenario;
  object["fidelity"] = to_string(evaluation.fidelity);
  object["seed"] = evaluation.seed.value();
  object["commit"] = evaluation.commit;
  object["duration_s"] = to_seconds(evaluation.duration);
  object["valid"] = evaluation.valid;
  object["invalid_because"] = strings(evaluation.invalid_because);
  object["services"] = list_of(evaluation.services, [](const ServiceResult& service) { return to_json(service); });
  object["resources"] = list_of(evaluation.resources, [](const ResourceLoad& load) { return to_json(load); });
  object["feasible"] = evaluation.feasible;
  object["bottleneck"] = json::object{{"resource", evaluation.bottleneck},
                                      {"offered_load", number(evaluation.bottleneck_load)},
                                      {"head_room", if_known(head_room(evaluation))}};
  if (evaluation.energy) object["energy"] = to_json(*evaluation.energy);
  object["delivery"] = list_of(evaluation.delivery, [](const DeliveryCheck& check) { return to_json(check); });
  object["inequalities"] = list_of(evaluation.inequalities, [](const Inequality& one) { return to_json(one); });
  object["events"] = list_of(evaluation.events, [](const TimelineEvent& event) {
    json::object entry{{"at_s", to_seconds(event.at)}, {"what", event.what}, {"origin", to_string(event.origin)}};
    if (event.late) entry["late_ms"] = to_milliseconds(*event.late);
    return entry;
  });
  object["timeline"] = list_of(evaluation.timeline, [](const TimelineSlice& slice) {
    json::object entry{{"from_s", to_seconds(slice.from)}, {"to_s", to_seconds(slice.to)},
                       {"completed_by_node", counts(slice.completed_by_node)}, {"failed", slice.failed}};
    if (slice.latency_p50) entry["latency_p50_ms"] = to_milliseconds(*slice.latency_p50);
    if (slice.latency_p95) entry["latency_p95_ms"] = to_milliseconds(*slice.latency_p95);
    return entry;
  });
  object["programs"] = list_of(evaluation.programs, [](const ProgramResult& program) {
    json::object entry{{"name", program.name}, {"node", program.node}, {"command", program.command},
                       {"started_s", to_seconds(program.started)}, {"ran_s", to_seconds(program.ran)},
                       {"end", program.end}, {"output", program.output}};
    if (program.status) entry["status"] = *program.status;
    return entry;
  });
  object["traffic"] = list_of(evaluation.traffic, [](const PathTraffic& path) { return to_json(path); });
  object["startup_ms"] = std::move(startup);
  object["network_stack"] = list_of(evaluation.network_stack, [](const NetworkStackUsed& stack) { return to_json(stack); });
  if (evaluation.replications) {
    const Replications& replications = *evaluation.replications;
    object["replications"] = json::object{
        {"count", replications.seeds.size()},
        {"seeds", list_of(replications.seeds, [](Seed seed) { return json::value(seed.value()); })},
        {"confidence", number(replications.confidence)}};
  }
  object["notes"] = strings(evaluation.notes);
  return object;
}

}  // namespace

std::string serialise(const Evaluation& evaluation) { return to_text(to_json(evaluation)); }

std::string serialise(std::span<const Evaluation> evaluations) {
  return to_text(list_of(evaluations, [](const Evaluation& evaluation) { return to_json(evaluation); })) + '\n';
}

}  // namespace continuo
