// The scenario that measures a profile, and what its run is taken to say.
#include "calibration/profiling_run.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/parse.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class PackageAndSample final : public Files {
 public:
  std::optional<std::string> read(const std::filesystem::path& path, Bytes) const override {
    if (path != "/it's/pack: age/manifest.yaml") return std::nullopt;
    return "name: burn\nversion: \"1\"\ntask: load\nlicence: Apache-2.0\n"
           "inputs: [{name: INPUT0, datatype: FP32, shape: [-1]}]\noutputs: [{name: OUTPUT0, datatype: FP32, shape: [-1]}]\n"
           "variants: [{name: builtin, runtime: builtin, format: builtin, files: {model: {path: burn.json, sha256: " + std::string(64, 'a') +
           ", size: 32}}, memory: 1 MiB, service_time: 20 ms}]\n";
  }
  std::vector<FoundFile> match(const std::filesystem::path& folder, const std::string& pattern, std::size_t) const override {
    return {{folder / pattern, 64_B}};
  }
};

ServicePackage burn(Duration service_time) {
  Variant builtin;
  builtin.name = "builtin";
  builtin.runtime = "builtin";
  builtin.memory = 1_MiB;
  builtin.service_time = service_time;
  ServicePackage package;
  package.name = "burn";
  package.digest = std::string(64, 'c');
  package.folder = "/it's/pack: age";
  package.variants = {builtin};
  return package;
}

Scenario parsed(const ServicePackage& package, const ProfilingRun& run) {
  const std::string text = profiling_scenario(package, package.variants.front(), run, "sample.bin");
  auto scenario = parse_scenario(text, "/tmp/profile.yaml", PackageAndSample{});
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&scenario)) {
    ADD_FAILURE() << to_string(*errors) << text;
    return {};
  }
  return std::get<Scenario>(std::move(scenario));
}

TEST(ProfilingRun, is_one_node_that_sends_itself_thirty_requests_none_of_which_waits) {
  const Scenario scenario = parsed(burn(80ms), {.cores = 2, .quota = 0.25});
  ASSERT_EQ(scenario.nodes.size(), 1U);
  EXPECT_EQ(scenario.tiers[0].cores, 2);
  EXPECT_DOUBLE_EQ(scenario.tiers[0].quota, 0.25);
  EXPECT_THAT(scenario.tiers[0].runtimes, testing::Optional(testing::ElementsAre("builtin")));
  ASSERT_EQ(scenario.workload.size(), 1U);
  // 80 ms on a whole core are 160 ms on half a core; four times that.
  EXPECT_EQ(scenario.workload[0].mean_interval(), 640ms);
  EXPECT_EQ(scenario.workload[0].duration, 30 * 640ms);
}

TEST(ProfilingRun, keeps_requests_of_fast_services_at_least_150_ms_apart) {
  EXPECT_EQ(parsed(burn(1ms), {}).workload[0].mean_interval(), 150ms);
}

TEST(ProfilingRun, of_a_batch_sends_as_many_as_it_holds_while_the_service_waits_for_them) {
  const Scenario scenario = parsed(burn(80ms), {.batch = 4});
  EXPECT_EQ(scenario.services[0].batch.most, 4);
  EXPECT_EQ(scenario.services[0].batch.wait, 10s);
  // One by one, four take 320 ms: 640 ms apart, and so a request every 160 ms.
  EXPECT_EQ(scenario.workload[0].mean_interval(), 160ms);
  EXPECT_EQ(scenario.workload[0].duration, 30 * 640ms);
}

Evaluation answered() {
  Evaluation evaluation;
  ServiceResult& service = evaluation.services.emplace_back();
  service.by_node = {{"node-1", "builtin", 1.0, 4}};
  for (const Duration time : {10ms, 10ms, 30ms, 30ms}) service.stages.service.add(time);
  return evaluation;
}

TEST(ProfilingRun, takes_the_service_stage_as_the_profile) {
  const ServicePackage package = burn(20ms);
  const auto result = profile_of(answered(), package, package.variants[0], {.cores = 1, .quota = 0.5});
  const auto* profile = std::get_if<ServiceProfile>(&result);
  ASSERT_NE(profile, nullptr);
  EXPECT_EQ(profile->mean, 20ms);
  EXPECT_EQ(profile->sd, 10ms);
  EXPECT_NEAR(to_seconds(profile->p50), 0.010, 1e-5);
  EXPECT_NEAR(to_seconds(profile->p95), 0.030, 3e-5);
  EXPECT_EQ(profile->samples, 4U);
  EXPECT_EQ(profile->digest, package.digest);
  EXPECT_DOUBLE_EQ(profile->cpu(), 0.5);
}

TEST(ProfilingRun, says_nothing_of_the_service_if_it_is_invalid_unanswered_or_of_another_variant) {
  const ServicePackage package = burn(20ms);
  const auto why = [&](const Evaluation& evaluation) {
    const auto result = profile_of(evaluation, package, package.variants[0], {});
    return std::holds_alternative<std::string>(result) ? std::get<std::string>(result) : "it is a profile";
  };
  Evaluation invalid = answered();
  invalid.valid = false;
  invalid.invalid_because = {"the host was busy"};
  EXPECT_THAT(why(invalid), HasSubstr("the host was busy"));
  Evaluation unanswered = answered();
  unanswered.services[0].stages.service = {};
  EXPECT_THAT(why(unanswered), HasSubstr("no request was answered"));
  Evaluation other = answered();
  other.services[0].by_node[0].variant = "faster";
  EXPECT_THAT(why(other), HasSubstr("variant faster is served instead"));
}

}  // namespace
}  // namespace continuo
