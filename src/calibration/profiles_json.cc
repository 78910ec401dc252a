#include "calibration/profiles_json.hh"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <set>
#include <stdexcept>
#include <tuple>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "result/json_text.hh"
#include "scenario/digest.hh"

namespace continuo {
namespace {

namespace json = boost::json;

constexpr const char* schema = "continuo.profiles/1";
constexpr std::size_t depth_max = 8;  // the schema needs 3
constexpr std::size_t text_max = 256;
constexpr int cores_max = 65'536;
constexpr int batch_max = 65'536;
constexpr double quota_unit = 1e-9;  // finer differences are of no meaning, and are not written
constexpr double milliseconds_max = 3'600e3;
constexpr double samples_max = 1e15;  // counts below 2^53 are exact as a number

// An object of the file, and what messages call it.
class Entry {
 public:
  Entry(const json::value& value, std::string what, std::initializer_list<std::string_view> keys) : what_{std::move(what)} {
    if (!value.is_object()) throw std::runtime_error{what_ + " is not an object"};
    object_ = &value.get_object();
    for (const auto& [key, ignored] : *object_) {
      if (std::ranges::find(keys, std::string_view{key}) == keys.end()) fail(key, "is not known");
    }
  }

  [[noreturn]] void fail(std::string_view key, std::string_view wrong) const {
    throw std::runtime_error{fmt::format("{}: \"{}\" {}", what_, key, wrong)};
  }

  const json::value& member(std::string_view key) const {
    const json::value* value = object_->if_contains(key);
    if (value == nullptr) fail(key, "is missing");
    return *value;
  }

  std::string text(std::string_view key) const {
    const json::value& value = member(key);
    if (!value.is_string()) fail(key, "is not a string");
    std::string text{value.get_string()};
    if (text.empty()) fail(key, "is empty");
    if (text.size() > text_max) fail(key, fmt::format("is longer than {} characters", text_max));
    return text;
  }

  double number(std::string_view key) const {
    const json::value& value = member(key);
    if (!value.is_number()) fail(key, "is not a number");
    return value.to_number<double>();
  }

  double whole(std::string_view key, double max) const {
    const double amount = number(key);
    if (!(amount >= 1 && amount <= max) || amount != std::floor(amount)) {
      fail(key, fmt::format("is {}, not a whole number from 1 to {:.0f}", amount, max));
    }
    return amount;
  }

  Duration milliseconds(std::string_view key) const {
    const double amount = number(key);
    if (!(amount >= 0 && amount <= milliseconds_max)) fail(key, fmt::format("is {}, not a time of at most an hour", amount));
    return from_seconds(amount / 1e3);
  }

  Duration positive_milliseconds(std::string_view key) const {
    const Duration time = milliseconds(key);
    if (time <= Duration::zero()) fail(key, "is 0: no request is served in no time");
    return time;
  }

 private:
  const json::object* object_ = nullptr;
  std::string what_;
};

ServiceProfile read_profile(const json::value& value, std::size_t position) {
  const Entry entry{value, fmt::format("profile {}", position),
                    {"package", "digest", "variant", "runtime", "cores", "quota", "batch", "mean_ms", "sd_ms", "p50_ms", "p95_ms", "samples"}};
  ServiceProfile profile{.package = entry.text("package"),
                         .digest = entry.text("digest"),
                         .variant = entry.text("variant"),
                         .runtime = entry.text("runtime"),
                         .cores = static_cast<int>(entry.whole("cores", cores_max)),
                         .quota = entry.number("quota"),
                         .batch = static_cast<int>(entry.whole("batch", batch_max)),
                         .mean = entry.positive_milliseconds("mean_ms"),
                         .sd = entry.milliseconds("sd_ms"),
                         .p50 = entry.positive_milliseconds("p50_ms"),
                         .p95 = entry.positive_milliseconds("p95_ms"),
                         .samples = static_cast<std::uint64_t>(entry.whole("samples", samples_max))};
  if (!is_sha256_hex(profile.digest)) entry.fail("digest", "is not a SHA-256 of 64 lower-case hexadecimal digits");
  if (!(profile.quota >= quota_unit && profile.quota <= 1)) entry.fail("quota", fmt::format("is {}, not above 0 and at most 1", profile.quota));
  profile.quota = std::round(profile.quota / quota_unit) * quota_unit;
  if (profile.p50 > profile.p95) entry.fail("p50_ms", "is above \"p95_ms\"");
  return profile;
}

json::object as_object(const ServiceProfile& profile) {
  const auto milliseconds = [](Duration time) { return to_seconds(time) * 1e3; };
  return {{"package", profile.package},
          {"digest", profile.digest},
          {"variant", profile.variant},
          {"runtime", profile.runtime},
          {"cores", profile.cores},
          {"quota", profile.quota},
          {"batch", profile.batch},
          {"mean_ms", milliseconds(profile.mean)},
          {"sd_ms", milliseconds(profile.sd)},
          {"p50_ms", milliseconds(profile.p50)},
          {"p95_ms", milliseconds(profile.p95)},
          {"samples", profile.samples}};
}

}  // namespace

ServiceProfiles parse_profiles(std::string_view text) {
  if (text.size() > profiles_size_max) throw std::runtime_error{"the file is larger than 16 MiB"};
  json::parse_options options;
  options.max_depth = depth_max;
  boost::system::error_code error;
  const json::value value = json::parse(text, error, {}, options);
  if (error) throw std::runtime_error{fmt::format("not JSON: {}", error.message())};

  const Entry file{value, "the file", {"schema", "host", "commit", "made", "profiles"}};
  if (const std::string is = file.text("schema"); is != schema) file.fail("schema", fmt::format("is \"{}\", not \"{}\"", is, schema));
  const Entry host{file.member("host"), "host", {"cpu", "cores", "architecture"}};
  ServiceProfiles profiles{.host = {host.text("cpu"), static_cast<int>(host.whole("cores", cores_max)), host.text("architecture")},
                           .commit = file.text("commit"),
                           .made = file.text("made"),
                           .profiles = {}};
  const json::value& list = file.member("profiles");
  if (!list.is_array()) file.fail("profiles", "is not a list");
  if (list.get_array().size() > profiles_count_max) file.fail("profiles", fmt::format("has more than {} entries", profiles_count_max));
  std::set<std::tuple<std::string, std::string, std::string, int, double, int>> seen;
  for (const json::value& one : list.get_array()) {
    const std::size_t position = profiles.profiles.size() + 1;
    const ServiceProfile& read = profiles.profiles.emplace_back(read_profile(one, position));
    if (!seen.emplace(read.package, read.digest, read.variant, read.cores, read.quota, read.batch).second) {
      throw std::runtime_error{fmt::format("profile {}: \"variant\" is there twice: {} of {} on {} cores at a quota of {} with batches of {}",
                                           position, read.variant, read.package, read.cores, read.quota, read.batch)};
    }
  }
  return profiles;
}

std::string serialise(const ServiceProfiles& profiles) {
  json::array list;
  for (const ServiceProfile& profile : profiles.profiles) list.push_back(as_object(profile));
  const json::object file{{"schema", schema},
                          {"host", {{"cpu", profiles.host.cpu}, {"cores", profiles.host.cores}, {"architecture", profiles.host.architecture}}},
                          {"commit", profiles.commit},
                          {"made", profiles.made},
                          {"profiles", std::move(list)}};
  return to_text(file) + "\n";
}

}  // namespace continuo
