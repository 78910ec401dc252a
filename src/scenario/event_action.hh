// An action on nodes and links, as a line of `events:` or a command to a running emulation says it.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "scenario/event.hh"
#include "scenario/files.hh"
#include "scenario/scenario.hh"

namespace continuo {

struct NamedAction {
  Action action;
  std::string text;  // for people: "partition hall | cloud"
};

inline constexpr std::size_t action_line_size_max = 4096;

// The words of a command, as a person types them; the names are the scenario's:
//   kill edge-1 edge-2                       pause, resume and restart alike
//   partition hall cloud-1,cloud-2           heal hall cloud-1; heal alone: everything
//   quota edge-1 0.2
//   change endpoint edge rate=1Mbit/s loss=5%      change from=edge to=cloud delay=20ms: one direction
//   change up=endpoint rate=1Mbit/s                their access links; down=endpoint alike
//   {change: [endpoint, edge], queue: {packets: 10}}   a line of `events:` without its time
// The string says what is wrong. Paths are relative to the scenario's folder.
std::variant<NamedAction, std::string> parse_action(std::string_view line, const Scenario& scenario, const Files& files);

}  // namespace continuo
