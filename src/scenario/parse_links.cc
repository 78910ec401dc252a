// Links between tiers: presets, explicit figures, and the LAN where the file says nothing.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/link_presets.hh"
#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

constexpr std::size_t links_max = 4096;

struct Ends {
  TierIndex from = 0;
  TierIndex to = 0;
};

// What a link's keys say beside its ends; each overrides the preset's figure.
struct Figures {
  const YamlNode* preset_node = nullptr;
  std::string preset;
  std::optional<Duration> delay;
  std::optional<Duration> jitter;
  std::optional<BitRate> rate;
  bool unlimited = false;
  std::optional<Probability> loss;

  bool says_nothing() const {
    return preset.empty() && !delay && !jitter && !rate && !unlimited && !loss;
  }
};

std::vector<Ends> read_ends(const Fields& fields, const Scenario& scenario, Problems& problems) {
  const YamlNode* between = fields.find("between");
  const YamlNode* from = fields.find("from");
  const YamlNode* to = fields.find("to");
  if (between != nullptr && (from != nullptr || to != nullptr)) {
    problems.add(*between, "a link has both `between` and `from` or `to`",
                 "between: [a, b] is both directions; from: a with to: b is one");
    return {};
  }
  if (between != nullptr) {
    if (!between->is_sequence() || between->items.size() != 2) {
      problems.add(*between, "`between` needs the names of two tiers", "for example between: [edge, endpoint]");
      return {};
    }
    const auto one = find_tier(between->items[0], scenario, problems);
    const auto other = find_tier(between->items[1], scenario, problems);
    if (!one || !other) return {};
    if (*one == *other) return {{*one, *one}};
    return {{*one, *other}, {*other, *one}};
  }
  if (from == nullptr || to == nullptr) {
    if (fields.node().is_mapping()) {
      problems.add(fields.node(), "a link does not say what it joins",
                   "add between: [edge, endpoint] for both directions, or from: edge and to: cloud for one");
    }
    return {};
  }
  const auto one = find_tier(*from, scenario, problems);
  const auto other = find_tier(*to, scenario, problems);
  if (!one || !other) return {};
  return {{*one, *other}};
}

Figures read_figures(const Fields& fields, Problems& problems) {
  using namespace std::chrono_literals;
  Figures figures;
  if (const YamlNode* node = fields.find("preset")) {
    const auto text = read_text(*node, "the preset of a link", problems);
    const auto known = preset_names();
    if (text && std::find(known.begin(), known.end(), *text) == known.end()) {
      problems.add(*node, fmt::format("unknown preset {}", in_quotes(*text)), suggest(*text, known));
    } else if (text) {
      figures.preset = *text;
      figures.preset_node = node;
    }
  }
  if (const YamlNode* node = fields.find("delay")) {
    figures.delay = read_duration(*node, "`delay` of a link", {0ns, 60s}, problems);
  }
  if (const YamlNode* node = fields.find("jitter")) {
    figures.jitter = read_duration(*node, "`jitter` of a link", {0ns, 30s}, problems);
  }
  if (const YamlNode* node = fields.find("rate")) {
    figures.unlimited = node->is_scalar() && node->text == "unlimited";
    const Range<BitRate> range{BitRate::bits_per_second(1000), BitRate::megabits_per_second(1e6)};
    if (!figures.unlimited) figures.rate = read_bit_rate(*node, "`rate` of a link", range, problems);
  }
  if (const YamlNode* node = fields.find("loss")) {
    const auto loss = read_share(*node, "`loss` of a link", {0.0, 0.9}, problems);
    if (loss) figures.loss = Probability::of(*loss);
  }
  return figures;
}

std::optional<LinkProperties> combine(const Figures& figures, const Fields& fields, const Ends& ends,
                                      const Scenario& scenario, Problems& problems) {
  LinkProperties properties = default_link();
  const Tier& from = scenario.tiers[ends.from];
  const Tier& to = scenario.tiers[ends.to];
  if (!figures.preset.empty()) {
    const auto preset = preset_link(figures.preset, from.role, to.role);
    if (!preset) {
      problems.add(*figures.preset_node,
                   fmt::format("preset {} has no figures for a link from {} to {} (roles {} and {})", figures.preset,
                               in_quotes(from.name), in_quotes(to.name), to_string(from.role), to_string(to.role)),
                   "write its delay, jitter and rate instead");
      return std::nullopt;
    }
    properties = *preset;
  }
  if (figures.delay) properties.delay = *figures.delay;
  if (figures.jitter) properties.jitter = *figures.jitter;
  if (figures.rate) properties.rate = *figures.rate;
  if (figures.unlimited) properties.rate = std::nullopt;
  if (figures.loss) properties.loss = *figures.loss;
  if (properties.jitter * 2 > properties.delay) {
    const YamlNode* where = fields.find("jitter") != nullptr ? fields.find("jitter") : fields.find("delay");
    problems.add(where != nullptr ? *where : fields.node(),
                 fmt::format("jitter {} is more than half of the delay {}", format_duration(properties.jitter),
                             format_duration(properties.delay)),
                 "jitter is the standard deviation of the delay, and a delay cannot be negative: lower one or raise the other");
    return std::nullopt;
  }
  return properties;
}

bool same(const LinkProperties& one, const LinkProperties& other) {
  return one.delay == other.delay && one.jitter == other.jitter && one.rate == other.rate && one.loss == other.loss;
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

void read_links(const YamlNode* node, Scenario& scenario, Problems& problems) {
  set_lan_everywhere(scenario);
  if (node == nullptr) return;
  if (!check_list(*node, "`links`", {0, links_max}, "{between: [edge, endpoint], preset: 4g}", problems)) return;
  std::vector<int> said_on_line(scenario.links.size(), 0);
  for (const YamlNode& item : node->items) {
    if (problems.full()) return;
    const Fields fields{item, "a link", {"between", "from", "to", "preset", "delay", "jitter", "rate", "loss"}, problems};
    if (!item.is_mapping()) continue;
    const auto directions = read_ends(fields, scenario, problems);
    const Problems::Mark before = problems.mark();
    const Figures figures = read_figures(fields, problems);
    if (problems.mark() != before) continue;
    if (figures.says_nothing()) {
      problems.add(item, "a link has no figures", "add preset: 4g, or delay: 7.5 ms and rate: 100 Mbit/s");
      continue;
    }
    for (const Ends& ends : directions) {
      const auto properties = combine(figures, fields, ends, scenario, problems);
      if (!properties) break;
      const std::size_t place = ends.from * scenario.tiers.size() + ends.to;
      Link& link = scenario.links[place];
      if (said_on_line[place] != 0 && !same(link.properties, *properties)) {
        problems.add(item,
                     fmt::format("the link from {} to {} has other figures than on line {}",
                                 in_quotes(scenario.tiers[ends.from].name), in_quotes(scenario.tiers[ends.to].name),
                                 said_on_line[place]),
                     "keep one of the two, or give each direction its own with from and to");
        break;
      }
      if (said_on_line[place] == 0) said_on_line[place] = item.line;
      link.properties = *properties;
      const std::string& from = scenario.tiers[ends.from].name;
      link.label = (ends.from == ends.to ? "within " + from : from + " to " + scenario.tiers[ends.to].name) +
                   (figures.preset.empty() ? "" : fmt::format(" ({})", figures.preset));
    }
  }
}

}  // namespace continuo
