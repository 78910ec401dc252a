// JSON to Evaluation. Every reader names the field it could not read.
#include <limits>
#include <stdexcept>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "result/evaluation_json.hh"

namespace continuo {
namespace {

namespace json = boost::json;

constexpr std::size_t depth_max = 16;  // the schema needs 7

[[noreturn]] void fail(std::string_view what) { throw std::runtime_error{fmt::format("evaluation: {}", what)}; }

const json::value& member(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) fail(fmt::format("\"{}\" is missing", key));
  return *value;
}

const json::object& as_object(const json::value& value, std::string_view key) {
  if (!value.is_object()) fail(fmt::format("\"{}\" is not an object", key));
  return value.get_object();
}

const json::array& array_at(const json::object& object, std::string_view key) {
  const json::value& value = member(object, key);
  if (!value.is_array()) fail(fmt::format("\"{}\" is not a list", key));
  return value.get_array();
}

const json::object& object_at(const json::object& object, std::string_view key) {
  return as_object(member(object, key), key);
}

std::string to_string(const json::value& value, std::string_view key) {
  if (!value.is_string()) fail(fmt::format("\"{}\" is not a string", key));
  return std::string{value.get_string()};
}

std::string string_at(const json::object& object, std::string_view key) { return to_string(member(object, key), key); }

bool bool_at(const json::object& object, std::string_view key) {
  const json::value& value = member(object, key);
  if (!value.is_bool()) fail(fmt::format("\"{}\" is not true or false", key));
  return value.get_bool();
}

// null is a figure that was not known.
double to_number(const json::value& value, std::string_view key) {
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!value.is_number()) fail(fmt::format("\"{}\" is not a number", key));
  return value.to_number<double>();
}

double number_at(const json::object& object, std::string_view key) { return to_number(member(object, key), key); }

std::uint64_t to_count(const json::value& value, std::string_view key) {
  boost::system::error_code error;
  const auto count = value.to_number<std::uint64_t>(error);
  if (error) fail(fmt::format("\"{}\" is not a count", key));
  return count;
}

std::uint64_t count_at(const json::object& object, std::string_view key) { return to_count(member(object, key), key); }

// Bounded to what a Duration holds: about 31 years.
Duration seconds_at(const json::object& object, std::string_view key, double per_second = 1.0) {
  const double seconds = number_at(object, key) / per_second;
  if (!(seconds > -1e9 && seconds < 1e9)) fail(fmt::format("\"{}\" is no duration", key));
  return from_seconds(seconds);
}

Duration nanoseconds_at(const json::object& object, std::string_view key) { return seconds_at(object, key, 1e9); }

template <class Function>
auto each(const json::object& object, std::string_view key, Function read) {
  std::vector<decltype(read(std::declval<const json::object&>()))> list;
  for (const json::value& element : array_at(object, key)) list.push_back(read(as_object(element, key)));
  return list;
}

std::vector<std::string> strings_at(const json::object& object, std::string_view key) {
  std::vector<std::string> list;
  for (const json::value& element : array_at(object, key)) list.push_back(to_string(element, key));
  return list;
}

std::map<std::string, std::uint64_t> counts_at(const json::object& object, std::string_view key) {
  std::map<std::string, std::uint64_t> map;
  for (const auto& [name, count] : object_at(object, key)) map.emplace(name, to_count(count, key));
  return map;
}

Histogram histogram_at(const json::object& object, std::string_view key) {
  const json::object& from = object_at(object, key);
  const json::array& upper = array_at(from, "upper_ns");
  const json::array& count = array_at(from, "count");
  if (upper.size() != count.size()) fail("\"upper_ns\" and \"count\" differ in length");
  std::vector<Histogram::Bucket> buckets;
  for (std::size_t index = 0; index < upper.size(); ++index) {
    const std::uint64_t end = to_count(upper[index], "upper_ns");
    if (end > std::uint64_t{1} << 62) fail("\"upper_ns\" is out of range");
    buckets.push_back({Duration{static_cast<std::int64_t>(end)}, to_count(count[index], "count")});
  }
  return Histogram::restore({.mean_ns = number_at(from, "mean_ns"), .sd_ns = number_at(from, "sd_ns"),
                             .min = nanoseconds_at(from, "min_ns"), .max = nanoseconds_at(from, "max_ns")}, buckets);
}

