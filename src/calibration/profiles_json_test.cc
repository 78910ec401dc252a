// Files of profiles: what is written is read back, and what cannot have been measured is refused with its place.
#include "calibration/profiles_json.hh"

#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

const std::string digest(64, 'a');

ServiceProfiles sample_profiles() {
  ServiceProfiles profiles{.host = {"Some CPU \"fast\"", 2, "x86_64"}, .commit = "abc", .made = "2026-01-02", .profiles = {}};
  const ServiceProfile half{.package = "burn", .digest = digest, .variant = "builtin", .runtime = "builtin", .cores = 1, .quota = 0.5,
                            .batch = 1, .mean = 40'123'457ns, .sd = 1ms, .p50 = 40ms, .p95 = 45ms, .samples = 30};
  ServiceProfile whole = half;
  whole.quota = 1.0;
  whole.mean = 20ms;
  profiles.profiles = {half, whole};
  return profiles;
}

// A file with one profile, one of whose members is another.
std::string file_with(const std::string& key, const std::string& value) {
  ServiceProfiles profiles = sample_profiles();
  profiles.profiles.resize(1);
  std::string text = serialise(profiles);
  const auto begin = text.rfind("\"" + key + "\": ") + key.size() + 4;
  return text.replace(begin, text.find_first_of(",}\n", begin) - begin, value);
}

std::string refusal(const std::string& text) {
  try {
    parse_profiles(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "it was read";
}

TEST(Profiles, are_read_back_as_they_were_written) {
  EXPECT_EQ(parse_profiles(serialise(sample_profiles())), sample_profiles());
  ServiceProfiles none = sample_profiles();
  none.profiles.clear();
  EXPECT_EQ(parse_profiles(serialise(none)), none);
}

TEST(Profiles, keep_one_entry_for_a_key_and_an_order_that_does_not_depend_on_how_they_came) {
  const ServiceProfiles sample = sample_profiles();
  ServiceProfiles kept = sample;
  kept.profiles.clear();
  ServiceProfile older = sample.profiles[0];
  older.mean = 50ms;
  keep(kept, sample.profiles[1]);
  keep(kept, older);
  keep(kept, sample.profiles[0]);
  EXPECT_EQ(kept, sample);
}

struct Impossible {
  const char* key;
  const char* value;
  const char* said;
};

class ImpossibleProfile : public testing::TestWithParam<Impossible> {};

TEST_P(ImpossibleProfile, is_refused_with_its_entry_and_key) {
  const auto& [key, value, said] = GetParam();
  EXPECT_THAT(refusal(file_with(key, value)), AllOf(HasSubstr("profile 1: \"" + std::string{key} + "\""), HasSubstr(said)));
}

INSTANTIATE_TEST_SUITE_P(
    Members, ImpossibleProfile,
    testing::Values(Impossible{"mean_ms", "0", "is 0"}, Impossible{"mean_ms", "-3", "is -3"}, Impossible{"mean_ms", "1e999", ""},
                    Impossible{"mean_ms", "null", "not a number"}, Impossible{"mean_ms", "\"20\"", "not a number"},
                    Impossible{"mean_ms", "3600001", "at most an hour"}, Impossible{"sd_ms", "-0.1", "is -0.1"},
                    Impossible{"p50_ms", "0", "is 0"}, Impossible{"p50_ms", "45.1", "above \"p95_ms\""}, Impossible{"p95_ms", "-1", "is -1"},
                    Impossible{"quota", "0", "is 0"}, Impossible{"quota", "1.01", "is 1.01"}, Impossible{"quota", "-0.5", "is -0.5"},
                    Impossible{"cores", "0", "is 0"}, Impossible{"cores", "1.5", "is 1.5"}, Impossible{"cores", "1e9", "whole number"},
                    Impossible{"batch", "0", "is 0"}, Impossible{"samples", "0", "is 0"}, Impossible{"samples", "-1", "is -1"},
                    Impossible{"digest", "\"abc\"", "SHA-256"}, Impossible{"variant", "\"\"", "empty"}, Impossible{"package", "7", "not a string"}));

TEST(Profiles, are_refused_with_keys_that_nobody_knows_or_that_are_missing) {
  std::string text = serialise(sample_profiles());
  EXPECT_THAT(refusal(text.replace(text.find("\"sd_ms\""), 7, "\"sdms\"")), HasSubstr("profile 1: \"sdms\" is not known"));
  text = serialise(sample_profiles());
  EXPECT_THAT(refusal(text.erase(text.find("\"sd_ms\""), text.find("\"p50_ms\"") - text.find("\"sd_ms\""))),
              HasSubstr("profile 1: \"sd_ms\" is missing"));
  text = serialise(sample_profiles());
  EXPECT_THAT(refusal(text.replace(text.find("profiles/1"), 10, "profiles/2")), HasSubstr("\"schema\""));
}

TEST(Profiles, are_refused_if_one_is_there_twice) {
  ServiceProfiles profiles = sample_profiles();
  profiles.profiles[1].quota = 0.5;
  EXPECT_THAT(refusal(serialise(profiles)), HasSubstr("profile 2: \"variant\" is there twice: builtin of burn"));
}

TEST(Profiles, are_refused_where_they_are_no_such_file_or_too_large) {
  EXPECT_THAT(refusal("{"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal("[]"), HasSubstr("not an object"));
  EXPECT_THAT(refusal(std::string(profiles_size_max + 1, ' ')), HasSubstr("larger than 16 MiB"));
  std::string many = serialise(sample_profiles());
  const auto begin = many.find("\"profiles\": [") + 13;
  std::string zeros = "0";
  for (std::size_t count = 0; count < profiles_count_max; ++count) zeros += ",0";
  many.replace(begin, many.rfind(']') - begin, zeros);
  EXPECT_THAT(refusal(many), HasSubstr("\"profiles\" has more than 100000 entries"));
}

}  // namespace
}  // namespace continuo
