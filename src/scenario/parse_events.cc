// What happens while the load runs, in the order of time; what would change nothing is told.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "scenario/event_action.hh"
#include "scenario/infrastructure_state.hh"
#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t events_max = 10'000;
// Of nodes, over all events: a partition of 100 nodes from 100 others has 20000.
constexpr std::size_t pairs_max = 250'000;

struct ReadEvent {
  Event event;
  const YamlNode* node = nullptr;
};

// What an action changes, so that two that change the same at one moment are found.
using Touch = std::array<std::size_t, 3>;
std::vector<Touch> touches_of(const Action& action) {
  std::vector<Touch> touches;
  const bool figures = std::holds_alternative<ChangeLinks>(action);
  for (const auto& [from, to] : pairs_of(action)) touches.push_back({figures ? 0U : 1U, from, to});
  if (const auto* command = std::get_if<CommandNodes>(&action)) {
    for (const NodeIndex node : command->nodes) touches.push_back({2, node, 0});
  } else if (const auto* access = std::get_if<ChangeAccess>(&action)) {
    for (const NodeIndex node : access->nodes) touches.push_back({4, node, access->up ? 1U : 0U});
  } else if (const auto* change = std::get_if<ChangeQuota>(&action)) {
    for (const NodeIndex node : change->nodes) touches.push_back({3, node, 0});
  }
  return touches;
}

void check_history(const std::vector<ReadEvent>& events, const Scenario& scenario, Problems& problems) {
  InfrastructureState state{scenario};
  std::size_t pairs = 0;
  std::set<Touch> touched;
  const ReadEvent* before = nullptr;
  for (const ReadEvent& read : events) {
    if (problems.full()) return;
    pairs += count_pairs(read.event.action);
    if (pairs > pairs_max) {
      problems.add(*read.node, fmt::format("the events are about more than {} pairs of nodes", pairs_max),
                   "name fewer nodes, or write fewer events");
      return;
    }
    const auto touches = touches_of(read.event.action);
    if (before == nullptr || before->event.at != read.event.at) touched.clear();
    const bool again = std::ranges::any_of(touches, [&](const Touch& touch) { return touched.contains(touch); });
    if (again) {
      problems.add(*read.node, fmt::format("two events at {} change the same: {}, and {}", format_duration(read.event.at),
                                           in_quotes(before->event.text), in_quotes(read.event.text)),
                   "which comes first would not be known: write them at different times");
    } else if (const auto why = state.apply(read.event.action)) {
      problems.add(*read.node, fmt::format("{} at {} has no effect: {}", in_quotes(read.event.text),
                                           format_duration(read.event.at), *why),
                   "events are taken in the order of their times: check the ones before it");
    }
    touched.insert(touches.begin(), touches.end());
    before = &read;
  }
}

std::optional<ReadEvent> read_event(const YamlNode& item, const Scenario& scenario, LinkFiles& files, Problems& problems) {
  const Fields fields{item, "an event", with_action_keys({"at"}), problems};
  if (!item.is_mapping()) return std::nullopt;
  const Problems::Mark before = problems.mark();
  std::optional<Duration> at;
  if (const YamlNode* node = fields.require("at", "at: 10 s (after the load begins)")) {
    at = read_duration(*node, "`at` of an event", {0ns, 720h}, problems, "s");
    if (at && *at >= scenario.end() && scenario.end() > 0ns) {
      problems.add(*node, fmt::format("an event at {} is beyond the run, which ends at {}", format_duration(*at),
                                      format_duration(scenario.end())),
                   "write an earlier time, or let the workload last longer");
    }
  }
  auto action = read_action(fields, scenario, files, problems);
  if (!action || !at || problems.mark() != before) return std::nullopt;
  return ReadEvent{{*at, std::move(action->action), std::move(action->text)}, &item};
}

}  // namespace

void read_events(const YamlNode* node, Scenario& scenario, LinkFiles& files, Problems& problems) {
  if (node == nullptr) return;
  if (!check_list(*node, "`events`", {0, events_max}, "{at: 10 s, kill: edge-1}", problems)) return;
  std::vector<ReadEvent> events;
  const Problems::Mark before = problems.mark();
  for (const YamlNode& item : node->items) {
    if (problems.full()) return;
    if (auto event = read_event(item, scenario, files, problems)) events.push_back(std::move(*event));
  }
  std::ranges::stable_sort(events, {}, [](const ReadEvent& read) { return read.event.at; });
  // Of a history with holes nothing can be said.
  if (problems.mark() == before) check_history(events, scenario, problems);
  for (ReadEvent& read : events) scenario.events.push_back(std::move(read.event));
}

}  // namespace continuo