ServiceResult read_service(const json::object& object) {
  ServiceResult service;
  service.name = string_at(object, "name");
  const json::object& requests = object_at(object, "requests");
  service.generated = count_at(requests, "generated");
  service.completed = count_at(requests, "completed");
  service.failed = counts_at(requests, "failed");
  service.by_node = each(object, "by_node", [](const json::object& served) {
    return ServedShare{string_at(served, "node"), string_at(served, "variant"), number_at(served, "share"),
                       count_at(served, "requests")};
  });
  if (object.contains("slo")) {
    const json::object& slo = object_at(object, "slo");
    service.slo = ServiceLevelMet{seconds_at(slo, "bound_ms", 1e3), number_at(slo, "quantile"),
                                  number_at(slo, "met_share")};
  }
  if (object.contains("latency_ms_half_width")) {
    const json::object& widths = object_at(object, "latency_ms_half_width");
    service.half_widths = HalfWidths{seconds_at(widths, "mean", 1e3), seconds_at(widths, "p50", 1e3), seconds_at(widths, "p95", 1e3),
                                     seconds_at(widths, "p99", 1e3)};
  }
  for (const auto& [stream, answer] : object_at(object, "answers")) {
    const json::object& counted = as_object(answer, "answers");
    service.answers.emplace(stream, Answers{count_at(counted, "checked"), count_at(counted, "correct")});
  }
  const json::object& histograms = object_at(object, "histograms");
  service.latency = histogram_at(histograms, "latency");
  service.stages = {histogram_at(histograms, "prepare"), histogram_at(histograms, "uplink"),
                    histogram_at(histograms, "queue"), histogram_at(histograms, "service"),
                    histogram_at(histograms, "downlink")};
  return service;
}

Replications read_replications(const json::object& object) {
  Replications replications{.seeds = {}, .confidence = number_at(object, "confidence")};
  for (const json::value& seed : array_at(object, "seeds")) replications.seeds.emplace_back(to_count(seed, "seeds"));
  return replications;
}

template <class Enumeration>
Enumeration enumeration_at(const json::object& object, std::string_view key, std::initializer_list<Enumeration> all) {
  const std::string text = string_at(object, key);
  for (const Enumeration value : all) {
    if (text == continuo::to_string(value)) return value;
  }
  fail(fmt::format("\"{}\" cannot be \"{}\"", key, text));
}

ResourceLoad read_resource(const json::object& object) {
  const auto kind = enumeration_at(object, "kind", {ResourceKind::cpu, ResourceKind::link, ResourceKind::accelerator,
                                                    ResourceKind::memory});
  return {string_at(object, "name"), kind, number_at(object, "utilisation"), number_at(object, "offered_load")};
}

Bytes bytes_at(const json::object& object, std::string_view key) {
  const std::uint64_t count = count_at(object, key);
  if (count > std::uint64_t{1} << 60) fail(fmt::format("\"{}\" is out of range", key));
  return Bytes::of(static_cast<std::int64_t>(count));
}

PathTraffic read_traffic(const json::object& object) {
  return {.link = string_at(object, "link"),
          .from = string_at(object, "from"),
          .to = string_at(object, "to"),
          .offered_packets = count_at(object, "offered_packets"),
          .offered = bytes_at(object, "offered_bytes"),
          .delivered_packets = count_at(object, "delivered_packets"),
          .delivered = bytes_at(object, "delivered_bytes"),
          .duplicated_packets = count_at(object, "duplicated_packets"),
          .corrupted_packets = count_at(object, "corrupted_packets"),
          .dropped = counts_at(object, "dropped"),
          .queueing = each(object, "queueing", [](const json::object& waited) {
            return PathTraffic::Waited{seconds_at(waited, "below_ms", 1e3), count_at(waited, "packets")};
          })};
}

