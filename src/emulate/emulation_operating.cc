// The step of a run that brings operating services up, and what brings those of one node up again.
#include <fcntl.h>
#include <fmt/format.h>

#include "emulate/emulation_run.hh"
#include "emulate/operating.hh"
#include "os/host_facts.hh"

namespace continuo {

namespace {

using namespace std::chrono_literals;

constexpr Duration operating_up_max = 30s;

}  // namespace

void EmulationRun::start_operating(const OperatingPlan& plan) {
  // Its configuration lies on the node's own memory, and ends with it.
  const auto root = std::filesystem::path{fmt::format("/proc/{}/root", infrastructure_.nodes().at(plan.node).first_process())};
  const auto file = root / plan.configuration.relative_path();
  open_file(file, O_WRONLY | O_CREAT | O_TRUNC);
  write_file(file, plan.text);
  std::vector<std::string> words{find_program(plan.name)};
  words.insert(words.end(), plan.arguments.begin(), plan.arguments.end());
  start(plan.node, ProcessRole::operating, std::move(words), "." + plan.name + ".log");
}

// What ran on a node that was restarted, but no load.
void EmulationRun::start_again(NodeIndex node) {
  start_node(node);
  for (const OperatingPlan& plan : operating_plans(scenario_)) {
    if (plan.node == node) {
      start_operating(plan);
    }
  }
}

void EmulationRun::start_operating() {
  const auto plans = operating_plans(scenario_);
  for (const OperatingPlan& plan : plans) {
    start_operating(plan);
    start(plan.node, ProcessRole::probe,
          {init_program_.string(), "await", std::to_string(plan.port), std::to_string(operating_up_max / 1ms)}, "");
  }
  const Duration deadline = clock_.now() + operating_up_max;
  while (operating_up_ < plans.size()) {
    step(deadline);
    if (!node_failure_.empty()) {
      throw std::runtime_error("an operating service did not come up: " + node_failure_);
    }
    if (clock_.now() >= deadline) {
      throw std::runtime_error(fmt::format("only {} of {} operating services answered within {:g} s", operating_up_, plans.size(),
                                           to_seconds(operating_up_max)));
    }
  }
  for (const OperatingPlan& plan : plans) {
    tell(fmt::format("{} answers on {} port {}", plan.name, scenario_.nodes[plan.node].name, plan.port));
  }
}

}  // namespace continuo
