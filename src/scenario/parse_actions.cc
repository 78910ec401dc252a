// The actions of events and of commands to a running emulation: one reader for both, so that both have the same words.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenario/event_action.hh"
#include "scenario/infrastructure_state.hh"
#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

constexpr std::array action_keys{"kill", "pause", "resume", "restart", "partition", "heal", "quota", "change"};
constexpr std::size_t text_size_max = 160;

// A tier, a site or a node; of a site and a tier of one name the tier.
std::vector<NodeIndex> find_place(const YamlNode& node, const Scenario& scenario, Problems& problems) {
  std::vector<std::string> names;
  bool of_a_tier = false;
  for (const Tier& tier : scenario.tiers) {
    names.push_back(tier.name);
    of_a_tier = of_a_tier || node.text == tier.name || node.text.starts_with(tier.name + "-");
  }
  for (const Site& site : scenario.sites) {
    if (node.is_scalar() && site.name == node.text && std::ranges::find(scenario.tiers, node.text, &Tier::name) == scenario.tiers.end()) {
      return site.nodes;
    }
    if (std::ranges::find(names, site.name) == names.end()) names.push_back(site.name);
  }
  if (node.is_scalar() && of_a_tier) return find_nodes(node, scenario, problems);
  if (!scenario.tiers.empty() && !problems.full()) {
    problems.add(node, node.is_scalar() ? fmt::format("unknown tier, site or node {}", in_quotes(node.text))
                                        : "the name of a tier, a site or a node is needed here",
                 suggest(node.text, names));
  }
  return {};
}

// One place or a list of them, each node once.
std::vector<NodeIndex> find_places(const YamlNode& node, const std::string& what, const Scenario& scenario, Problems& problems) {
  std::vector<NodeIndex> nodes;
  for (const YamlNode* item : read_list(node, what, problems)) {
    const auto found = find_place(*item, scenario, problems);
    nodes.insert(nodes.end(), found.begin(), found.end());
    if (nodes.size() > 4 * scenario.nodes.size() || problems.full()) break;
  }
  if (node.is_sequence() && node.items.empty()) {
    problems.add(node, fmt::format("{} is an empty list", what), "name at least one tier, site or node");
  }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

// As it stands in the file, on one line.
std::string words_of(const YamlNode& node) {
  if (node.is_scalar()) return node.text;
  std::string words;
  for (std::size_t index = 0; index < node.items.size() && words.size() < text_size_max; ++index) {
    words += (index == 0 ? "" : node.is_mapping() ? ", " : " ");
    if (node.is_mapping()) words += words_of(node.keys[index]) + " ";
    words += words_of(node.items[index]);
  }
  return words;
}

std::string short_line(std::string text) {
  std::erase_if(text, [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f; });
  if (text.size() > text_size_max) {
    text.resize(text_size_max - 3);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.pop_back();
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xc0) text.pop_back();
    text += "...";
  }
  return text;
}

struct TwoSides {
  std::vector<NodeIndex> one;
  std::vector<NodeIndex> other;
};

std::optional<TwoSides> read_sides(const YamlNode& node, std::string_view key, const Scenario& scenario, Problems& problems) {
  if (!node.is_sequence() || node.items.size() != 2) {
    problems.add(node, fmt::format("`{}` needs two sides", key),
                 fmt::format("for example {0}: [edge, cloud], or with lists: {0}: [[edge-1, edge-2], cloud]", key));
    return std::nullopt;
  }
  const Problems::Mark before = problems.mark();
  const std::string what = fmt::format("a side of `{}`", key);
  TwoSides sides{find_places(node.items[0], what, scenario, problems), find_places(node.items[1], what, scenario, problems)};
  if (problems.mark() != before) return std::nullopt;
  return sides;
}

// No node is on both sides of a cut.
std::optional<TwoSides> read_cut(const YamlNode& node, std::string_view key, const Scenario& scenario, Problems& problems) {
  auto sides = read_sides(node, key, scenario, problems);
  if (!sides) return std::nullopt;
  for (const NodeIndex member : sides->one) {
    if (std::binary_search(sides->other.begin(), sides->other.end(), member)) {
      problems.add(node, fmt::format("node {} is on both sides of `{}`", scenario.nodes[member].name, key),
                   "a node is not cut off from itself: name it on one side");
      return std::nullopt;
    }
  }
  return sides;
}

