#include "scenario/parse.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

constexpr Bytes file_size_max = Bytes::mebibytes(1);

void read_name(const YamlNode* node, Scenario& scenario, Problems& problems) {
  scenario.name = scenario.file.stem().string();
  // A file may be called what no text can hold.
  std::ranges::replace_if(scenario.name, [](char letter) { return static_cast<unsigned char>(letter) < 0x20; }, '?');
  if (node == nullptr) return;
  constexpr std::size_t length_max = 80;
  const auto text = read_text(*node, "`name`", problems);
  if (!text) return;
  scenario.name = *text;
  const bool control = std::any_of(text->begin(), text->end(), [](char letter) { return static_cast<unsigned char>(letter) < 0x20; });
  if (text->size() > length_max || control) {
    problems.add(*node, "`name` is not one short line", fmt::format("write at most {} letters", length_max));
  }
}

void read_hub(const YamlNode* node, Scenario& scenario, Problems& problems) {
  if (node == nullptr) return;
  if (!node->is_scalar()) {
    problems.add(*node, "`hub` must be the name of a tier or a node", "for example hub: cloud");
    return;
  }
  const auto nodes = find_nodes(*node, scenario, problems);
  if (!nodes.empty()) scenario.hub = nodes.front();
}

void read_seed(const YamlNode* node, Scenario& scenario, Problems& problems) {
  if (node == nullptr) return;
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(node->text.data(), node->text.data() + node->text.size(), value);
  if (!node->is_scalar() || node->text.empty() || failure != std::errc{} || end != node->text.data() + node->text.size()) {
    problems.add(*node, "`seed` must be a whole number from 0 to 18446744073709551615", "for example seed: 1");
    return;
  }
  scenario.seed = Seed{value};
}

bool asks_for_services(const YamlNode& workload) {
  return !workload.is_sequence() || std::ranges::any_of(workload.items, [](const YamlNode& item) {
    return std::ranges::none_of(item.keys, [](const YamlNode& key) { return key.text == "exec"; });
  });
}

}  // namespace

void read_placement(const YamlNode& node, Scenario& scenario, Problems& problems) {
  if (node.is_scalar()) {
    if (node.text == "auto" || scenario.tiers.empty()) return;
    std::vector<std::string> names{"auto"};
    for (TierIndex tier = 0; tier < scenario.tiers.size(); ++tier) {
      if (scenario.tiers[tier].name == node.text) {
        scenario.placement = PlaceOnTier{tier};
        return;
      }
      names.push_back(scenario.tiers[tier].name);
    }
    problems.add(node, fmt::format("unknown placement {}", in_quotes(node.text)), suggest(node.text, names));
    return;
  }
  if (!check_names(node, "`placement`", "placement: auto, placement: cloud, or placement: {read-text: [edge, cloud-1]}",
                   problems)) {
    return;
  }
  PlaceExplicitly places;
  for (std::size_t index = 0; index < node.keys.size(); ++index) {
    if (problems.full()) return;
    const auto service = find_service(node.keys[index], scenario, problems);
    std::vector<NodeIndex> nodes;
    const std::string what = fmt::format("the place of {}", in_quotes(node.keys[index].text));
    for (const YamlNode* item : read_list(node.items[index], what, problems)) {
      const auto found = find_nodes(*item, scenario, problems);
      nodes.insert(nodes.end(), found.begin(), found.end());
      if (nodes.size() > 2 * scenario.nodes.size() || problems.full()) break;
    }
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    if (node.items[index].is_sequence() && node.items[index].items.empty()) {
      problems.add(node.items[index], what + " is an empty list", "name at least one tier or node");
    }
    if (service) places.nodes[*service] = std::move(nodes);
  }
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    if (scenario.services[service].name.empty() || places.nodes.contains(service)) continue;
    problems.add(node, fmt::format("`placement` has no place for service {}", in_quotes(scenario.services[service].name)),
                 fmt::format("add {}: [TIER or NODE, ...], or write placement: auto", scenario.services[service].name));
  }
  scenario.placement = std::move(places);
}

