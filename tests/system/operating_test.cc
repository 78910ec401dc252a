// A run with a real MQTT broker in one of its nodes. Skipped where mosquitto is not installed (Debian package mosquitto).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "os/host_facts.hh"
#include "program.hh"
#include "result/evaluation_json.hh"

namespace continuo {
namespace {

constexpr const char* with_broker = R"(name: with-broker
tiers:
  edge:     {quota: 0.5, runtimes: [builtin]}
  endpoint: {quota: 0.3, runtimes: []}
services:
  - {name: burn, package: SOURCE/services/burn}
workload:
  - {from: endpoint, service: burn, every: 200 ms, input: SOURCE/examples/two-tier/sixteen-numbers.bin, duration: 2 s, deadline: 20 s}
operating:
  - {run: mosquitto, on: edge-1}
)";

TEST(OperatingService, answers_before_the_load_begins_and_ends_with_the_run) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  if (find_program("mosquitto").empty()) GTEST_SKIP() << "mosquitto is not installed";
  const TemporaryFolder folder;
  std::string text = with_broker;
  const std::string word = "SOURCE";
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word)) {
    text.replace(at, word.size(), CONTINUO_SOURCE_DIR);
  }
  write_text(folder.path() / "scenario.yaml", text);
  const std::string json = folder.path() / "result.json";
  StartedProgram program{{"run", folder.path() / "scenario.yaml", "--at", "emulate", "--json", json, "--logs", folder.path() / "logs"}};
  EXPECT_TRUE(program.wait_for("mosquitto answers on edge-1 port 1883"));
  const Finished finished = program.wait();
  EXPECT_TRUE(finished.status == 0 || finished.status == 3) << finished.status << "\n" << finished.errors;
  const auto load = finished.errors.find("the load begins");
  EXPECT_LT(finished.errors.find("mosquitto answers"), load);
  EXPECT_EQ(parse_evaluations(read_text(json)).at(0).services.at(0).completed, 10U);  // one every 200 ms for 2 s
  EXPECT_THAT(read_text(folder.path() / "logs/edge-1.mosquitto.log"), ::testing::HasSubstr("mosquitto version"));
}

}  // namespace
}  // namespace continuo
