#include "calibration/service_profiles.hh"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace continuo {
namespace {

auto key(const ServiceProfile& profile) {
  return std::tie(profile.package, profile.digest, profile.variant, profile.cores, profile.quota, profile.batch);
}

}  // namespace

bool same_key(const ServiceProfile& one, const ServiceProfile& other) { return key(one) == key(other); }

void keep(ServiceProfiles& profiles, ServiceProfile profile) {
  const auto same = std::ranges::find_if(profiles.profiles, [&](const auto& other) { return same_key(profile, other); });
  if (same != profiles.profiles.end()) {
    *same = std::move(profile);
  } else {
    profiles.profiles.push_back(std::move(profile));
  }
  std::ranges::sort(profiles.profiles, [](const auto& one, const auto& other) { return key(one) < key(other); });
}

std::string to_string(const ProfiledHost& host) {
  return fmt::format("{}, {} {}, {}", host.cpu, host.cores, host.cores == 1 ? "core" : "cores", host.architecture);
}

}  // namespace continuo
