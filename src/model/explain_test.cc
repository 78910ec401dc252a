#include "model/explain.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/sample_scenario.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> terms_of(const std::vector<Explanation>& list) {
  std::vector<std::string> terms;
  for (const Explanation& explanation : list) terms.push_back(explanation.term);
  return terms;
}

const Explanation& term(const std::vector<Explanation>& list, const std::string& name) {
  return *std::ranges::find(list, name, &Explanation::term);
}

TEST(Explain, names_the_formula_of_the_wait_by_arrivals_and_workers) {
  SampleOptions options{.edge = {1, 1, 1.0}, .service_time = 20ms, .poisson = true};
  EXPECT_THAT(term(explain(sample_scenario(options), {}), "waits for links and for a worker, and service").source, HasSubstr("Friedman")) << "a busy link";
  options.link.rate.reset();
  EXPECT_THAT(term(explain(sample_scenario(options), {}), "wait for a worker").source, HasSubstr("Pollaczek"));
  options.edge.cores = 2;
  EXPECT_THAT(term(explain(sample_scenario(options), {}), "wait for a worker").source, HasSubstr("Whitt"));
  options.poisson = false;
  EXPECT_EQ(term(explain(sample_scenario(options), {}), "wait for a worker").formula, "0") << "one source, two workers";
}

TEST(Explain, says_where_one_service_takes_more_than_its_part_of_a_full_node) {
  // Two services that need half and a tenth of a core each, at five a second: a load of 0.6. At 8.25 a second it is 0.99, too full to draw
  // requests that find it so as often as it is.
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .service_time = 100ms, .link = {.delay = 7500us}, .poisson = true});
  scenario.services.push_back(scenario.services[0]);
  scenario.services[1].name = "quick";
  scenario.services[1].package.variants[0].service_time = 20ms;
  scenario.workload.push_back(scenario.workload[0]);
  scenario.workload[1].service = 1;
  EXPECT_TRUE(term(explain(scenario, {}), "wait for a worker, and service").holds);
  EXPECT_THAT(term(explain(scenario, {}), "wait for a worker, and service").formula, HasSubstr("drawn at random"));
  for (Stream& stream : scenario.workload) stream.arrivals = Poisson{from_seconds(0.12 / 0.99)};
  for (Service& service : scenario.services) service.queue = 10'000;
  EXPECT_FALSE(term(explain(scenario, {}), "wait for a worker").holds);
  EXPECT_THAT(term(explain(scenario, {}), "wait for a worker").because, HasSubstr("equal part"));
}

TEST(Explain, says_where_requests_are_played_through) {
  // Messages of 75 ms each 200 ms; and beside the periodic stream a Poisson one to the same service.
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .service_time = 20ms});
  EXPECT_THAT(terms_of(explain(scenario, {})), Contains("flights on a node's own link"));
  Stream other = scenario.workload[0];
  other.name = "others";
  other.arrivals = Poisson{200ms};
  scenario.workload.push_back(other);
  EXPECT_THAT(term(explain(scenario, {}), "wait for a worker").formula, HasSubstr("Poisson gaps, played through"));
  for (Link& link : scenario.links) link.properties.loss = Probability::of(0.001);
  EXPECT_THAT(terms_of(explain(scenario, {})), Not(Contains("flights on a node's own link"))) << "not with losses";
}

TEST(Explain, names_what_losses_take_and_says_when_they_are_more_than_that_holds_for) {
  SampleOptions options{.edge = {1, 1, 1.0}, .service_time = 20ms};
  EXPECT_THAT(terms_of(explain(sample_scenario(options), {})), Not(Contains("loss")));
  options.link.loss = Probability::of(0.005);  // 46 segments: 0.23 of them in the mean
  EXPECT_TRUE(term(explain(sample_scenario(options), {}), "loss").holds);
  options.link.loss = Probability::of(0.01);
  const auto list = explain(sample_scenario(options), {});
  EXPECT_FALSE(term(list, "loss").holds);
  EXPECT_THAT(term(list, "loss").because, HasSubstr("add up"));
}

TEST(Explain, names_the_formula_of_memory_and_says_where_nothing_is_known) {
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .service_time = 20ms});
  scenario.services[0].package.variants[0].memory = 60_MiB;
  EXPECT_TRUE(term(explain(scenario, {}), "memory").holds);
  EXPECT_THAT(term(explain(scenario, {}), "memory").formula, HasSubstr("4 MiB"));
  scenario.services[0].package.variants[0].memory = Bytes::zero();
  EXPECT_FALSE(term(explain(scenario, {}), "memory").holds);
  EXPECT_THAT(term(explain(scenario, {}), "memory").because, HasSubstr("mobilenet of classify states no memory"));
}

TEST(Explain, names_the_terms_of_energy_and_which_figures_are_usual) {
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .service_time = 20ms});
  scenario.tiers[1].power = PowerDraw{Power::watts(10), Power::watts(30)};
  const auto list = explain(scenario, {});
  EXPECT_THAT(term(list, "energy of nodes").source, HasSubstr("usual powers by role for cloud, endpoint"));
  EXPECT_THAT(term(list, "energy of links").source, HasSubstr("usual energies per bit for edge to endpoint, endpoint to edge"));
  EXPECT_THAT(terms_of(list), Not(Contains("cost"))) << "no tier has a price";
  scenario.tiers[0].price = Price{0.1, "USD"};
  EXPECT_THAT(terms_of(explain(scenario, {})), Contains("cost"));
}

TEST(Explain, leaves_out_what_the_scenario_does_not_use) {
  SampleOptions options{.edge = {1, 1, 1.0}, .service_time = 20ms, .input = 1000_B};
  options.link.rate.reset();
  const auto terms = terms_of(explain(sample_scenario(options), {}));
  EXPECT_THAT(terms, Not(Contains("slow start")));
  EXPECT_THAT(terms, Not(Contains("serialisation")));
  EXPECT_THAT(terms, Contains("propagation"));
}

}  // namespace
}  // namespace continuo
