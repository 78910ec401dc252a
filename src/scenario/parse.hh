// From a scenario file to a Scenario, or to everything that is wrong with it. docs/scenario.md describes the format.
#pragma once

#include <filesystem>
#include <string_view>
#include <variant>
#include <vector>

#include "scenario/files.hh"
#include "scenario/scenario.hh"
#include "scenario/scenario_error.hh"
#include "scenario/yaml_tree.hh"

namespace continuo {

// A valid Scenario, or all errors at once, by line. Never throws on bad input. Paths in the text are relative to the folder
// of `file`; `files` is asked for the manifests and inputs.
std::variant<Scenario, std::vector<ScenarioError>> parse_scenario(std::string_view text, const std::filesystem::path& file,
                                                                  const Files& files);

// The same of a tree that was read before, and perhaps changed: what sweep/ does.
std::variant<Scenario, std::vector<ScenarioError>> parse_scenario(const YamlNode& root, const std::filesystem::path& file,
                                                                  const Files& files);

// The text of a scenario file, or why it cannot be read.
std::variant<std::string, ScenarioError> read_scenario_text(const std::filesystem::path& file);

// As parse_scenario, from disk.
std::variant<Scenario, std::vector<ScenarioError>> load_scenario(const std::filesystem::path& file);

}  // namespace continuo
