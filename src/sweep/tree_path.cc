#include "sweep/tree_path.hh"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "scenario/fields.hh"

namespace continuo {
namespace {

constexpr const char* forms = "write keys with dots between them and items of lists as [0]: tiers.edge.quota, workload[0].every";
constexpr std::size_t steps_max = 16;  // as deep as a scenario may nest

// Keys that are names of the user's: no parser could say that one is mistyped, for it would be one more tier.
std::optional<AskedWrongly> unknown_tier(const YamlNode& tiers, const TreePath& path, const std::string& name) {
  std::vector<std::string> known;
  for (const YamlNode& key : tiers.keys) known.push_back(key.text);
  if (std::ranges::find(known, name) != known.end()) return std::nullopt;
  return AskedWrongly{fmt::format("{}: unknown tier \"{}\"", path.text, name), suggest(name, known)};
}

// The value of this key, added if there is none.
YamlNode& value_of(YamlNode& mapping, const std::string& key) {
  for (std::size_t index = 0; index < mapping.keys.size(); ++index) {
    if (mapping.keys[index].is_scalar() && mapping.keys[index].text == key) return mapping.items[index];
  }
  YamlNode name;
  name.kind = YamlNode::Kind::scalar;
  name.line = mapping.line;
  name.column = mapping.column;
  name.text = key;
  mapping.keys.push_back(std::move(name));
  YamlNode value;
  value.line = mapping.line;
  value.column = mapping.column;
  mapping.items.push_back(std::move(value));
  return mapping.items.back();
}

}  // namespace

std::variant<TreePath, AskedWrongly> parse_tree_path(std::string_view text) {
  const AskedWrongly wrong{fmt::format("\"{}\" is no path into a scenario", text.substr(0, 80)), forms};
  TreePath path{std::string{text}, {}};
  bool key_expected = true;
  while (!text.empty()) {
    if (text.front() == '[') {
      std::size_t index = 0;
      const auto [end, failure] = std::from_chars(text.data() + 1, text.data() + text.size(), index);
      const auto length = static_cast<std::size_t>(end - text.data());
      if (failure != std::errc{} || length >= text.size() || *end != ']' || path.steps.empty() || key_expected) return wrong;
      path.steps.emplace_back(index);
      text.remove_prefix(length + 1);
    } else if (key_expected) {
      const std::string_view key = text.substr(0, text.find_first_of(".["));
      if (key.empty() || key.find_first_of(" ]=") != std::string_view::npos) return wrong;
      path.steps.emplace_back(std::string{key});
      text.remove_prefix(key.size());
      key_expected = false;
    } else if (text.front() == '.') {
      key_expected = true;
      text.remove_prefix(1);
    } else {
      return wrong;
    }
  }
  if (key_expected || path.steps.size() > steps_max) return wrong;
  return path;
}

std::optional<AskedWrongly> put_value(YamlNode& root, const TreePath& path, const std::string& value) {
  YamlNode* node = &root;
  std::string walked;
  for (const TreeStep& step : path.steps) {
    const std::string here = walked.empty() ? "the scenario" : walked;
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      if (!node->is_sequence()) {
        return AskedWrongly{fmt::format("{}: {} is not a list", path.text, here),
                            "items are picked from lists only: leave [...] away"};
      }
      if (*index >= node->items.size()) {
        const char* plural = node->items.size() == 1 ? "" : "s";
        return AskedWrongly{fmt::format("{}: {} has {} item{}", path.text, here, node->items.size(), plural),
                            node->items.empty() ? "write the list into the scenario first"
                                                : fmt::format("the last is [{}]", node->items.size() - 1)};
      }
      node = &node->items[*index];
      walked += fmt::format("[{}]", *index);
      continue;
    }
    const std::string& key = std::get<std::string>(step);
    if (node->is_sequence()) {
      return AskedWrongly{fmt::format("{}: {} is a list", path.text, here), fmt::format("pick an item: {}[0].{}", walked, key)};
    }
    if (node->is_scalar()) {
      return AskedWrongly{fmt::format("{}: {} is the single value \"{}\"", path.text, here, node->text),
                          "write it as a mapping in the scenario, or vary it as a whole"};
    }
    if (walked == "tiers") {
      if (auto wrong = unknown_tier(*node, path, key)) return wrong;
    }
    node->kind = YamlNode::Kind::mapping;
    node = &value_of(*node, key);
    walked += (walked.empty() ? "" : ".") + key;
  }
  node->kind = YamlNode::Kind::scalar;
  node->quoted = false;
  node->text = value;
  node->keys.clear();
  node->items.clear();
  return std::nullopt;
}

}  // namespace continuo
