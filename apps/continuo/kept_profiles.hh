// Files of measured service times on the command line: --profiles, and what `continuo profile` writes.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "calibration/measured_from.hh"

namespace continuo {

struct ProfilesAsked {
  std::string file;  // empty: none
  bool stale = false;
};

// --profiles and --stale-profiles.
void add_profiles_options(CLI::App& command, ProfilesAsked& asked);

// As a profile tells it.
ProfiledHost this_host();

// Nothing: it cannot be read or has a mistake, and stderr has it.
std::optional<ServiceProfiles> profiles_or_complaint(const std::string& file);

// Profiles that are taken to hold for the scenarios of a command.
struct KeptProfiles {
  ServiceProfiles profiles;
  ProfiledHost host;
  StaleProfiles stale = StaleProfiles::refused;

  // By its own placement, before anything runs.
  ProfiledTimes times(const Scenario& scenario) const;
};

// What they tell of a scenario as it is placed before anything runs. Without a file: nothing is measured and nothing flagged. Nothing:
// there is something wrong or stale, and stderr says what to do.
std::optional<ProfiledTimes> profiled_times_or_complaint(const Scenario& scenario, const ProfilesAsked& asked);

// The two steps of it, for commands that evaluate many scenarios. `file` is for messages.
std::optional<KeptProfiles> kept_profiles_or_complaint(const ProfilesAsked& asked);
std::optional<ProfiledTimes> times_or_complaint(const KeptProfiles& kept, const Scenario& scenario, const std::string& file);

}  // namespace continuo
