// What kept profiles tell a prediction of a scenario, and where they tell it nothing.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "calibration/service_profiles.hh"
#include "policy/assumptions.hh"

namespace continuo {

// Of another host, or of a package that has changed since.
enum class StaleProfiles { refused, taken };

struct ProfiledTimes {
  std::map<std::pair<ServiceIndex, NodeIndex>, MeasuredService> measured;  // for Assumptions::measured
  std::vector<std::string> refused;  // why profiles do not hold; empty: all that were looked for do, or stale ones are taken
  std::vector<std::string> flagged;  // for the Evaluation's notes: times stated for want of a profile, scaled, or taken though stale
};

// For every service on every node that the placement gives it: the profile of that variant's digest whose share of the CPU
// (cores * quota) is nearest, as measured where the shares are the same, else as the same work takes there
// (policy/quota_periods.hh). Variants of the runtime `profiled` state their distribution and are left alone. Pure.
ProfiledTimes measured_from(const Scenario& scenario, const Placement& placement, const ServiceProfiles& profiles,
                            const ProfiledHost& this_host, StaleProfiles stale = StaleProfiles::refused);

}  // namespace continuo
