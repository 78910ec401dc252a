// Programs of the user's as workload.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t command_size_max = 64 * 1024;
constexpr Duration month = 720h;

// The program that a command begins with, as a name.
std::string first_word(const std::string& command) {
  const std::string word = command.substr(0, command.find_first_of(" \t\n;|&<>()"));
  const std::string base = word.substr(word.rfind('/') == std::string::npos ? 0 : word.rfind('/') + 1);
  return base.empty() || base.size() > 40 ? "program" : base;
}

}  // namespace

void read_program(const YamlNode& node, Scenario& scenario, Problems& problems) {
  Program program;
  const Fields fields{node, "a program of the workload", {"exec", "name", "on", "start", "deadline"}, problems};
  if (const YamlNode* exec = fields.require("exec", "exec: \"iperf3 -c edge-1\" (a command for /bin/sh)")) {
    program.command = read_text(*exec, "`exec` of a program", problems).value_or("");
    if (program.command.size() > command_size_max || program.command.find('\0') != std::string::npos) {
      problems.add(*exec, "`exec` is no command", fmt::format("write at most {} letters", command_size_max));
    }
  }
  const YamlNode* name = fields.find("name");
  program.name = name != nullptr && check_name(*name, "a program", problems) ? name->text : first_word(program.command);
  const std::string what = fmt::format("program {}", in_quotes(program.name));
  if (const YamlNode* on = fields.require("on", "on: endpoint (the tiers or nodes that run it)")) {
    for (const YamlNode* item : read_list(*on, "`on` of " + what, problems)) {
      const auto found = find_nodes(*item, scenario, problems);
      program.on.insert(program.on.end(), found.begin(), found.end());
      if (program.on.size() > 4 * scenario.nodes.size() || problems.full()) break;
    }
    if (on->is_sequence() && on->items.empty()) {
      problems.add(*on, fmt::format("`on` of {} is an empty list", what), "name at least one tier or node");
    }
    std::sort(program.on.begin(), program.on.end());
    program.on.erase(std::unique(program.on.begin(), program.on.end()), program.on.end());
  }
  program.deadline = 60s;
  if (const YamlNode* start = fields.find("start")) {
    program.start = read_duration(*start, "`start` of " + what, {0ns, month}, problems, "s").value_or(0ns);
  }
  if (const YamlNode* deadline = fields.find("deadline")) {
    program.deadline = read_duration(*deadline, "`deadline` of " + what, {1ms, month}, problems, "s").value_or(60s);
  }
  if (std::ranges::find(scenario.programs, program.name, &Program::name) != scenario.programs.end()) {
    problems.add(name != nullptr ? *name : node, fmt::format("two programs are called {}", in_quotes(program.name)),
                 "a program without a name has its command's: give each its own `name`");
  }
  scenario.programs.push_back(std::move(program));
}

}  // namespace continuo