std::variant<Scenario, std::vector<ScenarioError>> parse_scenario(std::string_view text, const std::filesystem::path& file,
                                                                  const Files& files) {
  auto tree = parse_yaml(text, file.string());
  if (auto* error = std::get_if<ScenarioError>(&tree)) return std::vector{std::move(*error)};
  return parse_scenario(std::get<YamlNode>(tree), file, files);
}

std::variant<Scenario, std::vector<ScenarioError>> parse_scenario(const YamlNode& root, const std::filesystem::path& file,
                                                                  const Files& files) {
  Problems problems{file.string()};
  Scenario scenario;
  scenario.file = file;
  if (root.kind == YamlNode::Kind::null) {
    problems.add(root, "the file is empty", "a scenario has at least tiers, services and workload: see docs/scenario.md");
    return std::move(problems).sorted();
  }
  const Fields fields{root, "the scenario",
                      {"name", "tiers", "links", "access", "sites", "services", "workload", "placement", "hub", "seed", "network", "events",
                       "tolerances", "operating"},
                      problems};
  if (!root.is_mapping()) return std::move(problems).sorted();
  read_name(fields.find("name"), scenario, problems);
  NetworkStack network;
  if (const YamlNode* node = fields.find("network")) read_network(*node, "the scenario", network, problems);
  if (const YamlNode* node = fields.require("tiers", "tiers: {edge: {nodes: 2}, endpoint: {nodes: 4}}")) {
    read_tiers(*node, network, scenario, problems);
  }
  LinkFiles link_files{files, file.parent_path()};
  read_links(fields.find("links"), scenario, link_files, problems);
  if (const YamlNode* node = fields.find("access")) read_access(*node, scenario, link_files, problems);
  read_sites(fields.find("sites"), scenario, problems);
  const YamlNode* workload = fields.find("workload");
  const YamlNode* services = fields.find("services");
  // Programs of the user's ask for no service.
  if (services == nullptr && (workload == nullptr || asks_for_services(*workload))) {
    fields.require("services", "services: [{name: read-text, package: ../services/read-text}]");
  } else if (services != nullptr) {
    read_services(*services, scenario, files, problems);
  }
  fields.require("workload", "workload: [{from: endpoint, service: read-text, every: 200 ms, input: photos/*.jpg}]");
  if (workload != nullptr) read_workload(*workload, scenario, files, problems);
  if (const YamlNode* node = fields.find("placement")) read_placement(*node, scenario, problems);
  read_hub(fields.find("hub"), scenario, problems);
  read_seed(fields.find("seed"), scenario, problems);
  read_tolerances(fields.find("tolerances"), scenario, problems);
  read_operating(fields.find("operating"), scenario, problems);
  read_events(fields.find("events"), scenario, link_files, problems);
  if (!problems.empty()) return std::move(problems).sorted();
  return scenario;
}

std::variant<std::string, ScenarioError> read_scenario_text(const std::filesystem::path& file) {
  auto text = DiskFiles{}.read(file, file_size_max);
  if (text) return std::move(*text);
  std::error_code failure;
  const bool is_file = std::filesystem::exists(file, failure) && !std::filesystem::is_directory(file, failure);
  return ScenarioError{file.string(), 0, 0, why_not_read(file, file_size_max),
                       is_file ? "a scenario is a small text file: check the path and its permissions" : "check the path"};
}

std::variant<Scenario, std::vector<ScenarioError>> load_scenario(const std::filesystem::path& file) {
  auto text = read_scenario_text(file);
  if (auto* error = std::get_if<ScenarioError>(&text)) return std::vector{std::move(*error)};
  return parse_scenario(std::get<std::string>(text), file, DiskFiles{});
}

}  // namespace continuo
