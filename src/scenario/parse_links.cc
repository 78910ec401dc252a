// Links between tiers and between nodes: presets, explicit figures, and the LAN where the file says nothing.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scenario/link_presets.hh"
#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

constexpr std::size_t links_max = 4096;

constexpr std::size_t pairs_max = 200'000;

constexpr Range<EnergyPerBit> bit_energies{EnergyPerBit::nanojoules(0), EnergyPerBit::nanojoules(1e6)};

// A tier, or one node of it.
struct End {
  TierIndex tier = 0;
  std::optional<NodeIndex> node;

  friend bool operator==(const End&, const End&) = default;
};
struct Direction {
  End from;
  End to;
  bool of_nodes() const { return from.node || to.node; }
};

struct Preset {
  const YamlNode* node = nullptr;
  std::string name;
};

// One line that is well-formed by itself.
struct Line {
  const YamlNode* node = nullptr;
  std::vector<Direction> directions;
  Preset preset;
  LinkPatch patch;
};

std::optional<End> read_end(const YamlNode& node, const Scenario& scenario, Problems& problems) {
  for (TierIndex tier = 0; tier < scenario.tiers.size(); ++tier) {
    if (node.is_scalar() && scenario.tiers[tier].name == node.text) return End{tier, std::nullopt};
  }
  if (!node.is_scalar()) {
    problems.add(node, "an end of a link must be the name of a tier or a node", "for example between: [edge, endpoint-1]");
    return std::nullopt;
  }
  const auto nodes = find_nodes(node, scenario, problems);
  if (nodes.empty()) return std::nullopt;
  return End{scenario.nodes.at(nodes.front()).tier, nodes.front()};
}

std::vector<Direction> read_directions(const Fields& fields, const Scenario& scenario, Problems& problems) {
  const YamlNode* between = fields.find("between");
  const YamlNode* from = fields.find("from");
  const YamlNode* to = fields.find("to");
  if (between != nullptr && (from != nullptr || to != nullptr)) {
    problems.add(*between, "a link has both `between` and `from` or `to`",
                 "between: [a, b] is both directions; from: a with to: b is one");
    return {};
  }
  if (between != nullptr && (!between->is_sequence() || between->items.size() != 2)) {
    problems.add(*between, "`between` needs the names of two tiers or nodes", "for example between: [edge, endpoint]");
    return {};
  }
  if (between == nullptr && (from == nullptr || to == nullptr)) {
    problems.add(fields.node(), "a link does not say what it joins",
                 "add between: [edge, endpoint] for both directions, or from: edge and to: cloud for one");
    return {};
  }
  const YamlNode& last = between != nullptr ? between->items[1] : *to;
  const auto one = read_end(between != nullptr ? between->items[0] : *from, scenario, problems);
  const auto other = read_end(last, scenario, problems);
  if (!one || !other) return {};
  if (one->node && one->node == other->node) {
    problems.add(last, fmt::format("a link joins {} to itself", in_quotes(last.text)), "name two nodes");
    return {};
  }
  if (between == nullptr || *one == *other) return {{*one, *other}};
  return {{*one, *other}, {*other, *one}};
}

Preset read_preset(const Fields& fields, Problems& problems) {
  const YamlNode* node = fields.find("preset");
  if (node == nullptr) return {};
  const auto text = read_text(*node, "the preset of a link", problems);
  const auto known = preset_names();
  if (!text) return {};
  if (std::find(known.begin(), known.end(), *text) != known.end()) return {node, *text};
  problems.add(*node, fmt::format("unknown preset {}", in_quotes(*text)), suggest(*text, known));
  return {};
}

std::optional<Line> read_line(const YamlNode& item, const Scenario& scenario, LinkFiles& files, Problems& problems) {
  const Problems::Mark before = problems.mark();
  const Fields fields{item, "a link", with_link_keys({"between", "from", "to", "preset", "energy"}), problems};
  if (!item.is_mapping()) return std::nullopt;
  Line line{&item, read_directions(fields, scenario, problems), read_preset(fields, problems), {}};
  auto patch = read_link_patch(fields, files, problems);
  // Of links alone: no event changes it, and an access link is part of the way that a link stands for.
  if (const YamlNode* energy = fields.find("energy"); energy != nullptr && patch) {
    patch->energy = read_energy_per_bit(*energy, "`energy` of a link", bit_energies, problems);
  }
  if (!patch || problems.mark() != before) return std::nullopt;
  line.patch = *patch;
  if (line.preset.name.empty() && patch->says_nothing()) {
    problems.add(item, "a link has no figures", "add preset: 4g, or delay: 7.5 ms and rate: 100 Mbit/s");
    return std::nullopt;
  }
  // A table holds whole delays: nothing is added to it that the line does not say.
  if (patch->table && !patch->delay) line.patch.delay = Duration::zero();
  return line;
}

// What the line makes of one direction; `base` is what holds where the line says nothing.
std::optional<LinkProperties> combine(const Line& line, const Direction& ends, LinkProperties base, const Scenario& scenario,
                                      Problems& problems) {
  const Tier& from = scenario.tiers[ends.from.tier];
  const Tier& to = scenario.tiers[ends.to.tier];
  if (!line.preset.name.empty()) {
    const auto preset = preset_link(line.preset.name, from.role, to.role);
    if (!preset) {
      problems.add(*line.preset.node,
                   fmt::format("preset {} has no figures for a link from {} to {} (roles {} and {})", line.preset.name,
                               in_quotes(from.name), in_quotes(to.name), to_string(from.role), to_string(to.role)),
                   "write its delay, jitter and rate instead");
      return std::nullopt;
    }
    base = *preset;
  }
  const LinkProperties properties = line.patch.applied_to(base);
  const auto wrong = contradiction_in(properties);
  if (!wrong) return properties;
  // Where the property is said; else the delay, which it does not fit.
  const YamlNode* where = nullptr;
  for (std::size_t index = 0; index < line.node->keys.size(); ++index) {
    const std::string& key = line.node->keys[index].text;
    if (key == wrong->key || (key == "delay" && where == nullptr)) where = &line.node->items[index];
  }
  problems.add(where != nullptr ? *where : *line.node, wrong->message, wrong->hint);
  return std::nullopt;
}

