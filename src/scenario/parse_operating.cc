// `operating:`, the infrastructure that runs on nodes beside inference.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/operating_name.hh"
#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

constexpr std::size_t services_max = 16;

// False: it is none, and the problem is told. The kind is a parameter, since GCC 12 with optimisation takes an optional of it for
// uninitialised.
bool read_kind(const YamlNode& node, Problems& problems, OperatingService::Kind& read) {
  for (const auto kind : {OperatingService::Kind::mosquitto, OperatingService::Kind::prometheus}) {
    if (node.is_scalar() && node.text == to_string(kind)) {
      read = kind;
      return true;
    }
  }
  problems.add(node, fmt::format("unknown operating service {}", in_quotes(node.text)), suggest(node.text, {"mosquitto", "prometheus"}));
  return false;
}

void read_one(const YamlNode& node, Scenario& scenario, Problems& problems) {
  const Fields fields{node, "an operating service", {"run", "on"}, problems};
  if (!node.is_mapping()) return;
  OperatingService service;
  const YamlNode* run = fields.require("run", "run: mosquitto");
  auto kind = OperatingService::Kind::mosquitto;
  const bool known = run != nullptr && read_kind(*run, problems, kind);
  const YamlNode* on = fields.require("on", "on: edge-1");
  if (on == nullptr || !known) return;
  const auto nodes = find_nodes(*on, scenario, problems);
  if (nodes.empty()) return;
  if (nodes.size() > 1) {
    problems.add(*on, fmt::format("{} runs on one node, and tier {} has {}", to_string(kind), in_quotes(on->text), nodes.size()),
                 fmt::format("for example on: {}", scenario.nodes[nodes.front()].name));
    return;
  }
  service = {.kind = kind, .on = nodes.front()};
  const bool again = std::ranges::any_of(scenario.operating, [&](const OperatingService& other) {
    return other.kind == service.kind && other.on == service.on;
  });
  if (again) {
    problems.add(node, fmt::format("{} runs on {} already", to_string(kind), scenario.nodes[service.on].name), "name it once");
    return;
  }
  scenario.operating.push_back(service);
}

}  // namespace

void read_operating(const YamlNode* node, Scenario& scenario, Problems& problems) {
  if (node == nullptr) return;
  if (!check_list(*node, "`operating`", {1, services_max}, "{run: mosquitto, on: edge-1}", problems)) return;
  for (const YamlNode& item : node->items) read_one(item, scenario, problems);
}

}  // namespace continuo
