// Tiers, the nodes that follow from them, and sites.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

constexpr std::size_t tiers_max = 64;
constexpr std::int64_t nodes_max = 2'000'000;
constexpr std::size_t sites_max = 1000;

const std::vector<std::string>& known_runtimes() {
  static const std::vector<std::string> names{"onnxruntime", "opencv", "builtin", "profiled"};
  return names;
}

std::optional<Role> role_of_name(std::string_view name) {
  constexpr std::array words{std::pair{"cloud", Role::cloud}, std::pair{"edge", Role::edge}, std::pair{"fog", Role::edge},
                             std::pair{"endpoint", Role::endpoint}, std::pair{"device", Role::endpoint}};
  for (const auto& [word, role] : words) {
    if (name.starts_with(word)) return role;
  }
  return std::nullopt;
}

std::optional<Role> role_from(std::string_view text) {
  for (const Role role : {Role::cloud, Role::edge, Role::endpoint}) {
    if (text == to_string(role)) return role;
  }
  return std::nullopt;
}

void read_role(const Fields& fields, const YamlNode& name, Tier& tier, Problems& problems) {
  if (const YamlNode* node = fields.find("role")) {
    const auto text = read_text(*node, "`role` of " + fields.what(), problems);
    if (!text) return;
    if (const auto role = role_from(*text)) {
      tier.role = *role;
    } else {
      problems.add(*node, fmt::format("unknown role {}", in_quotes(*text)), suggest(*text, {"cloud", "edge", "endpoint"}));
    }
  } else if (const auto role = role_of_name(tier.name)) {
    tier.role = *role;
  } else {
    problems.add(name, fmt::format("the name of {} does not tell its role", fields.what()),
                 "add role: cloud, role: edge or role: endpoint");
  }
}

std::vector<std::string> read_runtimes(const YamlNode& node, const std::string& what, Problems& problems) {
  std::vector<std::string> runtimes;
  for (const YamlNode* item : read_list(node, "`runtimes` of " + what, problems)) {
    const auto& known = known_runtimes();
    if (std::find(known.begin(), known.end(), item->text) == known.end()) {
      problems.add(*item, fmt::format("unknown runtime {}", in_quotes(item->text)), suggest(item->text, known));
    } else if (std::find(runtimes.begin(), runtimes.end(), item->text) != runtimes.end()) {
      problems.add(*item, fmt::format("runtime {} is listed twice in {}", in_quotes(item->text), what), "keep one of the two");
    } else {
      runtimes.push_back(item->text);
    }
  }
  return runtimes;
}

Tier read_tier(const YamlNode& name, const YamlNode& node, const NetworkStack& network, Problems& problems) {
  Tier tier;
  tier.network = network;
  tier.name = name.text;
  const std::string what = fmt::format("tier {}", in_quotes(tier.name));
  // `edge:` alone is a tier with every default.
  static const YamlNode nothing{.kind = YamlNode::Kind::mapping};
  const Fields fields{node.kind == YamlNode::Kind::null ? nothing : node, what,
                      {"nodes", "cores", "quota", "memory", "role", "runtimes", "pinned", "processes", "disk",
                       "network", "power", "price"},
                      problems};
  check_name(name, "a tier", problems);
  read_role(fields, name, tier, problems);
  if (const YamlNode* value = fields.find("nodes")) {
    tier.nodes = static_cast<int>(read_integer(*value, "`nodes` of " + what, {1, nodes_max}, problems).value_or(1));
  }
  if (const YamlNode* value = fields.find("cores")) {
    tier.cores = static_cast<int>(read_integer(*value, "`cores` of " + what, {1, 1024}, problems).value_or(1));
  }
  if (const YamlNode* value = fields.find("quota")) {
    tier.quota = read_share(*value, "`quota` of " + what, {0.01, 1.0}, problems).value_or(1.0);
  }
  if (const YamlNode* value = fields.find("memory")) {
    const Range<Bytes> range{Bytes::mebibytes(16), Bytes::gibibytes(65536)};
    tier.memory = read_bytes(*value, "`memory` of " + what, range, problems).value_or(tier.memory);
  }
  if (const YamlNode* value = fields.find("runtimes")) tier.runtimes = read_runtimes(*value, what, problems);
  read_limits(fields, tier, problems);
  read_energy(fields, tier, problems);
  if (const YamlNode* value = fields.find("network")) read_network(*value, what, tier.network, problems);
  return tier;
}

}  // namespace