NetworkStackUsed read_network_stack(const json::object& object) {
  const std::uint64_t window = count_at(object, "initial_window");
  if (window > 1'000'000) fail("\"initial_window\" is out of range");
  return {string_at(object, "tier"), string_at(object, "congestion_control"), static_cast<int>(window),
          bool_at(object, "slow_start_after_idle"), bytes_at(object, "receive_buffer_max"), bytes_at(object, "send_buffer_max"),
          bytes_at(object, "mtu")};
}

EventOrigin read_origin(const json::object& object) {
  if (!object.contains("origin")) return EventOrigin::observed;
  const std::string text = string_at(object, "origin");
  for (const EventOrigin origin : {EventOrigin::observed, EventOrigin::scenario, EventOrigin::command}) {
    if (text == to_string(origin)) return origin;
  }
  fail(fmt::format("unknown origin \"{}\"", text));
}

std::optional<Duration> milliseconds_if_there(const json::object& object, std::string_view key) {
  return object.contains(key) ? std::optional{seconds_at(object, key, 1e3)} : std::nullopt;
}

TimelineSlice read_slice(const json::object& object) {
  return {.from = seconds_at(object, "from_s"),
          .to = seconds_at(object, "to_s"),
          .completed_by_node = counts_at(object, "completed_by_node"),
          .failed = object.contains("failed") ? count_at(object, "failed") : 0,
          .latency_p50 = milliseconds_if_there(object, "latency_p50_ms"),
          .latency_p95 = milliseconds_if_there(object, "latency_p95_ms")};
}

ProgramResult read_program(const json::object& object) {
  ProgramResult program{.name = string_at(object, "name"), .node = string_at(object, "node"),
                        .command = string_at(object, "command"), .started = seconds_at(object, "started_s"),
                        .ran = seconds_at(object, "ran_s"), .end = string_at(object, "end"),
                        .output = string_at(object, "output")};
  if (object.contains("status")) {
    const std::uint64_t status = count_at(object, "status");
    if (status > 255) fail("\"status\" is out of range");
    program.status = static_cast<int>(status);
  }
  return program;
}

// A figure that is neither negative nor unknown.
double amount_at(const json::object& object, std::string_view key) {
  const double amount = number_at(object, key);
  if (!(amount >= 0.0)) fail(fmt::format("\"{}\" is negative or missing", key));
  return amount;
}

Energy joules_at(const json::object& object, std::string_view key) { return Energy::joules(amount_at(object, key)); }

TierEnergy read_tier_energy(const json::object& object) {
  TierEnergy tier{.name = string_at(object, "name"), .nodes = count_at(object, "nodes"),
                  .idle_power = Power::watts(amount_at(object, "idle_w")), .busy_power = Power::watts(amount_at(object, "busy_w")),
                  .is_usual = bool_at(object, "usual"), .idle = joules_at(object, "idle_j"), .dynamic = joules_at(object, "dynamic_j")};
  if (object.contains("cost")) tier.cost = amount_at(object, "cost");
  return tier;
}

// What follows from other figures is not read: sums, means and what a request takes.
EnergyUse read_energy(const json::object& object) {
  EnergyUse use;
  use.time = seconds_at(object, "time_s");
  use.beside = joules_at(object, "beside_j");
  use.tiers = each(object, "tiers", read_tier_energy);
  use.nodes = each(object, "nodes", [](const json::object& node) {
    return NodeEnergy{string_at(node, "name"), joules_at(node, "idle_j"), joules_at(node, "dynamic_j")};
  });
  use.links = each(object, "links", [](const json::object& link) {
    return LinkEnergy{string_at(link, "name"), EnergyPerBit::nanojoules(amount_at(link, "nj_per_bit")), bool_at(link, "usual"),
                      bytes_at(link, "bytes"), joules_at(link, "energy_j")};
  });
  use.services = each(object, "services", [](const json::object& service) {
    return ServiceEnergy{string_at(service, "name"), count_at(service, "completed"), joules_at(service, "dynamic_j"),
                         joules_at(service, "links_j")};
  });
  if (object.contains("cost")) use.currency = string_at(object_at(object, "cost"), "currency");
  return use;
}

