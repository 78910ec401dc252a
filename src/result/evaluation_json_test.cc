// What serialise writes is valid by docs/evaluation.schema.json, says what was meant, and comes back the same.
#include "result/evaluation_json.hh"

#include <gmock/gmock.h>

#include <limits>

#include <boost/json.hpp>

#include "result/json_text.hh"
#include "result/test_support/sample_evaluation.hh"
#include "result/test_support/schema_check.hh"

namespace continuo {
namespace {

namespace json = boost::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::chrono_literals;

TEST(EvaluationJson, of_every_kind_is_valid_by_the_schema) {
  EXPECT_THAT(evaluation_schema_errors(serialise(sample_model())), IsEmpty());
  EXPECT_THAT(evaluation_schema_errors(serialise(sample_emulation())), IsEmpty());
  Evaluation bare;  // no services, no load
  bare.scenario = "bare";
  EXPECT_THAT(evaluation_schema_errors(serialise(bare)), IsEmpty());
}

TEST(EvaluationJson, is_refused_by_the_schema_when_damaged) {
  const auto damaged = [](auto&& damage) {
    json::value value = json::parse(serialise(sample_emulation()));
    damage(value.get_object());
    return evaluation_schema_errors(json::serialize(value));
  };
  EXPECT_THAT(damaged([](json::object& o) { o.erase("seed"); }), Contains(HasSubstr("lacks \"seed\"")));
  EXPECT_THAT(damaged([](json::object& o) { o["schema"] = "continuo.evaluation/2"; }), Not(IsEmpty()));
  EXPECT_THAT(damaged([](json::object& o) { o["fidelity"] = "guess"; }), Not(IsEmpty()));
  EXPECT_THAT(damaged([](json::object& o) { o["surprise"] = 1; }), Contains(HasSubstr("surprise")));
  EXPECT_THAT(damaged([](json::object& o) {
    o["services"].get_array()[0].get_object()["latency_ms"].get_object()["p95"] = "fast";
  }), Contains(HasSubstr("$.services[0].latency_ms.p95: is not of type")));
  EXPECT_THAT(damaged([](json::object& o) {
    o["services"].get_array()[1].get_object()["requests"].get_object()["failed"].get_object()["deadline"] = -1;
  }), Contains(HasSubstr("below 0")));
}

TEST(EvaluationJson, writes_the_figures_by_name_and_unit) {
  Evaluation evaluation;
  evaluation.scenario = "two";
  evaluation.duration = 1500ms;
  ServiceResult service;
  service.name = "read";
  service.generated = 4;
  service.completed = 4;
  for (const Duration latency : {10ms, 20ms, 30ms, 40ms}) service.latency.add(latency);
  service.slo = ServiceLevelMet{25ms, 0.95, 0.5};
  evaluation.services = {service};
  const json::value value = json::parse(serialise(evaluation));
  EXPECT_DOUBLE_EQ(value.at("duration_s").to_number<double>(), 1.5);
  const json::value& written = value.at("services").at(0);
  EXPECT_DOUBLE_EQ(written.at("latency_ms").at("mean").to_number<double>(), 25.0);
  EXPECT_DOUBLE_EQ(written.at("latency_ms").at("min").to_number<double>(), 10.0);
  EXPECT_NEAR(written.at("latency_ms").at("p50").to_number<double>(), 20.0, 0.01);
  EXPECT_DOUBLE_EQ(written.at("latency_ms").at("p95").to_number<double>(), 40.0);
  EXPECT_DOUBLE_EQ(written.at("slo").at("bound_ms").to_number<double>(), 25.0);
  EXPECT_TRUE(written.at("stages_ms").at("queue").is_null());  // no sample
}

TEST(EvaluationJson, never_holds_a_number_that_json_does_not_know) {
  Evaluation evaluation = sample_model();
  evaluation.bottleneck_load = std::numeric_limits<double>::infinity();
  evaluation.resources.at(0).offered_load = std::numeric_limits<double>::quiet_NaN();
  const std::string text = serialise(evaluation);
  EXPECT_THAT(evaluation_schema_errors(text), IsEmpty());
  EXPECT_TRUE(json::parse(text).at("bottleneck").at("offered_load").is_null());
}

TEST(EvaluationJson, comes_back_the_same) {
  const std::vector<Evaluation> pair = sample_pair();
  const std::string text = serialise(pair);
  const std::vector<Evaluation> again = parse_evaluations(text);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(serialise(again), text);
  EXPECT_EQ(again.at(1).services.at(0).latency.percentile(0.95), pair.at(1).services.at(0).latency.percentile(0.95));
}

TEST(EvaluationJson, of_replications_says_their_seeds_and_how_well_figures_are_known) {
  Evaluation evaluation = sample_model();
  evaluation.replications = Replications{.seeds = {Seed{1}, Seed{18446744073709551615U}}, .confidence = 0.95};
  evaluation.services[0].half_widths = HalfWidths{.mean = 1ms, .p50 = 2ms, .p95 = 3ms, .p99 = 4500us};
  const std::string text = serialise(evaluation);
  EXPECT_THAT(evaluation_schema_errors(text), IsEmpty());
  const Evaluation back = parse_evaluation(text);
  EXPECT_EQ(serialise(back), text);
  EXPECT_EQ(back.replications->seeds.at(1).value(), 18446744073709551615U);
  EXPECT_EQ(back.services[0].half_widths->p99, 4500us);
}

TEST(EvaluationJson, that_is_not_one_is_refused_with_a_reason) {
  const auto reason = [](const std::string& text) -> std::string {
    try {
      parse_evaluation(text);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(reason("{"), HasSubstr("not JSON"));
  EXPECT_THAT(reason("[]"), HasSubstr("not an object"));
  EXPECT_THAT(reason(R"({"schema": "continuo.evaluation/9"})"), HasSubstr("continuo.evaluation/9"));
  EXPECT_THAT(reason(R"({"schema": "continuo.evaluation/1"})"), HasSubstr("\"scenario\" is missing"));
  EXPECT_THAT(reason(std::string(1000, '[')), HasSubstr("not JSON"));
}

TEST(JsonText, is_for_people) {
  const json::value value = {{"a", 15.0}, {"b", {1.5, 2, -3}}, {"c", "quote \" and \n"}};
  EXPECT_EQ(to_text(value), R"({"a": 15, "b": [1.5,2,-3], "c": "quote \" and \n"})");
  json::array long_list;
  for (int entry = 0; entry < 20; ++entry) long_list.push_back("entry of the list");
  EXPECT_THAT(to_text(long_list), HasSubstr("[\n  \"entry of the list\",\n  \"entry"));
}

}  // namespace
}  // namespace continuo