std::string name_of(const End& end, const Scenario& scenario) {
  return end.node ? scenario.nodes[*end.node].name : scenario.tiers[end.tier].name;
}

std::string label_of(const Line& line, const Direction& ends, const Scenario& scenario) {
  const std::string from = name_of(ends.from, scenario);
  return (ends.from == ends.to ? "within " + from : from + " to " + name_of(ends.to, scenario)) +
         (line.preset.name.empty() ? "" : fmt::format(" ({})", line.preset.name));
}

void tell_other_figures(const Line& line, const std::string& from, const std::string& to, int before, Problems& problems) {
  problems.add(*line.node,
               fmt::format("the link from {} to {} has other figures than on line {}", in_quotes(from), in_quotes(to), before),
               "keep one of the two, or give each direction its own with from and to");
}

void set_tiers(const std::vector<Line>& lines, Scenario& scenario, Problems& problems) {
  std::vector<int> said_on_line(scenario.links.size(), 0);
  for (const Line& line : lines) {
    for (const Direction& ends : line.directions) {
      if (ends.of_nodes()) continue;
      const auto properties = combine(line, ends, default_link(), scenario, problems);
      if (!properties) break;
      const std::size_t place = ends.from.tier * scenario.tiers.size() + ends.to.tier;
      Link& link = scenario.links[place];
      if (said_on_line[place] != 0 && link.properties != *properties) {
        tell_other_figures(line, scenario.tiers[ends.from.tier].name, scenario.tiers[ends.to.tier].name, said_on_line[place], problems);
        break;
      }
      if (said_on_line[place] == 0) said_on_line[place] = line.node->line;
      link.properties = *properties;
      link.label = label_of(line, ends, scenario);
    }
  }
}

std::vector<NodeIndex> nodes_of(const End& end, const Scenario& scenario) {
  if (end.node) return {*end.node};
  std::vector<NodeIndex> nodes;
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
    if (scenario.nodes[node].tier == end.tier) nodes.push_back(node);
  }
  return nodes;
}

// After the tiers: what a line says of nodes stands above what their tiers have.
void set_pairs(const std::vector<Line>& lines, Scenario& scenario, Problems& problems) {
  struct Said {
    PairLink link;
    int line = 0;
  };
  std::map<std::pair<NodeIndex, NodeIndex>, Said> pairs;
  const auto set_direction = [&](const Line& line, const Direction& ends) {
    const LinkProperties& of_tiers = scenario.links[ends.from.tier * scenario.tiers.size() + ends.to.tier].properties;
    const auto properties = combine(line, ends, of_tiers, scenario, problems);
    if (!properties) return false;
    for (const NodeIndex from : nodes_of(ends.from, scenario)) {
      for (const NodeIndex to : nodes_of(ends.to, scenario)) {
        if (from == to) continue;
        const Direction pair{{ends.from.tier, from}, {ends.to.tier, to}};
        const auto [place, is_new] =
            pairs.try_emplace({from, to}, Said{{from, to, *properties, label_of(line, pair, scenario)}, line.node->line});
        if (!is_new && place->second.link.properties != *properties) {
          tell_other_figures(line, scenario.nodes[from].name, scenario.nodes[to].name, place->second.line, problems);
          return false;
        }
        if (pairs.size() > pairs_max) {
          problems.add(*line.node, fmt::format("more than {} pairs of nodes have figures of their own", pairs_max),
                       "give the figures to tiers");
          return false;
        }
      }
    }
    return true;
  };
  for (const Line& line : lines) {
    for (const Direction& ends : line.directions) {
      if (ends.of_nodes() && !set_direction(line, ends)) break;
    }
    if (pairs.size() > pairs_max) return;
  }
  for (auto& [ends, said] : pairs) scenario.pair_links.push_back(std::move(said.link));
}

void set_lan_everywhere(Scenario& scenario) {
  for (TierIndex from = 0; from < scenario.tiers.size(); ++from) {
    for (TierIndex to = 0; to < scenario.tiers.size(); ++to) {
      const std::string label = from == to ? fmt::format("within {} (LAN)", scenario.tiers[from].name)
                                           : fmt::format("{} to {} (LAN)", scenario.tiers[from].name, scenario.tiers[to].name);
      scenario.links.push_back({from, to, default_link(), label});
    }
  }
}

}  // namespace

void read_links(const YamlNode* node, Scenario& scenario, LinkFiles& files, Problems& problems) {
  set_lan_everywhere(scenario);
  if (node == nullptr) return;
  if (!check_list(*node, "`links`", {0, links_max}, "{between: [edge, endpoint], preset: 4g}", problems)) return;
  std::vector<Line> lines;
  for (const YamlNode& item : node->items) {
    if (problems.full()) return;
    if (auto line = read_line(item, scenario, files, problems)) lines.push_back(std::move(*line));
  }
  set_tiers(lines, scenario, problems);
  set_pairs(lines, scenario, problems);
}

}  // namespace continuo