std::string sides_text(const YamlNode& node) { return words_of(node.items[0]) + " | " + words_of(node.items[1]); }

std::optional<NamedAction> read_command(const YamlNode& node, const std::string& key, const Scenario& scenario,
                                        Problems& problems) {
  const Problems::Mark before = problems.mark();
  CommandNodes command;
  command.command = key == "kill"    ? NodeCommand::kill
                    : key == "pause"  ? NodeCommand::pause
                    : key == "resume" ? NodeCommand::resume
                                      : NodeCommand::restart;
  command.nodes = find_places(node, fmt::format("`{}`", key), scenario, problems);
  if (problems.mark() != before) return std::nullopt;
  return NamedAction{std::move(command), short_line(key + " " + words_of(node))};
}

std::optional<NamedAction> read_quota(const YamlNode& node, const Fields& fields, const Scenario& scenario, Problems& problems) {
  const Problems::Mark before = problems.mark();
  const auto quota = read_share(node, "`quota` of an event", {0.01, 1.0}, problems);
  const YamlNode* of = fields.require("of", "of: edge-1 (the tier, site or node that gets this quota)");
  if (of == nullptr) return std::nullopt;
  ChangeQuota change{find_places(*of, "`of`", scenario, problems), quota.value_or(1.0)};
  if (problems.mark() != before) return std::nullopt;
  return NamedAction{std::move(change), short_line(fmt::format("quota {} of {}", node.text, words_of(*of)))};
}

std::optional<NamedAction> read_partition(const YamlNode& node, const Scenario& scenario, Problems& problems) {
  const auto sides = read_cut(node, "partition", scenario, problems);
  if (!sides) return std::nullopt;
  return NamedAction{Partition{sides->one, sides->other}, short_line("partition " + sides_text(node))};
}

std::optional<NamedAction> read_heal(const YamlNode& node, const Scenario& scenario, Problems& problems) {
  if (node.is_scalar() && node.text == "all") return NamedAction{Heal{}, "heal all"};
  const auto sides = read_cut(node, "heal", scenario, problems);
  if (!sides) return std::nullopt;
  return NamedAction{Heal{sides->one, sides->other}, short_line("heal " + sides_text(node))};
}

// [A, B] for both directions, {from: A, to: B} for one.
std::optional<ChangeLinks> read_changed_ends(const YamlNode& node, const Scenario& scenario, std::string& text, Problems& problems) {
  if (!node.is_mapping()) {
    auto sides = read_sides(node, "change", scenario, problems);
    if (!sides) return std::nullopt;
    text = words_of(node.items[0]) + " - " + words_of(node.items[1]);
    return ChangeLinks{std::move(sides->one), std::move(sides->other), true, {}};
  }
  const Problems::Mark before = problems.mark();
  const Fields ends{node, "`change`", {"from", "to"}, problems};
  const YamlNode* from = ends.require("from", "from: edge");
  const YamlNode* to = ends.require("to", "to: cloud");
  if (from == nullptr || to == nullptr) return std::nullopt;
  ChangeLinks change{find_places(*from, "`from`", scenario, problems), find_places(*to, "`to`", scenario, problems), false, {}};
  if (problems.mark() != before) return std::nullopt;
  text = words_of(*from) + " to " + words_of(*to);
  return change;
}

// {up: A} or {down: A}: access links.
std::optional<ChangeAccess> read_changed_access(const YamlNode& node, const Scenario& scenario, std::string& text, Problems& problems) {
  const Fields direction{node, "`change`", {"up", "down"}, problems};
  const YamlNode* up = direction.find("up");
  const YamlNode* down = direction.find("down");
  if (up != nullptr && down != nullptr) {
    problems.add(node, "`change` says up and down", "write one line for each");
    return std::nullopt;
  }
  const Problems::Mark before = problems.mark();
  const YamlNode& of = up != nullptr ? *up : *down;
  ChangeAccess change{find_places(of, up != nullptr ? "`up`" : "`down`", scenario, problems), up != nullptr, {}};
  if (problems.mark() != before) return std::nullopt;
  text = words_of(of) + (change.up ? " up" : " down");
  return change;
}

