// libFuzzer target: a file of profiles is read or refused; what is read could have been measured, and is written and read again.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target profiles_fuzz
//   build/fuzz/bin/profiles_fuzz -max_total_time=300 -max_len=8192 -timeout=10
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "calibration/profiles_json.hh"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

continuo::ServiceProfiles two_profiles() {
  using namespace continuo;
  using namespace std::chrono_literals;
  ServiceProfiles profiles;
  profiles.host = {.cpu = "a CPU", .cores = 2, .architecture = "x86_64"};
  profiles.commit = "0123456789ab";
  profiles.made = "2026-01-02T03:04:05Z";
  for (const double quota : {0.5, 1.0}) {
    ServiceProfile profile;
    profile.package = "burn";
    profile.digest = std::string(64, 'a');
    profile.variant = "builtin";
    profile.runtime = "builtin";
    profile.quota = quota;
    profile.mean = profile.p50 = profile.p95 = 20ms;
    profile.samples = 30;
    profiles.profiles.push_back(profile);
  }
  return profiles;
}

// A file that is right but for some letters: two bytes say where, one says which. Random bytes alone are hardly ever JSON.
std::string changed(const std::uint8_t* data, std::size_t size) {
  std::string text = continuo::serialise(two_profiles());
  for (std::size_t next = 0; next + 2 < size; next += 3) {
    text[(std::size_t{data[next]} * 256 + data[next + 1]) % text.size()] = static_cast<char>(data[next + 2]);
  }
  return text;
}

void read(std::string_view text) {
  using namespace continuo;
  ServiceProfiles profiles;
  try {
    profiles = parse_profiles(text);
  } catch (const std::runtime_error& refused) {
    require(!std::string_view{refused.what()}.empty());
    return;
  }
  for (const ServiceProfile& profile : profiles.profiles) {
    require(profile.mean > Duration::zero() && profile.sd >= Duration::zero());
    require(profile.p50 > Duration::zero() && profile.p50 <= profile.p95);
    require(profile.cpu() > 0 && profile.batch >= 1 && profile.samples >= 1);
  }
  const ServiceProfiles again = parse_profiles(serialise(profiles));
  require(again.profiles.size() == profiles.profiles.size() && again.host == profiles.host);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read({reinterpret_cast<const char*>(data), size});
  read(changed(data, size));
  return 0;
}
