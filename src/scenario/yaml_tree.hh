// A YAML file as a bounded tree in which every key and value knows its place.
//
// For scenario/, and for sweep/ which puts other values into a tree. yaml-cpp does the parsing; the tree is built from its events, so that depth, size and aliases are
// limited before anything is built, and duplicate keys are still there to be told.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenario/scenario_error.hh"

namespace continuo {

struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  int line = 1;
  int column = 1;
  bool quoted = false;  // a scalar in quotes is text, whatever it looks like
  std::string text{};   // of a scalar
  std::vector<YamlNode> keys{};   // of a mapping, beside items
  std::vector<YamlNode> items{};  // of a sequence, or the values of a mapping

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_mapping() const { return kind == Kind::mapping; }
};

struct YamlLimits {
  std::size_t bytes = std::size_t{1} << 20;
  std::size_t nodes = 100'000;
  std::size_t depth = 16;
};

// One document. Anchors and aliases are refused: what a file says stands where it is used.
std::variant<YamlNode, ScenarioError> parse_yaml(std::string_view text, const std::string& file,
                                                 const YamlLimits& limits = {});

}  // namespace continuo
