// Runs as an ordinary user, and what the doctor says of the host to root and to that user.
//
// Which way the nodes are attached depends on /dev/net/tun, which is closed to users on most hosts: then packet sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "program.hh"
#include "result/evaluation_json.hh"
#include "result/test_support/schema_check.hh"

namespace continuo {
namespace {

namespace fs = std::filesystem;

constexpr uid_t ordinary_user = 65534;  // nobody

constexpr const char* one_edge = R"(name: one-edge
tiers:
  cloud:    {quota: 0.4, runtimes: [builtin]}
  edge:     {quota: 0.4, runtimes: [builtin]}
  endpoint: {quota: 0.3, runtimes: []}
links:
  - {between: [endpoint, edge], delay: 5 ms, rate: 50 Mbit/s}
  - {between: [endpoint, cloud], delay: 40 ms, rate: 50 Mbit/s}
services:
  - {name: burn, package: SOURCE/services/burn}
workload:
  - {from: endpoint, service: burn, every: 100 ms, input: SOURCE/examples/two-tier/sixteen-numbers.bin, duration: 4 s, deadline: 20 s}
)";

std::vector<std::string> schema_errors_of(const fs::path& json) {
  return evaluation_schema_errors(boost::json::serialize(boost::json::parse(read_text(json)).as_array().at(0)));
}

class Rootless : public ::testing::Test {
 protected:
  void SetUp() override {
    user_ = ::geteuid() == 0 ? ordinary_user : 0;  // who is no root stays who it is
    StartedProgram doctor{{"doctor", "--json"}, user_};
    const Finished finished = doctor.wait();
    if (finished.status == 126 || finished.status == 127) GTEST_SKIP() << "that user cannot reach the program";
    doctor_ = boost::json::parse(finished.output).as_object();
    EXPECT_EQ(finished.status, doctor_.at("can_emulate").as_bool() ? 0 : 3);
    if (!doctor_.at("can_emulate").as_bool()) GTEST_SKIP() << "no emulation as an ordinary user: " << finished.output;
    fs::permissions(folder_.path(), fs::perms::all);
    std::string text = one_edge;
    const std::string word = "SOURCE";
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word)) {
      text.replace(at, word.size(), CONTINUO_SOURCE_DIR);
    }
    write_text(folder_.path() / "scenario.yaml", text);
  }

  Evaluation emulate(const std::vector<std::string>& more) {
    const fs::path json = folder_.path() / "result.json";
    std::vector<std::string> words{"run", folder_.path() / "scenario.yaml", "--at", "emulate", "--json", json};
    words.insert(words.end(), more.begin(), more.end());
    StartedProgram program{words, user_};
    finished_ = program.wait();
    EXPECT_TRUE(finished_.status == 0 || finished_.status == 3) << finished_.status << "\n" << finished_.errors;
    EXPECT_THAT(schema_errors_of(json), ::testing::IsEmpty());
    return parse_evaluations(read_text(json)).at(0);
  }

  // The state that the doctor gave a subject.
  std::string state_of(const std::string& subject) const {
    for (const auto& finding : doctor_.at("findings").as_array()) {
      if (finding.at("subject").as_string() == subject) return std::string{finding.at("state").as_string()};
    }
    return "";
  }

  TemporaryFolder folder_;
  uid_t user_ = 0;
  boost::json::object doctor_;
  Finished finished_;
};

TEST_F(Rootless, completes_every_request_and_is_invalid_where_quotas_cannot_be_enforced) {
  const Evaluation evaluation = emulate({});
  EXPECT_EQ(evaluation.services.at(0).generated, 40U);  // one every 100 ms for 4 s
  EXPECT_EQ(evaluation.services.at(0).completed, 40U);
  EXPECT_GE(evaluation.services.at(0).latency.min(), std::chrono::milliseconds{10}) << "5 ms there and 5 ms back";
  EXPECT_EQ(evaluation.network_stack.size(), 3U);
  if (state_of("control groups") == "missing") {
    EXPECT_EQ(finished_.status, 3);
    EXPECT_THAT(evaluation.invalid_because, ::testing::Contains(::testing::HasSubstr("quotas and memory limits were not enforced")));
  }
  const bool by_packet_sockets = state_of("network devices") == "partial";
  const auto note = ::testing::Contains(::testing::HasSubstr("attached by packet sockets"));
  if (by_packet_sockets) {
    EXPECT_THAT(evaluation.notes, note);
  } else {
    EXPECT_THAT(evaluation.notes, ::testing::Not(note));
  }
}

TEST_F(Rootless, judges_no_cpu_share_if_told_that_there_is_no_quota) {
  const Evaluation evaluation = emulate({"--no-quota"});
  EXPECT_EQ(evaluation.services.at(0).completed, 40U);
  EXPECT_THAT(evaluation.invalid_because, ::testing::Not(::testing::Contains(::testing::HasSubstr("not enforced"))));
  EXPECT_THAT(evaluation.notes, ::testing::Contains(::testing::HasSubstr("not enforced (--no-quota)")));
  for (const DeliveryCheck& check : evaluation.delivery) {
    EXPECT_FALSE(check.what.starts_with("CPU share")) << check.what;
  }
}

}  // namespace
}  // namespace continuo
