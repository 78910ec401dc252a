#include "kept_profiles.hh"

#include <cstdio>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "calibration/profiles_json.hh"
#include "node/probe/hardware.hh"
#include "policy/serving_plan.hh"
#include "scenario/files.hh"

namespace continuo {

void add_profiles_options(CLI::App& command, ProfilesAsked& asked) {
  auto* file = command.add_option("--profiles", asked.file,
                                  "Predict with the service times of this file, as `continuo profile` has measured them, where no emulation of "
                                  "the same scenario measures them (docs/profiles.md)");
  command.add_flag("--stale-profiles", asked.stale, "Take profiles of another host, or of a package that has changed since, with a note")
      ->needs(file);
}

ProfiledHost this_host() {
  const Hardware hardware = probe_hardware({});
  return {hardware.cpu_model.empty() ? "unknown" : hardware.cpu_model, hardware.cores,
          hardware.architecture.empty() ? "unknown" : hardware.architecture};
}

std::optional<ServiceProfiles> profiles_or_complaint(const std::string& file) {
  const Bytes limit = Bytes::of(static_cast<std::int64_t>(profiles_size_max));
  const auto text = DiskFiles{}.read(file, limit);
  if (!text) {
    fmt::print(stderr, "{}: {}\n  continuo profile makes such files\n", file, why_not_read(file, limit));
    return std::nullopt;
  }
  try {
    return parse_profiles(*text);
  } catch (const std::runtime_error& wrong) {
    fmt::print(stderr, "{}: {}\n  docs/profiles.md describes the file; continuo profile makes it\n", file, wrong.what());
    return std::nullopt;
  }
}

ProfiledTimes KeptProfiles::times(const Scenario& scenario) const {
  return measured_from(scenario, planned_on_able(scenario), profiles, host, stale);
}

std::optional<ProfiledTimes> profiled_times_or_complaint(const Scenario& scenario, const ProfilesAsked& asked) {
  if (asked.file.empty()) return ProfiledTimes{};
  const auto kept = kept_profiles_or_complaint(asked);
  if (!kept) return std::nullopt;
  return times_or_complaint(*kept, scenario, asked.file);
}

std::optional<KeptProfiles> kept_profiles_or_complaint(const ProfilesAsked& asked) {
  auto profiles = profiles_or_complaint(asked.file);
  if (!profiles) return std::nullopt;
  return KeptProfiles{std::move(*profiles), this_host(), asked.stale ? StaleProfiles::taken : StaleProfiles::refused};
}

std::optional<ProfiledTimes> times_or_complaint(const KeptProfiles& kept, const Scenario& scenario, const std::string& file) {
  auto times = kept.times(scenario);
  if (times.refused.empty()) return times;
  for (const std::string& reason : times.refused) fmt::print(stderr, "{}: {}\n", file, reason);
  fmt::print(stderr, "  run continuo profile again on this host, or take them with --stale-profiles\n");
  return std::nullopt;
}

}  // namespace continuo
