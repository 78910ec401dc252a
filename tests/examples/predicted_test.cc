// Every computing model of the reference architecture, at model and simulate.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "model/model.hh"
#include "scenario/parse.hh"
#include "simulate/simulate.hh"

namespace continuo {
namespace {

const std::filesystem::path folder = std::filesystem::path{CONTINUO_SOURCE_DIR} / "examples/computing-models";

std::vector<std::string> names() {
  return {"cloud", "edge", "multi-access-edge", "fog", "mist", "endpoint-only", "mobile-cloud", "serverless"};
}

class ComputingModels : public ::testing::TestWithParam<std::string> {
 protected:
  static Scenario scenario() {
    const auto file = folder / (GetParam() + ".yaml");
    const DiskFiles files;
    auto parsed = parse_scenario(files.read(file, Bytes::mebibytes(1)).value_or(""), file, files);
    if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
      ADD_FAILURE() << to_string(*errors);
      return {};
    }
    return std::get<Scenario>(std::move(parsed));
  }
};

void expect_answers(const Evaluation& evaluation) {
  EXPECT_TRUE(evaluation.feasible);
  EXPECT_FALSE(evaluation.bottleneck.empty());
  ASSERT_EQ(evaluation.services.size(), 2U) << "one of each workload class";
  for (const ServiceResult& service : evaluation.services) {
    EXPECT_GT(service.generated, 400U) << service.name;
    EXPECT_EQ(service.completed, service.generated) << service.name;
    EXPECT_GT(service.latency.mean(), Duration::zero());
    EXPECT_TRUE(std::isfinite(service.latency.summary().mean_ns));
  }
}

TEST_P(ComputingModels, are_answered_by_the_model) { expect_answers(evaluate(scenario(), ModelOptions{})); }

TEST_P(ComputingModels, are_answered_by_the_simulator) { expect_answers(evaluate(scenario(), SimulateOptions{})); }

INSTANTIATE_TEST_SUITE_P(Examples, ComputingModels, ::testing::ValuesIn(names()), [](const auto& tested) {
  std::string name = tested.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace continuo
