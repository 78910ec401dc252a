// A command's words become the tree that a line of `events:` would be, and are read as one.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/event_action.hh"
#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

constexpr const char* usage =
    "say kill, pause, resume or restart NODE...; partition A B; heal [A B]; quota NODE SHARE; "
    "change A B FIGURE=VALUE...; or a line of `events:` in {} without its time";

YamlNode scalar(std::string_view text) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.text = text;
  return node;
}

YamlNode sequence(std::vector<YamlNode> items) {
  YamlNode node;
  node.kind = YamlNode::Kind::sequence;
  node.items = std::move(items);
  return node;
}

void put(YamlNode& mapping, std::string_view key, YamlNode value) {
  mapping.kind = YamlNode::Kind::mapping;
  mapping.keys.push_back(scalar(key));
  mapping.items.push_back(std::move(value));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// "a,b" is a list.
YamlNode places(std::string_view word) {
  std::vector<YamlNode> items;
  for (const auto name : split(word, ',')) items.push_back(scalar(name));
  return items.size() == 1 ? items.front() : sequence(std::move(items));
}

// "A B", "from=A to=B", "up=A" or "down=A", then figures.
void put_change(const std::vector<std::string_view>& words, YamlNode& mapping) {
  YamlNode ends;
  std::vector<YamlNode> names;
  YamlNode figures;
  for (std::size_t index = 1; index < words.size(); ++index) {
    const auto equals = words[index].find('=');
    const std::string_view key = words[index].substr(0, equals);
    if (equals == std::string_view::npos) names.push_back(places(words[index]));
    else if (key == "from" || key == "to" || key == "up" || key == "down") put(ends, key, places(words[index].substr(equals + 1)));
    else put(figures, key, scalar(words[index].substr(equals + 1)));
  }
  if (ends.is_mapping() == !names.empty()) return;
  put(mapping, "change", ends.is_mapping() ? std::move(ends) : sequence(std::move(names)));
  for (std::size_t index = 0; index < figures.keys.size(); ++index) {
    put(mapping, figures.keys[index].text, std::move(figures.items[index]));
  }
}

// An empty mapping: not understood.
YamlNode tree_of(const std::vector<std::string_view>& words) {
  YamlNode mapping;
  if (words.empty()) return mapping;
  const std::string_view command = words[0];
  if (command == "partition" || command == "heal") {
    if (command == "heal" && (words.size() == 1 || (words.size() == 2 && words[1] == "all"))) put(mapping, command, scalar("all"));
    else if (words.size() == 3) put(mapping, command, sequence({places(words[1]), places(words[2])}));
  } else if (command == "change") {
    put_change(words, mapping);
  } else if (command == "quota") {
    if (words.size() == 3) {
      put(mapping, command, scalar(words[2]));
      put(mapping, "of", places(words[1]));
    }
  } else if (command == "kill" || command == "pause" || command == "resume" || command == "restart") {
    std::vector<YamlNode> items;
    for (std::size_t index = 1; index < words.size(); ++index) {
      for (const auto name : split(words[index], ',')) items.push_back(scalar(name));
    }
    if (!items.empty()) put(mapping, command, sequence(std::move(items)));
  }
  return mapping;
}

std::string told(Problems problems) {
  const auto errors = std::move(problems).sorted();
  if (errors.empty()) return "";
  return errors.front().message + (errors.front().hint.empty() ? "" : "\n  " + errors.front().hint);
}

}  // namespace

std::variant<NamedAction, std::string> parse_action(std::string_view line, const Scenario& scenario, const Files& files) {
  if (line.size() > action_line_size_max) return fmt::format("longer than {} bytes", action_line_size_max);
  Problems problems{""};
  YamlNode tree;
  if (line.starts_with('{')) {
    auto parsed = parse_yaml(line, "", {.bytes = action_line_size_max, .nodes = 1000, .depth = 8});
    if (const auto* error = std::get_if<ScenarioError>(&parsed)) return error->message;
    tree = std::move(std::get<YamlNode>(parsed));
  } else {
    tree = tree_of(split(line, ' '));
    if (!tree.is_mapping()) return std::string{usage};
  }
  const Fields fields{tree, "the command", with_action_keys({}), problems};
  LinkFiles link_files{files, scenario.file.parent_path()};
  auto action = read_action(fields, scenario, link_files, problems);
  if (!action || !problems.empty()) {
    std::string why = told(std::move(problems));
    return why.empty() ? std::string{usage} : why;
  }
  return std::move(*action);
}

}  // namespace continuo
