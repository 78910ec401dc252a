#include "scenario/infrastructure_state.hh"

#include <algorithm>
#include <type_traits>

namespace continuo {

namespace {

using Pairs = std::vector<std::pair<NodeIndex, NodeIndex>>;

void add_pairs(const std::vector<NodeIndex>& from, const std::vector<NodeIndex>& to, Pairs& pairs) {
  for (const NodeIndex one : from) {
    for (const NodeIndex other : to) {
      if (one != other) pairs.emplace_back(one, other);
    }
  }
}

Pairs both_ways(const std::vector<NodeIndex>& one, const std::vector<NodeIndex>& other) {
  Pairs pairs;
  add_pairs(one, other, pairs);
  add_pairs(other, one, pairs);
  return pairs;
}

std::size_t count_pairs(const std::vector<NodeIndex>& from, const std::vector<NodeIndex>& to) {
  const auto of_both = std::ranges::count_if(from, [&](NodeIndex node) { return std::ranges::binary_search(to, node); });
  return from.size() * to.size() - static_cast<std::size_t>(of_both);
}

std::optional<LinkProperties> access_link_of(const Scenario& scenario, NodeIndex node, bool up) {
  if (scenario.access.empty()) return std::nullopt;
  return up ? scenario.access.at(node).up_link() : scenario.access.at(node).down_link();
}

}  // namespace

const char* to_string(NodeState state) {
  switch (state) {
    case NodeState::running: return "running";
    case NodeState::paused: return "paused";
    case NodeState::killed: return "killed";
  }
  return "";
}

std::vector<std::pair<NodeIndex, NodeIndex>> pairs_of(const Action& action) {
  if (const auto* change = std::get_if<ChangeLinks>(&action)) {
    if (change->both_ways) return both_ways(change->from, change->to);
    Pairs pairs;
    add_pairs(change->from, change->to, pairs);
    return pairs;
  }
  if (const auto* partition = std::get_if<Partition>(&action)) return both_ways(partition->one, partition->other);
  if (const auto* heal = std::get_if<Heal>(&action)) return both_ways(heal->one, heal->other);
  return {};
}

std::size_t count_pairs(const Action& action) {
  if (const auto* change = std::get_if<ChangeLinks>(&action)) {
    return (change->both_ways ? 2 : 1) * count_pairs(change->from, change->to);
  }
  if (const auto* partition = std::get_if<Partition>(&action)) return 2 * count_pairs(partition->one, partition->other);
  if (const auto* heal = std::get_if<Heal>(&action)) return 2 * count_pairs(heal->one, heal->other);
  return 0;
}

InfrastructureState::InfrastructureState(const Scenario& scenario)
    : scenario_{scenario}, states_(scenario.nodes.size(), NodeState::running) {}

double InfrastructureState::quota(NodeIndex node) const {
  const auto changed = quotas_.find(node);
  return changed != quotas_.end() ? changed->second : scenario_.tier_of(node).quota;
}

LinkProperties InfrastructureState::link(NodeIndex from, NodeIndex to) const {
  const auto found = changed_.find(key(from, to));
  return found == changed_.end() ? scenario_.link(from, to) : found->second;
}

LinkProperties InfrastructureState::access(NodeIndex node, bool up) const {
  const auto found = changed_access_.find({node, up});
  if (found != changed_access_.end()) return found->second;
  return access_link_of(scenario_, node, up).value_or(LinkProperties{});
}

std::vector<std::pair<NodeIndex, NodeIndex>> InfrastructureState::cut_pairs() const {
  Pairs pairs;
  for (const std::uint64_t pair : cut_) pairs.emplace_back(pair / scenario_.nodes.size(), pair % scenario_.nodes.size());
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

std::optional<std::string> InfrastructureState::apply(const Action& action) {
  return std::visit(
      [this](const auto& what) -> std::optional<std::string> {
        using What = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<What, ChangeLinks>) return change(what);
        if constexpr (std::is_same_v<What, ChangeAccess>) return change(what);
        if constexpr (std::is_same_v<What, Partition>) return partition(what);
        if constexpr (std::is_same_v<What, Heal>) return heal(what);
        if constexpr (std::is_same_v<What, CommandNodes>) return command(what);
        if constexpr (std::is_same_v<What, ChangeQuota>) return change_quota(what);
      },
      action);
}

std::optional<std::string> InfrastructureState::change(const ChangeLinks& change) {
  std::vector<std::pair<std::uint64_t, LinkProperties>> news;
  for (const auto& [from, to] : pairs_of(change)) {
    const LinkProperties before = link(from, to);
    LinkProperties after = change.patch.applied_to(before);
    if (const auto wrong = contradiction_in(after)) {
      return "from " + scenario_.nodes[from].name + " to " + scenario_.nodes[to].name + ", " + wrong->message;
    }
    if (after != before) news.emplace_back(key(from, to), std::move(after));
  }
  if (news.empty()) return "these figures are in force already";
  for (auto& [pair, properties] : news) changed_.insert_or_assign(pair, std::move(properties));
  return std::nullopt;
}

std::optional<std::string> InfrastructureState::change(const ChangeAccess& change) {
  std::vector<std::pair<NodeIndex, LinkProperties>> news;
  for (const NodeIndex node : change.nodes) {
    const std::string whose = scenario_.nodes[node].name + (change.up ? " up" : " down");
    if (!access_link_of(scenario_, node, change.up)) {
      return scenario_.nodes[node].name + " has no access link " + (change.up ? "up" : "down") + ": `access` of the scenario states those";
    }
    const LinkProperties before = access(node, change.up);
    LinkProperties after = change.patch.applied_to(before);
    if (const auto wrong = contradiction_in(after)) return whose + ", " + wrong->message;
    if (after != before) news.emplace_back(node, std::move(after));
  }
  if (news.empty()) return "these figures are in force already";
  for (auto& [node, properties] : news) changed_access_.insert_or_assign({node, change.up}, std::move(properties));
  return std::nullopt;
}

std::optional<std::string> InfrastructureState::partition(const Partition& partition) {
  const std::size_t before = cut_.size();
  for (const auto& [from, to] : pairs_of(partition)) cut_.insert(key(from, to));
  if (cut_.size() == before) return "they are cut off from each other already";
  return std::nullopt;
}

std::optional<std::string> InfrastructureState::heal(const Heal& heal) {
  const std::size_t before = cut_.size();
  if (heal.one.empty() && heal.other.empty()) cut_.clear();
  for (const auto& [from, to] : pairs_of(heal)) cut_.erase(key(from, to));
  if (cut_.size() == before) return "nothing is cut there";
  return std::nullopt;
}

std::optional<std::string> InfrastructureState::command(const CommandNodes& command) {
  using enum NodeState;
  bool changes = command.command == NodeCommand::restart;
  for (const NodeIndex node : command.nodes) {
    const NodeState state = states_.at(node);
    const bool stops_or_goes_on = command.command == NodeCommand::pause || command.command == NodeCommand::resume;
    if (state == killed && stops_or_goes_on) {
      return scenario_.nodes[node].name + " is killed then: only restart brings it back";
    }
    changes = changes || (command.command == NodeCommand::kill && state != killed) ||
              (command.command == NodeCommand::pause && state == running) ||
              (command.command == NodeCommand::resume && state == paused);
  }
  if (!changes) {
    return command.command == NodeCommand::resume ? "nothing is paused there"
           : command.command == NodeCommand::pause ? "paused already"
                                                   : "killed already";
  }
  for (const NodeIndex node : command.nodes) {
    states_[node] = command.command == NodeCommand::kill ? killed : command.command == NodeCommand::pause ? paused : running;
  }
  return std::nullopt;
}

std::optional<std::string> InfrastructureState::change_quota(const ChangeQuota& change) {
  const auto same = [&](NodeIndex node) { return quota(node) == change.quota; };
  if (std::all_of(change.nodes.begin(), change.nodes.end(), same)) return "this quota is in force already";
  for (const NodeIndex node : change.nodes) quotas_.insert_or_assign(node, change.quota);
  return std::nullopt;
}

}  // namespace continuo
