// What holds for every scenario, on scenarios drawn at random from fixed seeds: from idle to far beyond overload.
#include <gmock/gmock.h>

#include <cmath>

#include "model/answer.hh"
#include "model/model.hh"
#include "model/sample_scenario.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr std::uint64_t scenarios = 400;

Scenario draw(std::uint64_t number) {
  Rng rng{Seed{number}.derive("model")};
  const auto between = [&](double least, double most) { return least * std::pow(most / least, rng.uniform()); };
  const auto tier = [&](std::uint64_t most) {
    return SampleTier{1 + static_cast<int>(rng.below(most)), 1 + static_cast<int>(rng.below(8)), between(0.05, 1.0)};
  };
  SampleOptions options{.cloud = tier(2), .edge = tier(4), .endpoint = tier(30), .placed_on = rng.below(3)};
  options.service_time = from_seconds(between(0.0005, 0.5));
  options.rate = between(0.05, 200);
  options.input = Bytes::of(static_cast<std::int64_t>(between(10, 1e6)));
  options.link.delay = from_seconds(between(0.0001, 0.2));
  if (rng.below(2) == 0) options.link.jitter = options.link.delay / 3;
  if (rng.below(2) == 0) options.link.rate.reset();
  options.poisson = rng.below(2) == 0;
  Scenario scenario = sample_scenario(options);
  if (rng.below(2) == 0) scenario.placement = PlaceAutomatically{};
  if (rng.below(3) == 0) scenario.services[0].slo = ServiceLevel{0.95, from_seconds(between(0.01, 1.0))};
  if (rng.below(3) == 0) scenario.workload[0].deadline = from_seconds(between(0.01, 5.0));
  if (rng.below(3) == 0) {
    scenario.access.resize(scenario.nodes.size());
    scenario.access[rng.below(scenario.nodes.size())].down = BitRate::bits_per_second(static_cast<std::int64_t>(between(1e5, 1e9)));
  }
  return scenario;
}

void expect_sound(const Evaluation& evaluation, const EnergyUse& use) {
  const auto good = [](Energy energy) { return std::isfinite(energy.joules()) && energy.joules() >= 0.0; };
  for (const TierEnergy& tier : use.tiers) {
    EXPECT_TRUE(good(tier.idle) && good(tier.dynamic));
    const double most = to_seconds(use.time) * static_cast<double>(tier.nodes) * tier.busy_power.watts();
    EXPECT_LE((tier.idle + tier.dynamic).joules(), most * (1 + 1e-9)) << "no node draws more than when it is busy";
  }
  for (const NodeEnergy& node : use.nodes) EXPECT_TRUE(good(node.idle) && good(node.dynamic));
  for (const LinkEnergy& link : use.links) EXPECT_TRUE(good(link.energy));
  const auto whole = whole_per_request(use, use.services.at(0));
  EXPECT_EQ(whole.has_value(), evaluation.services.at(0).completed > 0);
  EXPECT_TRUE(good(whole.value_or(Energy::none())));
}

TEST(ModelProperties, no_figure_is_negative_or_no_number_and_overload_is_said_without_a_latency) {
  int overloaded = 0;
  for (std::uint64_t number = 0; number < scenarios; ++number) {
    SCOPED_TRACE(number);
    const Evaluation evaluation = evaluate(draw(number), {});
    const ServiceResult& service = evaluation.services.at(0);
    for (const ResourceLoad& resource : evaluation.resources) EXPECT_TRUE(std::isfinite(resource.offered_load) && resource.offered_load >= 0);
    EXPECT_LE(service.completed, service.generated);
    EXPECT_TRUE(std::isfinite(service.latency.summary().mean_ns) && service.latency.summary().mean_ns >= 0);
    EXPECT_LE(service.latency.percentile(0.5), service.latency.percentile(0.99));
    double shares = 0.0;
    for (const ServedShare& served : service.by_node) shares += served.share;
    EXPECT_NEAR(shares, 1.0, 1e-6);
    ASSERT_TRUE(evaluation.energy);
    expect_sound(evaluation, *evaluation.energy);
    if (!service.failed.contains("overloaded")) continue;
    ++overloaded;
    EXPECT_FALSE(evaluation.feasible);
    EXPECT_TRUE(service.latency.empty());
    EXPECT_THAT(evaluation.notes, Contains(HasSubstr("queue grows by")));
  }
  EXPECT_GT(overloaded, 20);
  EXPECT_LT(overloaded, static_cast<int>(scenarios) - 100);
}

// But for the mean latency of some: it follows fewer messages on connections, and finds them in another of two states that both last.
TEST(ModelProperties, a_quick_answer_is_that_of_the_whole_evaluation) {
  int apart = 0;
  for (std::uint64_t number = 0; number < scenarios; ++number) {
    SCOPED_TRACE(number);
    const Scenario scenario = draw(number);
    const Evaluation whole = evaluate(scenario, {});
    const Answer quick = answer(scenario, {});
    const ServiceResult& service = whole.services.at(0);
    EXPECT_EQ(quick.feasible, whole.feasible);
    EXPECT_EQ(quick.bottleneck, whole.bottleneck);
    EXPECT_NEAR(quick.bottleneck_load, whole.bottleneck_load, 1e-9 * whole.bottleneck_load);
    EXPECT_NEAR(quick.services.at(0).generated, static_cast<double>(service.generated), 1.0);
    if (service.completed > 100 && service.completed == service.generated) {
      const double joules = whole_per_request(*whole.energy, whole.energy->services.at(0))->joules();
      EXPECT_NEAR(quick.services.at(0).energy_per_request->joules(), joules, 0.05 * joules);
    }
    // Where a deadline leaves hardly any, a coarser distribution may leave none.
    if (service.completed > service.generated / 20) {
      apart += quick.services.at(0).latency.has_value() == service.latency.empty() ? 1 : 0;
    }
    if (!quick.services.at(0).latency || service.completed < service.generated) continue;
    const double mean = to_seconds(service.latency.mean());
    apart += std::abs(quick.services.at(0).latency->mean - mean) > 0.1 * mean ? 1 : 0;
  }
  EXPECT_LE(apart, static_cast<int>(scenarios) / 40);
}

TEST(ModelProperties, a_million_endpoints_that_are_alike_are_as_one) {
  // 1,000,000 * 0.01 Hz * 1 ms = 10 of 16 cores.
  const Scenario scenario = sample_scenario({.edge = {1, 16, 1.0}, .endpoint = {1'000'000, 1, 1.0},
                                             .service_time = std::chrono::milliseconds{1}, .rate = 0.01, .input = Bytes::of(1000)});
  EXPECT_NEAR(answer(scenario, {}).bottleneck_load, 10.0 / 16, 1e-9);
}

}  // namespace
}  // namespace continuo
