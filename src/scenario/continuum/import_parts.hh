// The parts of a scenario's text. Internal to scenario/continuum/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenario/continuum/import.hh"

namespace continuo {

// A tier of the scenario: Continuum's layer, or the part of the cloud that is the control plane.
struct ImportedTier {
  std::string name;
  Role role = Role::edge;
  int nodes = 1;
};

class Import {
 public:
  Import(const ContinuumConfig& config, const ImportOptions& options);
  ImportedScenario finish() &&;

 private:
  // import_tiers.cc
  void write_tiers();
  std::string tier_fields(const ImportedTier& tier);
  double quota_of(const ImportedTier& tier);
  Bytes memory_of(const ImportedTier& tier);
  std::string pinned_to(const ImportedTier& tier, int first_core);
  // import_links.cc
  void write_links();
  void write_link(const ImportedTier& one, const ImportedTier& other);
  std::string jitter_of(const ContinuumPathName& name, const ContinuumPath& path);
  // import_workload.cc
  void write_workload();
  void write_image_classification();
  void write_programs(const std::string& name, const std::string& command, Duration lasts,
                      const std::vector<std::string>& keys);
  void write_operating();
  // import_notes.cc
  void note_parameters();
  void note_unused();
  void note_benchmark();
  void note_image_classification();

  // The worker's tier, or any if there is none.
  const ImportedTier& worker_tier() const;
  bool gives(std::string_view key) const;
  int line_of(std::string_view key) const;  // 0: the file does not say it
  // "  # lines 3, 4", of the keys that the file says; empty: none.
  std::string origin(const std::vector<std::string>& keys) const;
  void note(std::string_view key, std::string what, std::string instead);

  const ContinuumConfig& config_;
  const ImportOptions& options_;
  std::vector<ImportedTier> tiers_;
  std::string body_;
  std::vector<NotCarriedOver> notes_;
};

// A text as YAML in double quotes.
std::string yaml_quoted(std::string_view text);
// What a comment can hold: one line of printable ASCII, cut to a length.
std::string printable(std::string_view text);
// Exact, unlike the formats for people: "7.5 ms", "7.21 Mbit/s".
std::string exact_milliseconds(Duration duration);
std::string exact_megabits(BitRate rate);

}  // namespace continuo
