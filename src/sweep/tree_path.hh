// A path into a scenario's YAML: tiers.edge.quota, workload[0].every, links[1].delay.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenario/yaml_tree.hh"
#include "sweep/range.hh"

namespace continuo {

// One step down: the value of a key, or an item of a list, from 0.
using TreeStep = std::variant<std::string, std::size_t>;

struct TreePath {
  std::string text;  // as it was written
  std::vector<TreeStep> steps;
};

std::variant<TreePath, AskedWrongly> parse_tree_path(std::string_view text);

// The value at the path becomes this text. Keys of mappings that the file leaves to their defaults are added, and stand where
// their mapping does: whether there is such a key is for the scenario's parser to say. Items of lists and tiers are never added.
std::optional<AskedWrongly> put_value(YamlNode& root, const TreePath& path, const std::string& value);

}  // namespace continuo
