#include "scenario/continuum/import.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenario/continuum/import_parts.hh"
#include "scenario/continuum/parameter.hh"

namespace continuo {

namespace {

constexpr std::size_t scenario_name_max = 80;

// A number with at most six decimals and no trailing zeros.
std::string decimal(double value) {
  std::string text = fmt::format("{:.6f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::string yaml_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    if (static_cast<unsigned char>(letter) < 0x20) {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(letter));
      continue;
    }
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + '"';
}

std::string printable(std::string_view text) {
  constexpr std::size_t length_max = 80;
  std::string shown;
  for (const char letter : text) {
    if (shown.size() == length_max) return shown + "...";
    shown += letter >= 0x20 && letter < 0x7f ? letter : '?';
  }
  return shown;
}

std::string exact_milliseconds(Duration duration) {
  return decimal(static_cast<double>(duration.count()) / 1e6) + " ms";
}

std::string exact_megabits(BitRate rate) { return decimal(rate.megabits_per_second()) + " Mbit/s"; }

std::string to_string(std::span<const NotCarriedOver> notes, const std::string& file) {
  std::string text;
  for (const NotCarriedOver& note : notes) {
    const std::string place = note.line == 0 ? file : fmt::format("{}:{}", file, note.line);
    text += fmt::format("{}: not carried over: {}\n  {}\n", place, note.what, note.instead);
  }
  return text;
}

Import::Import(const ContinuumConfig& config, const ImportOptions& options) : config_{config}, options_{options} {
  for (const auto& [role, tier] : config.tiers) {
    int nodes = tier.nodes;
    if (nodes == 0) continue;
    if (role == Role::cloud && config.has_controller() && config.mode() == Role::cloud) {
      tiers_.push_back({"cloud-controller", role, 1});
      if (--nodes == 0) continue;
    }
    tiers_.push_back({to_string(role), role, nodes});
  }
}

const ImportedTier& Import::worker_tier() const {
  const auto found = std::ranges::find(tiers_, std::string{to_string(config_.mode())}, &ImportedTier::name);
  return found == tiers_.end() ? tiers_.front() : *found;
}

bool Import::gives(std::string_view key) const { return config_.given.contains(lower_case(key)); }

int Import::line_of(std::string_view key) const {
  const auto found = config_.given.find(lower_case(key));
  return found == config_.given.end() ? 0 : found->second.key.line;
}

std::string Import::origin(const std::vector<std::string>& keys) const {
  std::set<int> lines;
  for (const std::string& key : keys) {
    if (gives(key)) lines.insert(line_of(key));
  }
  if (lines.empty()) return {};
  return fmt::format("  # line{} {}", lines.size() == 1 ? "" : "s", fmt::join(lines, ", "));
}

void Import::note(std::string_view key, std::string what, std::string instead) {
  notes_.push_back({key.empty() ? 0 : line_of(key), std::move(what), std::move(instead)});
}

ImportedScenario Import::finish() && {
  write_tiers();
  write_links();
  write_workload();
  write_operating();
  note_parameters();
  note_unused();
  note_benchmark();
  std::stable_sort(notes_.begin(), notes_.end(), [](const NotCarriedOver& one, const NotCarriedOver& other) {
    // What no line says comes last.
    return one.line != 0 && (other.line == 0 || one.line < other.line);
  });
  const std::filesystem::path file{config_.file};
  std::string yaml = fmt::format("# From {}, a configuration of the Continuum framework; \"line\" means a line of it.\n",
                                 printable(file.filename().string()));
  yaml += "# Not carried over:\n";
  for (const NotCarriedOver& one : notes_) {
    const std::string place = one.line == 0 ? "" : fmt::format("line {}: ", one.line);
    yaml += fmt::format("#   {}{}\n#     {}\n", place, one.what, one.instead);
  }
  // Any other name the scenario takes from its file.
  const std::string name = file.stem().string();
  if (name.size() <= scenario_name_max && printable(name) == name) yaml += fmt::format("name: {}\n", yaml_quoted(name));
  return {.yaml = yaml + body_, .not_carried_over = std::move(notes_)};
}

ImportedScenario import_continuum(const ContinuumConfig& config, const ImportOptions& options) {
  return Import{config, options}.finish();
}

}  // namespace continuo
