#include "scenario/continuum/config_reader.hh"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/continuum/parameter.hh"

namespace continuo {

namespace {

std::vector<std::string> keys_of(std::string_view section) {
  std::vector<std::string> keys;
  for (const ContinuumParameter& parameter : continuum_parameters()) {
    if (parameter.section == section) keys.push_back(parameter.key);
  }
  return keys;
}

std::string named(std::string_view key) { return fmt::format("`{}`", key); }

}  // namespace

ConfigReader::ConfigReader(const IniFile& file, Problems& problems) : file_{file}, problems_{problems} {
  const std::vector<std::string> sections{"infrastructure", "benchmark", "execution_model"};
  for (const IniSection& section : file.sections) {
    if (std::ranges::find(sections, section.name.text) != sections.end()) continue;
    problems.add(section.name, fmt::format("unknown section {}", in_quotes(section.name.text)),
                 suggest(section.name.text, sections));
  }
  for (const IniEntry& entry : file.entries) {
    if (problems.full()) return;
    if (std::ranges::find(sections, entry.section) == sections.end()) continue;  // told already
    const ContinuumParameter* parameter = find_continuum_parameter(entry.key.text);
    if (parameter == nullptr) {
      problems.add(entry.key, fmt::format("unknown key {} in [{}]", in_quotes(entry.key.text), entry.section),
                   suggest(entry.key.text, keys_of(entry.section)));
    } else if (parameter->section != entry.section) {
      problems.add(entry.key, fmt::format("{} stands in [{}]", in_quotes(entry.key.text), entry.section),
                   fmt::format("it belongs into [{}]", parameter->section));
    } else {
      entries_.emplace(lower_case(entry.key.text), entry);
    }
  }
}

const YamlNode* ConfigReader::find(std::string_view key) const {
  const auto found = entries_.find(lower_case(key));
  return found == entries_.end() ? nullptr : &found->second.value;
}

const YamlNode& ConfigReader::place_of(std::string_view key) const {
  if (const auto found = entries_.find(lower_case(key)); found != entries_.end()) return found->second.key;
  const ContinuumParameter* parameter = find_continuum_parameter(key);
  for (const IniSection& section : file_.sections) {
    if (parameter != nullptr && section.name.text == parameter->section) return section.name;
  }
  return top_;
}

const YamlNode* ConfigReader::require(std::string_view key, const std::string& reason, std::string_view example,
                                      std::string_view because_of) {
  const YamlNode* value = find(key);
  if (value == nullptr) {
    const ContinuumParameter* parameter = find_continuum_parameter(key);
    problems_.add(
        place_of(because_of.empty() ? key : because_of), fmt::format("{} is missing: {}", named(key), reason),
        fmt::format("add for example {} = {} below [{}]", key, example, parameter == nullptr ? "" : parameter->section));
  }
  return value;
}

bool ConfigReader::flag(std::string_view key) {
  const YamlNode* value = find(key);
  if (value == nullptr) return false;
  const std::string word = lower_case(value->text);
  for (const char* yes : {"true", "yes", "on", "1"}) {
    if (word == yes) return true;
  }
  for (const char* no : {"false", "no", "off", "0"}) {
    if (word == no) return false;
  }
  problems_.add(*value, fmt::format("{} must be True or False, not {}", named(key), in_quotes(value->text)),
                fmt::format("write {} = True or {} = False", key, key));
  return false;
}

std::optional<std::int64_t> ConfigReader::integer(std::string_view key, Range<std::int64_t> range) {
  const YamlNode* value = find(key);
  return value == nullptr ? std::nullopt : read_integer(*value, named(key), range, problems_);
}

std::optional<double> ConfigReader::number(std::string_view key, Range<double> range) {
  const YamlNode* value = find(key);
  return value == nullptr ? std::nullopt : read_number(*value, named(key), range, problems_);
}

std::optional<double> ConfigReader::number_or_preset(std::string_view key, Range<double> range) {
  const YamlNode* value = find(key);
  if (value != nullptr && (value->text == "-1" || value->text == "-1.0")) return std::nullopt;
  return number(key, range);
}

std::optional<std::string> ConfigReader::word(std::string_view key, const std::vector<std::string>& words) {
  const YamlNode* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (std::ranges::find(words, value->text) != words.end()) return value->text;
  problems_.add(*value, fmt::format("{} cannot be {}", named(key), in_quotes(value->text)), suggest(value->text, words));
  return std::nullopt;
}

std::string ConfigReader::text(std::string_view key) {
  const YamlNode* value = find(key);
  if (value == nullptr) return {};
  if (value->text.empty()) {
    problems_.add(*value, fmt::format("{} has no value", named(key)), "write one, or take the line away");
  }
  return value->text;
}

std::vector<std::string> ConfigReader::list(std::string_view key) {
  const YamlNode* value = find(key);
  std::vector<std::string> items;
  if (value == nullptr || value->text.empty()) return items;
  std::string_view rest = value->text;
  while (true) {
    const auto comma = rest.find(',');
    std::string_view item = rest.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    items.emplace_back(item);
    if (comma == std::string_view::npos) return items;
    rest.remove_prefix(comma + 1);
  }
}

void ConfigReader::contradiction(std::string_view key, std::string message, std::string hint) {
  problems_.add(place_of(key), std::move(message), std::move(hint));
}

bool ConfigReader::has_section(std::string_view name) const {
  return std::ranges::any_of(file_.sections, [&](const IniSection& section) { return section.name.text == name; });
}

}  // namespace continuo
