// libFuzzer target: a file of profiles is read or refused; what is read could have been measured, and is written and read again.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target profiles_fuzz
//   build/fuzz/bin/profiles_fuzz -max_total_time=300 -max_len=8192 -timeout=10
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "calibration/profiles_json.hh"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace continuo;
  ServiceProfiles profiles;
  try {
    profiles = parse_profiles({reinterpret_cast<const char*>(data), size});
  } catch (const std::runtime_error& refused) {
    require(!std::string_view{refused.what()}.empty());
    return 0;
  }
  for (const ServiceProfile& profile : profiles.profiles) {
    require(profile.mean > Duration::zero() && profile.sd >= Duration::zero());
    require(profile.p50 > Duration::zero() && profile.p50 <= profile.p95);
    require(profile.cpu() > 0 && profile.batch >= 1 && profile.samples >= 1);
  }
  const ServiceProfiles again = parse_profiles(serialise(profiles));
  require(again.profiles.size() == profiles.profiles.size() && again.host == profiles.host);
  return 0;
}
