// The file of profiles: schema continuo.profiles/1, described in docs/profiles.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "calibration/service_profiles.hh"

namespace continuo {

inline constexpr std::size_t profiles_size_max = std::size_t{16} << 20;
inline constexpr std::size_t profiles_count_max = 100'000;

// Throws std::runtime_error for what is not such a file, or cannot have been measured: a time that is not above zero or longer than
// an hour, a quota outside (0, 1], a median above the 95th percentile, a key that nobody knows, the same profile twice. The message
// names the entry, counted from 1, and the key.
ServiceProfiles parse_profiles(std::string_view text);

// Ends with a line feed. parse_profiles() gives the same profiles back, times to the nanosecond.
std::string serialise(const ServiceProfiles& profiles);

}  // namespace continuo