void read_tiers(const YamlNode& node, const NetworkStack& network, Scenario& scenario, Problems& problems) {
  if (!check_names(node, "`tiers`", "tiers: {edge: {nodes: 2}, endpoint: {nodes: 4}}", problems)) return;
  if (node.keys.size() > tiers_max) {
    problems.add(node, fmt::format("there are {} tiers; at most {} are allowed", node.keys.size(), tiers_max),
                 "describe nodes that are alike as one tier");
    return;
  }
  if (node.keys.empty()) problems.add(node, "there are no tiers", "add for example edge: {nodes: 2}");
  for (std::size_t index = 0; index < node.keys.size(); ++index) {
    const YamlNode& name = node.keys[index];
    const bool again = std::any_of(scenario.tiers.begin(), scenario.tiers.end(),
                                   [&](const Tier& tier) { return tier.name == name.text; });
    if (!name.is_scalar() || again) continue;  // told already
    scenario.tiers.push_back(read_tier(name, node.items[index], network, problems));
    if (scenario.tiers.back().price) check_currency(node.items[index], scenario, problems);
  }
  std::int64_t count = 0;
  for (const Tier& tier : scenario.tiers) count += tier.nodes;
  if (count > nodes_max) {
    problems.add(node, fmt::format("the tiers have {} nodes together; at most {} are allowed", count, nodes_max),
                 "lower the `nodes` of a tier");
    for (Tier& tier : scenario.tiers) tier.nodes = 1;
  }
  for (TierIndex tier = 0; tier < scenario.tiers.size(); ++tier) {
    for (int number = 1; number <= scenario.tiers[tier].nodes; ++number) {
      scenario.nodes.push_back({fmt::format("{}-{}", scenario.tiers[tier].name, number), tier});
    }
  }
  for (const YamlNode& name : node.keys) {
    const bool is_node = std::any_of(scenario.nodes.begin(), scenario.nodes.end(),
                                     [&](const Node& other) { return other.name == name.text; });
    if (is_node) {
      problems.add(name, fmt::format("tier {} has the name of a node of another tier", in_quotes(name.text)),
                   "nodes are called TIER-1, TIER-2, ...: give the tier another name");
    }
  }
}

std::optional<TierIndex> find_tier(const YamlNode& node, const Scenario& scenario, Problems& problems) {
  std::vector<std::string> names;
  for (TierIndex tier = 0; tier < scenario.tiers.size(); ++tier) {
    if (node.is_scalar() && scenario.tiers[tier].name == node.text) return tier;
    names.push_back(scenario.tiers[tier].name);
  }
  if (names.empty()) return std::nullopt;  // the missing tiers are told already
  if (!node.is_scalar()) {
    problems.add(node, "the name of a tier is needed here", suggest("", names));
  } else if (!problems.full()) {
    problems.add(node, fmt::format("unknown tier {}", in_quotes(node.text)), suggest(node.text, names));
  }
  return std::nullopt;
}

std::vector<NodeIndex> find_nodes(const YamlNode& node, const Scenario& scenario, Problems& problems) {
  std::vector<NodeIndex> found;
  std::vector<std::string> names;
  NodeIndex first = 0;
  for (const Tier& tier : scenario.tiers) {
    names.push_back(tier.name);
    const auto count = static_cast<NodeIndex>(tier.nodes);
    if (node.text == tier.name) {
      for (NodeIndex index = 0; index < count; ++index) found.push_back(first + index);
      return found;
    }
    if (node.text.starts_with(tier.name + "-")) {
      const std::string_view digits = std::string_view{node.text}.substr(tier.name.size() + 1);
      NodeIndex number = 0;
      const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      const bool is_number = failure == std::errc{} && end == digits.data() + digits.size() && digits.front() != '0';
      if (is_number && number <= count) return {first + number - 1};
      if (is_number) {
        problems.add(node, fmt::format("unknown node {}", in_quotes(node.text)),
                     count == 1 ? fmt::format("tier \"{0}\" has one node: {0}-1", tier.name)
                                : fmt::format("tier \"{0}\" has the nodes {0}-1 to {0}-{1}", tier.name, count));
        return {};
      }
    }
    first += count;
  }
  if (!names.empty() && !problems.full()) {
    problems.add(node, fmt::format("unknown tier or node {}", in_quotes(node.text)), suggest(node.text, names));
  }
  return found;
}

void read_sites(const YamlNode* node, Scenario& scenario, Problems& problems) {
  if (node == nullptr) {
    Site everywhere{"site", {}};
    for (NodeIndex index = 0; index < scenario.nodes.size(); ++index) everywhere.nodes.push_back(index);
    scenario.sites.push_back(std::move(everywhere));
    return;
  }
  if (!check_names(*node, "`sites`", "sites: {factory: [edge, endpoint], datacentre: [cloud]}", problems)) return;
  if (node->keys.size() > sites_max) {
    problems.add(*node, fmt::format("there are {} sites; at most {} are allowed", node->keys.size(), sites_max), "");
    return;
  }
  std::vector<std::string> site_of(scenario.nodes.size());
  for (std::size_t index = 0; index < node->keys.size(); ++index) {
    const YamlNode& name = node->keys[index];
    if (!check_name(name, "a site", problems)) continue;
    Site site{name.text, {}};
    for (const YamlNode* item : read_list(node->items[index], fmt::format("site {}", in_quotes(name.text)), problems)) {
      if (problems.full()) return;
      for (const NodeIndex member : find_nodes(*item, scenario, problems)) {
        if (site_of[member].empty()) {
          site_of[member] = site.name;
          site.nodes.push_back(member);
        } else {
          problems.add(*item,
                       fmt::format("node {} is already in site {}", scenario.nodes[member].name, in_quotes(site_of[member])),
                       "a node is in one site: name it once");
          break;
        }
      }
    }
    std::sort(site.nodes.begin(), site.nodes.end());
    scenario.sites.push_back(std::move(site));
  }
  // What no site names: the rest of each tier is a site of its own.
  for (TierIndex tier = 0; tier < scenario.tiers.size(); ++tier) {
    Site rest{scenario.tiers[tier].name, {}};
    for (NodeIndex index = 0; index < scenario.nodes.size(); ++index) {
      if (scenario.nodes[index].tier == tier && site_of[index].empty()) rest.nodes.push_back(index);
    }
    if (!rest.nodes.empty()) scenario.sites.push_back(std::move(rest));
  }
}

}  // namespace continuo
