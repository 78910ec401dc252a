// Typed values out of a Continuum file, with every mistake written down. Internal to scenario/continuum/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/continuum/continuum_config.hh"
#include "scenario/fields.hh"

namespace continuo {

class ConfigReader {
 public:
  // Tells unknown sections and keys, and known keys in a section where Continuum does not look for them.
  ConfigReader(const IniFile& file, Problems& problems);

  // The value; nullptr: the file does not have the key.
  const YamlNode* find(std::string_view key) const;
  // As find, and tells it if the key is absent: "`cloud_cores` is missing: REASON". It is told where `because_of` stands.
  const YamlNode* require(std::string_view key, const std::string& reason, std::string_view example,
                          std::string_view because_of = {});

  bool flag(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key, Range<std::int64_t> range);
  std::optional<double> number(std::string_view key, Range<double> range);
  // As number, and -1 says nothing, as Continuum has it for "the preset's".
  std::optional<double> number_or_preset(std::string_view key, Range<double> range);
  std::optional<std::string> word(std::string_view key, const std::vector<std::string>& words);
  std::string text(std::string_view key);
  // Separated by commas.
  std::vector<std::string> list(std::string_view key);

  // What contradicts another key is told where this one stands, or at the section's head if it is a default.
  void contradiction(std::string_view key, std::string message, std::string hint);
  std::map<std::string, IniEntry> given() const { return entries_; }
  bool has_section(std::string_view name) const;

 private:
  const YamlNode& place_of(std::string_view key) const;

  const IniFile& file_;
  std::map<std::string, IniEntry> entries_;  // by key in lower case
  YamlNode top_{.kind = YamlNode::Kind::scalar};
  Problems& problems_;
};

// The two sections, each with the rules that its keys must keep.
void read_infrastructure(ConfigReader& reader, ContinuumConfig& config);
void read_benchmark(ConfigReader& reader, ContinuumConfig& config);
// The rules that join nodes, resource manager and application; only of a file without other mistakes.
void check_topology(ConfigReader& reader, const ContinuumConfig& config);

}  // namespace continuo
