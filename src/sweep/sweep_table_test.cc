// Rows of a sweep say who serves most, and are read back as they were written.
#include "sweep/sweep_table.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

const SweepHead head{.parameters = {"tiers.edge.quota", "placement"}, .scenario = "0123456789ab", .fidelity = Fidelity::model,
                     .seed = Seed{7}, .services = {"burn"}};

Scenario one_cloud_two_edges() {
  Scenario scenario;
  for (const char* name : {"cloud", "edge"}) {
    Tier tier;
    tier.name = name;
    scenario.tiers.push_back(tier);
  }
  scenario.nodes = {{"cloud-1", 0}, {"edge-1", 1}, {"edge-2", 1}};
  return scenario;
}

Evaluation served_by(const std::map<std::string, double>& shares) {
  Evaluation evaluation;
  evaluation.bottleneck = "edge-1 cpu";
  evaluation.bottleneck_load = 0.5;
  ServiceResult service;
  service.name = "burn";
  service.completed = 95;
  service.failed["deadline"] = 5;
  service.latency.add(10ms, 95);
  service.slo = ServiceLevelMet{.bound = 20ms, .quantile = 0.95, .met_share = 0.95};
  for (const auto& [node, share] : shares) service.by_node.push_back({.node = node, .variant = "v", .share = share, .requests = 1});
  evaluation.services = {service};
  EnergyUse use;  // 2 J for each of 95 requests and 47.5 J of idle nodes; 0.00475 for them all
  use.tiers = {{.name = "edge", .nodes = 2, .idle = Energy::joules(47.5), .dynamic = Energy::joules(190), .cost = 0.00475}};
  use.services = {{"burn", 95, Energy::joules(190), Energy::none()}};
  evaluation.energy = use;
  return evaluation;
}

TEST(SweepRow, names_the_tier_that_serves_most_beside_the_node) {
  const Evaluation evaluation = served_by({{"cloud-1", 0.4}, {"edge-1", 0.3}, {"edge-2", 0.3}});
  const SweepRow row = row_of({"0.5", "auto"}, one_cloud_two_edges(), evaluation);
  EXPECT_EQ(row.services.at(0).node, "cloud-1");  // 40 %
  EXPECT_EQ(row.services.at(0).tier, "edge");     // 60 %
}

TEST(SweepTable, writes_a_row_with_a_field_for_each_column) {
  EXPECT_EQ(csv_head(head),
            "tiers.edge.quota,placement,scenario,fidelity,base_seed,feasible,bottleneck,bottleneck_load,cost_per_million,burn.mean_ms,"
            "burn.p50_ms,burn.p95_ms,burn.p99_ms,burn.completed,burn.failed,burn.slo_met_share,burn.energy_j_per_request,burn.served_tier,burn.served_node,error\r\n");
  const SweepRow row = row_of({"0.5", "auto"}, one_cloud_two_edges(), served_by({{"edge-2", 1.0}}));
  EXPECT_THAT(csv_row(head, row), StartsWith("0.5,auto,0123456789ab,model,7,true,edge-1 cpu,0.5,50,10,"));
  EXPECT_THAT(csv_row(head, row), HasSubstr(",95,5,0.95,2.5,edge,edge-2,\r\n"));
}

TEST(SweepTable, is_read_back_as_it_was_written) {
  const SweepRow row = row_of({"0.5", "=evil,\"x\""}, one_cloud_two_edges(), served_by({{"edge-2", 1.0}}));
  const std::vector<ScenarioError> errors{{"x.yaml", 3, 1, "quota is out of range", "write 0.01 to 1"}};
  const std::string text = csv_head(head) + csv_row(head, row) + csv_row(head, row_of({"7", "auto"}, errors, head));
  const auto read = read_sweep(text + "0.9,au", head);  // the last row is cut off
  const auto& rows = std::get<SweepRows>(read);
  EXPECT_EQ(rows.whole, text.size());
  ASSERT_THAT(rows.rows, SizeIs(2));
  EXPECT_EQ(csv_row(head, rows.rows[0]), csv_row(head, row));
  EXPECT_EQ(rows.rows[0].values[1], "=evil,\"x\"");
  EXPECT_EQ(rows.rows[1].error, "quota is out of range (line 3); write 0.01 to 1");
  EXPECT_FALSE(rows.rows[1].services.at(0).p95_ms.has_value());
}

TEST(SweepTable, tells_rows_without_errors_by_their_ends) {
  const std::string good = csv_row(head, row_of({"0.5", "auto"}, one_cloud_two_edges(), served_by({{"edge-2", 1.0}})));
  const auto wrong = [](const std::string& why) {
    return csv_row(head, row_of({"7", "auto"}, std::vector<ScenarioError>{{"x.yaml", 3, 1, why, ""}}, head));
  };
  EXPECT_TRUE(none_failed(good + good));
  EXPECT_TRUE(none_failed(""));
  for (const std::string why : {"out of range", "cores, or quota", "in the end,", "\"quoted\",", ","}) {
    EXPECT_FALSE(none_failed(wrong(why))) << why;
    EXPECT_FALSE(none_failed(good + wrong(why) + good)) << why;
  }
}

TEST(SweepTable, refuses_rows_of_another_sweep) {
  const auto message = [](const std::string& text, const SweepHead& expected) {
    const auto read = read_sweep(text, expected);
    const auto* wrong = std::get_if<AskedWrongly>(&read);
    return wrong == nullptr ? std::string{} : wrong->message;
  };
  const std::string text = csv_head(head) + csv_row(head, row_of({"0.5", "auto"}, one_cloud_two_edges(), served_by({})));
  SweepHead other = head;
  other.fidelity = Fidelity::simulate;
  EXPECT_EQ(message(text, other), "row 2 is of another scenario file, fidelity or seed");
  other = head;
  other.parameters[0] = "tiers.cloud.quota";
  EXPECT_THAT(message(text, other), HasSubstr("other columns"));
  EXPECT_EQ(message("a\"b\n", head), "is not CSV");
  EXPECT_EQ(message("", head), "");
}

}  // namespace
}  // namespace continuo