// Of a link between nodes or of access links, still without its figures.
std::optional<Action> read_changed(const YamlNode& node, const Scenario& scenario, std::string& text, Problems& problems) {
  const auto is_direction = [](const YamlNode& key) { return key.text == "up" || key.text == "down"; };
  if (node.is_mapping() && std::ranges::any_of(node.keys, is_direction)) return read_changed_access(node, scenario, text, problems);
  auto change = read_changed_ends(node, scenario, text, problems);
  if (change && count_pairs(*change) == 0) {
    problems.add(node, "`change` names one node only", "a link joins two nodes");
    return std::nullopt;
  }
  return change;
}

std::optional<NamedAction> read_change(const YamlNode& node, const Fields& fields, const Scenario& scenario, LinkFiles& files,
                                       Problems& problems) {
  const Problems::Mark before = problems.mark();
  std::string text;
  auto change = read_changed(node, scenario, text, problems);
  const auto patch = read_link_patch(fields, files, problems);
  if (!change || !patch || problems.mark() != before) return std::nullopt;
  if (patch->says_nothing()) {
    problems.add(fields.node(), "`change` without a figure", "add for example rate: 1 Mbit/s, or loss: 5 %");
    return std::nullopt;
  }
  if (auto* links = std::get_if<ChangeLinks>(&*change)) links->patch = *patch;
  if (auto* access = std::get_if<ChangeAccess>(&*change)) access->patch = *patch;
  const auto figures = with_link_keys({});
  std::string separator = ": ";
  for (std::size_t index = 0; index < fields.node().keys.size(); ++index) {
    const std::string& key = fields.node().keys[index].text;
    if (std::ranges::find(figures, key) == figures.end()) continue;
    text += separator + key + " " + words_of(fields.node().items[index]);
    separator = ", ";
  }
  return NamedAction{std::move(*change), short_line("change " + text)};
}

}  // namespace

std::vector<std::string_view> with_action_keys(std::initializer_list<std::string_view> own) {
  std::vector<std::string_view> keys{own};
  keys.insert(keys.end(), action_keys.begin(), action_keys.end());
  keys.emplace_back("of");
  for (const std::string_view key : with_link_keys({})) keys.push_back(key);
  return keys;
}

std::optional<NamedAction> read_action(const Fields& fields, const Scenario& scenario, LinkFiles& files, Problems& problems) {
  std::vector<std::string> said;
  for (const char* key : action_keys) {
    if (fields.find(key) != nullptr) said.emplace_back(key);
  }
  if (said.size() != 1) {
    if (!fields.node().is_mapping()) return std::nullopt;
    problems.add(fields.node(),
                 said.empty() ? fmt::format("{} does not say what happens", fields.what())
                              : fmt::format("{} says {} and {}", fields.what(), said[0], said[1]),
                 said.empty() ? fmt::format("add one of {}", fmt::join(action_keys, ", ")) : "write one line for each");
    return std::nullopt;
  }
  const YamlNode& node = *fields.find(said[0]);
  if (const YamlNode* of = fields.find("of"); of != nullptr && said[0] != "quota") {
    problems.add(*of, fmt::format("`of` does not go with `{}`", said[0]), "it names whose quota changes");
    return std::nullopt;
  }
  if (said[0] == "change") return read_change(node, fields, scenario, files, problems);
  for (const std::string_view key : with_link_keys({})) {
    const YamlNode* figure = fields.find(key);
    if (figure == nullptr) continue;
    problems.add(*figure, fmt::format("`{}` does not go with `{}`", key, said[0]), "figures of links go with `change`");
    return std::nullopt;
  }
  if (said[0] == "quota") return read_quota(node, fields, scenario, problems);
  if (said[0] == "partition") return read_partition(node, scenario, problems);
  if (said[0] == "heal") return read_heal(node, scenario, problems);
  return read_command(node, said[0], scenario, problems);
}

}  // namespace continuo
