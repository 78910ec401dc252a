// Capability documents and heartbeats: there and back, and what is refused.
#include "wire/capability.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

const std::string digest(64, 'a');

Capability sample() {
  Capability capability;
  capability.id = "edge-1";
  capability.tier = "edge";
  capability.address = "10.77.0.2:8000";
  capability.cores = 2;
  capability.quota = 0.75;
  capability.memory = 2_GiB;
  capability.architecture = "x86_64";
  capability.isa = {"avx2"};
  capability.accelerators = {};
  capability.runtimes = {{"onnxruntime", ""}, {"opencv", "4.6.0"}};
  capability.instances = {{"read-text", "int8", "text-recognition", digest, InstanceState::failed,
                           std::chrono::milliseconds{80}, "no \"such\" file\xff"}};
  return capability;
}

TEST(Capability, comes_back_whole) {
  const auto parsed = parse_capability(serialise(sample()));
  ASSERT_TRUE(std::holds_alternative<Capability>(parsed)) << std::get<std::string>(parsed);
  const auto& back = std::get<Capability>(parsed);
  EXPECT_EQ(back.id, "edge-1");
  EXPECT_EQ(back.quota, 0.75);
  EXPECT_EQ(back.memory, 2_GiB);
  EXPECT_EQ(back.isa, std::vector<std::string>{"avx2"});
  ASSERT_EQ(back.runtimes.size(), 2u);
  EXPECT_EQ(back.runtimes[1].version, "4.6.0");
  ASSERT_EQ(back.instances.size(), 1u);
  EXPECT_EQ(back.instances[0].state, InstanceState::failed);
  EXPECT_EQ(back.instances[0].service_time, std::chrono::milliseconds{80});
  EXPECT_EQ(back.instances[0].failure, "no \"such\" file\xef\xbf\xbd") << "what is not UTF-8 is replaced";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Capability, is_refused_by_the_key_that_is_wrong) {
  const std::string good = serialise(sample());
  const auto refused = [&](const std::string& from, const std::string& to) {
    const auto parsed = parse_capability(replaced(good, from, to));
    return std::holds_alternative<std::string>(parsed) ? std::get<std::string>(parsed) : std::string{"accepted"};
  };
  EXPECT_EQ(refused("continuo.capability/1", "continuo.capability/9"), "schema: expected continuo.capability/1");
  EXPECT_EQ(refused("\"cores\":2", "\"cores\":0"), "cores: expected an integer from 1 to 65536, not 0");
  EXPECT_EQ(refused("\"cores\":2", "\"cores\":\"2\""), "cores: expected an integer from 1 to 65536, not a string");
  EXPECT_EQ(refused("\"id\":\"edge-1\"", "\"id\":\"\""), "id: is empty");
  EXPECT_EQ(refused("\"address\"", "\"adress\""), "address: is missing");
  EXPECT_EQ(refused("\"state\":\"failed\"", "\"state\":\"lost\""), "instances[0].state: no such state");
  EXPECT_EQ(refused(digest, digest + "/.."), "instances[0].digest: longer than 64 bytes");
  EXPECT_EQ(refused(digest, "../../" + std::string(58, 'a')), "instances[0].digest: expected 64 lower-case hex digits");
  EXPECT_NE(refused("\"quota\":0.75", "\"quota\":2"), "accepted");
  EXPECT_NE(refused("\"quota\":0.75", "\"quota\":1e999"), "accepted");
  EXPECT_NE(refused("\"service_time_ns\":80000000", "\"service_time_ns\":-1"), "accepted");
}

TEST(Capability, is_bounded) {
  EXPECT_TRUE(std::holds_alternative<std::string>(parse_capability(std::string(600 << 10, ' ') + serialise(sample()))));
  EXPECT_TRUE(std::holds_alternative<std::string>(parse_capability(std::string(10'000, '['))));
  Capability capability = sample();
  capability.isa.assign(1025, "x");
  EXPECT_TRUE(std::holds_alternative<std::string>(parse_capability(serialise(capability))));
}

TEST(InstanceState, has_a_name_for_each) {
  EXPECT_STREQ(to_string(InstanceState::cold), "cold");
  EXPECT_STREQ(to_string(InstanceState::failed), "failed");
}

TEST(Heartbeat, comes_back_whole) {
  const Heartbeat heartbeat{"cloud-1", "10.77.1.2:8000", digest,
                            {{"read-text", 3, std::chrono::microseconds{1500}, 4, 8, 170}}, {{"edge-1", "10.77.0.2:8000"}}};
  const auto parsed = parse_heartbeat(serialise(heartbeat));
  ASSERT_TRUE(std::holds_alternative<Heartbeat>(parsed)) << std::get<std::string>(parsed);
  const auto& back = std::get<Heartbeat>(parsed);
  EXPECT_EQ(back.id, "cloud-1");
  EXPECT_EQ(back.digest, digest);
  ASSERT_EQ(back.queues.size(), 1u);
  EXPECT_EQ(back.queues[0].waiting, 3u);
  EXPECT_EQ(back.queues[0].service_time, std::chrono::microseconds{1500});
  EXPECT_EQ(back.queues[0].workers, 4u);
  EXPECT_EQ(back.queues[0].batch, 8u);
  EXPECT_EQ(back.queues[0].arrivals, 170u);
  ASSERT_EQ(back.peers.size(), 1u);
  EXPECT_EQ(back.peers[0].address, "10.77.0.2:8000");
}

TEST(Heartbeat, of_a_node_that_does_not_say_how_many_workers_it_has_means_one) {
  const auto parsed = parse_heartbeat(
      R"({"id":"a","address":"b","digest":"","queues":[{"service":"s","waiting":0,"service_time_ns":5}],"peers":[]})");
  ASSERT_TRUE(std::holds_alternative<Heartbeat>(parsed)) << std::get<std::string>(parsed);
  EXPECT_EQ(std::get<Heartbeat>(parsed).queues.at(0).workers, 1u);
  EXPECT_EQ(std::get<Heartbeat>(parsed).queues.at(0).arrivals, 0u) << "nor what comes to it";
  EXPECT_EQ(std::get<Heartbeat>(parsed).queues.at(0).batch, 1u) << "nor that it runs several at once";
}

TEST(Heartbeat, is_refused_when_broken) {
  for (const char* text : {"", "{}", "[]", R"({"id":"a","address":"b","digest":"","queues":[],"peers":[7]})",
                           R"({"id":"a","address":"b","digest":"xyz","queues":[],"peers":[]})",
                           R"({"id":"a","address":"b","digest":"",)"
                           R"("queues":[{"service":"s","waiting":-1,"service_time_ns":0}],"peers":[]})"}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(parse_heartbeat(text))) << text;
  }
  EXPECT_TRUE(std::holds_alternative<Heartbeat>(
      parse_heartbeat(R"({"id":"a","address":"b","digest":"","queues":[],"peers":[],"later":1})")));
}

}  // namespace
}  // namespace continuo
