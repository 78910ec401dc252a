// Everything that a node of a real machine would find out or be told, an emulated one is told.
#include "emulate/command_lines.hh"

#include <fmt/format.h>

#include "emulate/addresses.hh"

namespace continuo {
namespace {

void add_changes(const Scenario& scenario, std::vector<std::string>& words) {
  for (const std::string& change : scenario.changes) words.insert(words.end(), {"--set", change});
}

}  // namespace

std::vector<std::string> node_command(const Scenario& scenario, NodeIndex node, const std::filesystem::path& program) {
  const Tier& tier = scenario.tier_of(node);
  std::vector<std::string> words{program.string(),
                                 "node",
                                 "--name",
                                 scenario.nodes.at(node).name,
                                 "--tier",
                                 tier.name,
                                 "--listen",
                                 "0.0.0.0",
                                 "--port",
                                 std::to_string(node_port),
                                 "--advertise",
                                 endpoint_of(node),
                                 "--store",
                                 "/run/continuo/store",
                                 "--cores",
                                 std::to_string(tier.cores),
                                 "--quota",
                                 fmt::format("{}", tier.quota),
                                 "--memory",
                                 std::to_string(tier.memory.count()),
                                 "--seed",
                                 std::to_string(scenario.seed.value()),
                                 "--events"};
  if (tier.runtimes) {
    words.insert(words.end(), {"--runtimes", fmt::format("{}", fmt::join(*tier.runtimes, ","))});
  }
  if (node == scenario.hub) {
    words.insert(words.end(), {"--hub", std::filesystem::absolute(scenario.file).string()});
    add_changes(scenario, words);
  } else if (!scenario.same_site(node, scenario.hub)) {
    words.insert(words.end(), {"--peer", endpoint_of(scenario.hub)});
  }
  return words;
}

std::vector<std::string> load_command(const Scenario& scenario, NodeIndex node, const std::filesystem::path& program,
                                      Duration start_at) {
  std::vector<std::string> words{program.string(),
                                 "load",
                                 std::filesystem::absolute(scenario.file).string(),
                                 "--node",
                                 scenario.nodes.at(node).name,
                                 "--target",
                                 endpoint_of(node),
                                 "--start-at",
                                 std::to_string(start_at.count())};
  add_changes(scenario, words);
  return words;
}

}  // namespace continuo
