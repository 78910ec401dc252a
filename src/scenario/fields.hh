// Reading typed values out of a YamlNode, with every mistake written down instead of thrown. For scenario/, and
// for sweep/ which reads files of figures.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenario/quantity.hh"
#include "scenario/scenario_error.hh"
#include "scenario/yaml_tree.hh"

namespace continuo {

// All that is wrong, at most errors_max; what is beyond is counted.
class Problems {
 public:
  explicit Problems(std::string file) : file_{std::move(file)} {}

  void add(const YamlNode& where, std::string message, std::string hint = {});
  void add(ScenarioError error);
  bool empty() const { return errors_.empty(); }
  // Compare two marks to know whether something has been told in between.
  using Mark = std::size_t;
  Mark mark() const { return errors_.size() + beyond_; }
  // Enough has been told: lists need not be read on.
  bool full() const { return beyond_ > 0; }
  const std::string& file() const { return file_; }
  // By file, in the order in which the files were met, then by line and column.
  std::vector<ScenarioError> sorted() &&;

 private:
  static constexpr std::size_t errors_max = 200;
  std::string file_;
  std::vector<ScenarioError> errors_;
  std::size_t beyond_ = 0;
};

// A mapping and the keys that it may have. Unknown keys, duplicate keys and keys that are not words are told at once.
class Fields {
 public:
  // `what` names the mapping in messages: tier "edge". A node that is no mapping is told, and has no fields.
  Fields(const YamlNode& node, std::string what, const std::vector<std::string_view>& known, Problems& problems);

  const YamlNode& node() const { return node_; }
  const std::string& what() const { return what_; }
  // The value; nullptr if the key is absent or has no value.
  const YamlNode* find(std::string_view key) const;
  // Tells it if the key is absent; the example shows how the line looks.
  const YamlNode* require(std::string_view key, std::string_view example) const;

 private:
  const YamlNode& node_;
  std::string what_;
  Problems& problems_;
};

// As Fields does, for a mapping whose keys are names of the user's: tells duplicates and non-words. True: it is a mapping.
bool check_names(const YamlNode& node, const std::string& what, std::string_view example, Problems& problems);

// The inclusive range of a value.
template <class T>
struct Range {
  T least;
  T most;
};

// Each reads one value, or tells what is wrong with it and gives nothing. `what` names the value: "quota of tier \"edge\"".
std::optional<std::string> read_text(const YamlNode& node, const std::string& what, Problems& problems);
std::optional<std::int64_t> read_integer(const YamlNode& node, const std::string& what, Range<std::int64_t> range,
                                         Problems& problems);
std::optional<double> read_number(const YamlNode& node, const std::string& what, Range<double> range, Problems& problems);
std::optional<double> read_share(const YamlNode& node, const std::string& what, Range<double> range, Problems& problems);
std::optional<Duration> read_duration(const YamlNode& node, const std::string& what, Range<Duration> range,
                                      Problems& problems, std::string_view usual_unit = "ms");
std::optional<BitRate> read_bit_rate(const YamlNode& node, const std::string& what, Range<BitRate> range,
                                     Problems& problems);
std::optional<BitRate> read_byte_rate(const YamlNode& node, const std::string& what, Range<BitRate> range,
                                      Problems& problems);
std::optional<Bytes> read_bytes(const YamlNode& node, const std::string& what, Range<Bytes> range, Problems& problems);
std::optional<Power> read_power(const YamlNode& node, const std::string& what, Range<Power> range, Problems& problems);
std::optional<EnergyPerBit> read_energy_per_bit(const YamlNode& node, const std::string& what, Range<EnergyPerBit> range,
                                                Problems& problems);
std::optional<double> read_frequency(const YamlNode& node, const std::string& what, Range<double> range,
                                     Problems& problems);
// True: the node is a list of `least` to `most` items; else it is told, with an example of an item.
bool check_list(const YamlNode& node, const std::string& what, Range<std::size_t> count, std::string_view example,
                Problems& problems);
// A list of scalars; a single scalar is a list of one.
std::vector<const YamlNode*> read_list(const YamlNode& node, const std::string& what, Problems& problems);
// true and false are bool, unquoted numbers double, all else text.
std::optional<std::variant<bool, double, std::string>> read_value(const YamlNode& node, const std::string& what,
                                                                  Problems& problems);

// A name for people, files and hosts: letters, digits and - inside. Tells it and gives false if it is not.
bool check_name(const YamlNode& node, const std::string& what, Problems& problems);

// `did you mean "x"?` or, where nothing is near, `known: a, b, c`.
std::string suggest(std::string_view word, const std::vector<std::string>& known);
// In quotes, cut to a length that fits a line, without control characters.
std::string in_quotes(std::string_view text);

}  // namespace continuo