Evaluation read_evaluation(const json::value& value) {
  const json::object& object = as_object(value, "evaluation");
  if (const std::string schema = string_at(object, "schema"); schema != "continuo.evaluation/1") {
    fail(fmt::format("schema \"{}\" is not \"continuo.evaluation/1\"", schema));
  }
  Evaluation evaluation;
  evaluation.scenario = string_at(object, "scenario");
  evaluation.fidelity = enumeration_at(object, "fidelity", {Fidelity::model, Fidelity::simulate, Fidelity::emulate,
                                                            Fidelity::deploy});
  evaluation.seed = Seed{count_at(object, "seed")};
  evaluation.commit = string_at(object, "commit");
  evaluation.duration = seconds_at(object, "duration_s");
  evaluation.valid = bool_at(object, "valid");
  evaluation.invalid_because = strings_at(object, "invalid_because");
  evaluation.services = each(object, "services", read_service);
  evaluation.resources = each(object, "resources", read_resource);
  evaluation.feasible = bool_at(object, "feasible");
  const json::object& bottleneck = object_at(object, "bottleneck");
  evaluation.bottleneck = string_at(bottleneck, "resource");
  evaluation.bottleneck_load = number_at(bottleneck, "offered_load");
  if (object.contains("energy")) evaluation.energy = read_energy(object_at(object, "energy"));
  evaluation.delivery = each(object, "delivery", [](const json::object& check) {
    return DeliveryCheck{string_at(check, "what"), string_at(check, "unit"), number_at(check, "requested"),
                         number_at(check, "delivered"), number_at(check, "tolerance"), bool_at(check, "ok"),
                         string_at(check, "note")};
  });
  evaluation.inequalities = each(object, "inequalities", [](const json::object& one) {
    return Inequality{string_at(one, "name"), string_at(one, "subject"), number_at(one, "demand"),
                      number_at(one, "capacity"), string_at(one, "unit"), bool_at(one, "holds")};
  });
  evaluation.events = each(object, "events", [](const json::object& event) {
    return TimelineEvent{seconds_at(event, "at_s"), string_at(event, "what"), read_origin(event),
                         milliseconds_if_there(event, "late_ms")};
  });
  evaluation.timeline = each(object, "timeline", read_slice);
  if (object.contains("programs")) evaluation.programs = each(object, "programs", read_program);
  for (const auto& [what, milliseconds] : object_at(object, "startup_ms")) {
    evaluation.startup_ms.emplace(what, to_number(milliseconds, "startup_ms"));
  }
  if (object.contains("traffic")) evaluation.traffic = each(object, "traffic", read_traffic);
  if (object.contains("network_stack")) evaluation.network_stack = each(object, "network_stack", read_network_stack);
  if (object.contains("replications")) evaluation.replications = read_replications(object_at(object, "replications"));
  evaluation.notes = strings_at(object, "notes");
  return evaluation;
}

json::value parse(std::string_view text) {
  if (text.size() > evaluation_json_size_max) fail("the file is larger than 256 MiB");
  json::parse_options options;
  options.max_depth = depth_max;
  boost::system::error_code error;
  json::value value = json::parse(text, error, {}, options);
  if (error) fail(fmt::format("not JSON: {}", error.message()));
  return value;
}

}  // namespace

Evaluation parse_evaluation(std::string_view text) { return read_evaluation(parse(text)); }

std::vector<Evaluation> parse_evaluations(std::string_view text) {
  const json::value value = parse(text);
  if (!value.is_array()) fail("not a list of evaluations");
  std::vector<Evaluation> evaluations;
  for (const json::value& element : value.get_array()) evaluations.push_back(read_evaluation(element));
  return evaluations;
}

}  // namespace continuo
