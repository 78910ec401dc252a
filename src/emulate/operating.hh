// Operating services: real programs of infrastructure in a node, with a configuration made for the run. Pure.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenario/scenario.hh"

namespace continuo {

struct OperatingPlan {
  NodeIndex node = 0;
  std::string name;  // "mosquitto", also of the program and of Debian's package
  std::uint16_t port = 0;
  std::filesystem::path configuration;  // within the node, on its memory
  std::string text;                     // of it
  std::vector<std::string> arguments;   // behind the program's path
};

// In the scenario's order. mosquitto: a broker for everybody on port 1883. prometheus: scrapes /metrics of every node each second, port 9090.
std::vector<OperatingPlan> operating_plans(const Scenario& scenario);

// Why they cannot be started; nothing: they can. `find`: the path of a program, empty if there is none.
std::optional<std::string> why_no_operating(const Scenario& scenario, const std::function<std::string(const std::string&)>& find);

}  // namespace continuo
