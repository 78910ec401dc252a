// Access links: rates that all flows of a node share.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

constexpr std::size_t lines_max = 4096;
constexpr Range<BitRate> rates{BitRate::bits_per_second(1000), BitRate::megabits_per_second(1e6)};

// `key` or `key-trace` of the line.
void read_direction(const Fields& fields, const std::string& key, LinkFiles& files, std::optional<BitRate>& rate,
                    std::shared_ptr<const CapacityTrace>& trace, Problems& problems) {
  const YamlNode* rate_node = fields.find(key);
  const YamlNode* trace_node = fields.find(key + "-trace");
  if (rate_node != nullptr && trace_node != nullptr) {
    problems.add(*trace_node, fmt::format("{} has both `{}` and `{}-trace`", fields.what(), key, key),
                 "a trace is the rate over time: keep one of the two");
    return;
  }
  if (rate_node != nullptr && !(rate_node->is_scalar() && rate_node->text == "unlimited")) {
    rate = read_bit_rate(*rate_node, fmt::format("`{}` of {}", key, fields.what()), rates, problems);
  }
  if (trace_node != nullptr) trace = files.trace(*trace_node, fmt::format("`{}-trace` of {}", key, fields.what()), problems);
}

std::optional<AccessLink> read_line(const Fields& fields, LinkFiles& files, Problems& problems) {
  const Problems::Mark before = problems.mark();
  AccessLink link;
  read_direction(fields, "up", files, link.up, link.up_trace, problems);
  read_direction(fields, "down", files, link.down, link.down_trace, problems);
  if (const YamlNode* queue = fields.find("queue")) {
    link.queue = read_queue(*queue, "`queue` of " + fields.what(), problems).value_or(QueueProperties{});
  }
  if (problems.mark() != before) return std::nullopt;
  if (!link.up_link() && !link.down_link()) {
    // A trace that is wrong was told where it is first named.
    if (fields.find("up-trace") == nullptr && fields.find("down-trace") == nullptr) {
      problems.add(fields.node(), fields.what() + " limits nothing", "add up: 10 Mbit/s, down: 50 Mbit/s, or a trace of one of them");
    }
    return std::nullopt;
  }
  return link;
}

}  // namespace

void read_access(const YamlNode& node, Scenario& scenario, LinkFiles& files, Problems& problems) {
  const std::string what = "an access link";
  if (!check_list(node, "`access`", {0, lines_max}, "{of: endpoint, up: 10 Mbit/s, down: 50 Mbit/s}", problems)) return;
  std::vector<int> said_on_line(scenario.nodes.size(), 0);
  std::vector<bool> by_name(scenario.nodes.size(), false);  // the node itself, not its tier
  for (const YamlNode& item : node.items) {
    if (problems.full()) return;
    const Fields fields{item, what, {"of", "up", "down", "up-trace", "down-trace", "queue"}, problems};
    if (!item.is_mapping()) continue;
    const auto link = read_line(fields, files, problems);
    const YamlNode* of = fields.require("of", "of: endpoint (the tier whose nodes have it, or one node)");
    if (of == nullptr) continue;
    if (!of->is_scalar()) {
      problems.add(*of, "`of` of an access link must be the name of a tier or a node", "for example of: endpoint");
      continue;
    }
    const auto nodes = find_nodes(*of, scenario, problems);
    const bool is_node = std::ranges::find(scenario.tiers, of->text, &Tier::name) == scenario.tiers.end();
    if (scenario.access.empty() && !nodes.empty()) scenario.access.resize(scenario.nodes.size());
    for (const NodeIndex member : nodes) {
      if (said_on_line[member] != 0 && by_name[member] == is_node) {
        problems.add(*of, fmt::format("node {} already has an access link, on line {}", scenario.nodes[member].name, said_on_line[member]),
                     "keep one of the two");
        break;
      }
      if (by_name[member]) continue;  // what is said of a node stands above what is said of its tier
      said_on_line[member] = item.line;
      by_name[member] = is_node;
      if (link) scenario.access[member] = *link;
    }
  }
}

}  // namespace continuo
