// Loading, changing and unloading what a node serves, and bringing packages from one node to the next.
#include <gtest/gtest.h>

#include <future>

#include "node/serving/test_support/test_node.hh"

namespace continuo {
namespace {

using namespace test;

TEST(Repository, lists_loads_and_unloads) {
  TestNode node{"repository"};
  EXPECT_EQ(as_text(node.ask("POST", "/v2/repository/index").body), "[]");
  node.load();
  EXPECT_EQ(as_text(node.ask("POST", "/v2/repository/index").body),
            R"([{"name":"measure","version":"3","state":"READY","reason":""}])");
  EXPECT_EQ(node.ask("POST", "/v2/repository/models/measure/load").status, 200);
  EXPECT_EQ(node.ask("POST", "/v2/repository/models/measure/unload", "{}").status, 200);
  node.wait_for("measure", InstanceState::cold);
  EXPECT_EQ(refused(node.ask("POST", "/v2/models/measure/infer", hello)), 404);
  EXPECT_EQ(as_text(node.ask("POST", "/v2/repository/index").body),
            R"([{"name":"measure","version":"3","state":"UNAVAILABLE","reason":"unloaded"}])");
  EXPECT_EQ(as_text(node.ask("POST", "/v2/repository/index", R"({"ready":true})").body), "[]");
}

TEST(Repository, changes_the_variant_without_losing_the_service) {
  TestNode node{"swap"};
  node.load("plain");
  EXPECT_EQ(node.ask("POST", "/v2/repository/models/measure/load", R"({"parameters":{"variant":"small"}})").status,
            200);
  EXPECT_EQ(node.ask("POST", "/v2/models/measure/infer", hello).status, 200)
      << "while the other is on its way, or after";
  node.wait_for("measure", InstanceState::cold);
  const json::object body = object(node.ask("POST", "/v2/models/measure/infer", hello));
  EXPECT_EQ(body.at("outputs").at(0).at("data").at(0), 5000);
  EXPECT_EQ(body.at("parameters").at("continuo_variant"), "small");
}

TEST(Repository, queues_as_many_requests_as_the_order_says) {
  TestNode node{"queue", {.queue_max = 3}};
  node.load();
  const auto order = [&](const std::string& parameters) {
    EXPECT_EQ(node.ask("POST", "/v2/repository/models/measure/load", R"({"parameters":)" + parameters + "}").status, 200);
  };
  order(R"({"queue":0,"batch_most":8,"batch_wait_ns":5000000})");
  node.wait_for("measure", InstanceState::cold);  // the one that let three wait
  order(R"({"queue":0})");
  order("{}");
  EXPECT_EQ(node.count(InstanceState::loading), 2) << "orders that say the same, or nothing, change nothing";
  const std::string waits = R"({"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["wait"]}]})";
  auto running = std::async(std::launch::async, [&] { return node.ask("POST", "/v2/models/measure/infer", waits); });
  node.gate.wait_for_arrival();
  EXPECT_EQ(refused(node.ask("POST", "/v2/models/measure/infer", hello), "the queue is full, 0 requests wait"), 503);
  node.gate.open();
  EXPECT_EQ(running.get().status, 200);
}

TEST(Repository, refuses_orders_that_cannot_be_followed) {
  TestNode node{"orders"};
  node.load();
  const auto order = [&](const std::string& service, const std::string& parameters) {
    return refused(
        node.ask("POST", "/v2/repository/models/" + service + "/load", R"({"parameters":)" + parameters + "}"));
  };
  EXPECT_EQ(order("measure", R"({"variant":"huge"})"), 400);
  EXPECT_EQ(order("measure", R"({"package":"../../etc/passwd"})"), 400);
  EXPECT_EQ(order("measure", R"({"package":7})"), 400);
  EXPECT_EQ(order("measure", "[]"), 400);
  EXPECT_EQ(order("measure", R"({"queue":-1})"), 400);
  EXPECT_EQ(order("measure", R"({"queue":100001})"), 400);
  EXPECT_EQ(order("measure", R"({"queue":"16"})"), 400);
  EXPECT_EQ(order("measure", R"({"batch_wait_ns":5})"), 400) << "of a batch of how many?";
  EXPECT_EQ(order("measure", R"({"batch_most":0})"), 400);
  EXPECT_EQ(order("measure", R"({"batch_most":1025})"), 400);
  EXPECT_EQ(order("measure", R"({"batch_most":8,"batch_wait_ns":10000000001})"), 400);
  EXPECT_EQ(order("measure", R"({"batch_most":8,"batch_wait_ns":0.5})"), 400);
  EXPECT_EQ(order("absent", "{}"), 404);
  EXPECT_EQ(order("measure", R"({"package":")" + std::string(64, 'a') + "\"}"), 404);
  EXPECT_EQ(refused(node.ask("POST", "/v2/repository/models/measure/load", "no JSON")), 400);
  EXPECT_EQ(refused(node.ask("POST", "/v2/repository/index", R"({"ready":1})")), 400);
  EXPECT_EQ(refused(node.ask("POST", "/v2/repository/models/absent/unload")), 404);
}

TEST(Repository, serves_one_package_under_several_names) {
  TestNode node{"renamed"};
  node.load();
  for (const std::string service : {"gauge", "ruler"}) {
    const std::string order = R"({"parameters":{"package":")" + node.digest + "\"}}";
    EXPECT_EQ(node.ask("POST", "/v2/repository/models/" + service + "/load", order).status, 200);
    node.wait_for(service, InstanceState::ready);
    EXPECT_EQ(object(node.get("/v2/models/" + service)).at("name"), json::value(service));
    EXPECT_EQ(object(node.ask("POST", "/v2/models/" + service + "/infer", hello)).at("model_name"),
              json::value(service));
  }
  EXPECT_EQ(as_text(node.ask("POST", "/v2/repository/index", R"({"ready":true})").body),
            R"([{"name":"gauge","version":"3","state":"READY","reason":""},)"
            R"({"name":"measure","version":"3","state":"READY","reason":""},)"
            R"({"name":"ruler","version":"3","state":"READY","reason":""}])");
}

TEST(Repository, begins_nothing_new_while_too_much_is_still_being_unloaded) {
  TestNode node{"retiring", {.retiring_max = 1}};
  node.load("plain");
  const std::string waits = R"({"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["wait"]}]})";
  auto running = std::async(std::launch::async, [&] { return node.ask("POST", "/v2/models/measure/infer", waits); });
  node.gate.wait_for_arrival();
  const auto order = [&](const std::string& variant) {
    return node.ask("POST", "/v2/repository/models/measure/load", R"({"parameters":{"variant":")" + variant + "\"}}");
  };
  EXPECT_EQ(order("small").status, 200);
  node.wait_for("measure", InstanceState::ready);
  EXPECT_EQ(order("small").status, 200) << "it is there";
  EXPECT_EQ(refused(order("plain"), "still being unloaded"), 503);
  node.gate.open();
  EXPECT_EQ(running.get().status, 200);
}

TEST(Provisioning, brings_a_package_from_a_node_that_has_it) {
  TestNode hub{"hub"};
  hub.load();
  TestNode edge{"edge"};
  const std::string order =
      R"({"parameters":{"package":")" + hub.digest + R"(","variant":"small","from":")" + hub.address + "\"}}";
  EXPECT_EQ(edge.ask("POST", "/v2/repository/models/measure/load", order).status, 200);
  const InstanceCapability ready = edge.wait_for("measure", InstanceState::ready);
  EXPECT_EQ(ready.variant, "small");
  EXPECT_EQ(ready.digest, hub.digest);
  EXPECT_GT(ready.service_time, Duration::zero());
  EXPECT_EQ(edge.changes.front().state, InstanceState::fetching);
  EXPECT_FALSE(edge.files.find(sha256_hex(test::plain_model))) << "only what the variant needs";
  EXPECT_EQ(object(edge.ask("POST", "/v2/models/measure/infer", hello)).at("outputs").at(0).at("data").at(0), 5000);
  // And from there to the next.
  EXPECT_EQ(as_text(edge.get("/continuo/v1/files/" + sha256_hex(test::small_model)).body), test::small_model);
  EXPECT_EQ(edge.get("/continuo/v1/packages/" + hub.digest).status, 200);
}

TEST(Provisioning, fails_with_the_reason_when_files_are_not_what_they_should_be) {
  TestNode hub{"bad_hub"};
  hub.load();
  test::write_file(hub.folder.path / "services/measure/models/small", "the sma11 model");
  TestNode edge{"bad_edge"};
  const auto order = [&](const std::string& from) {
    const std::string body =
        R"({"parameters":{"package":")" + hub.digest + R"(","variant":"small","from":")" + from + "\"}}";
    EXPECT_EQ(edge.ask("POST", "/v2/repository/models/measure/load", body).status, 200);
    return edge.wait_for("measure", InstanceState::failed).failure;
  };
  EXPECT_NE(order(hub.address).find("digest"), std::string::npos);
  EXPECT_EQ(edge.get("/v2/models/measure/ready").status, 503);
  EXPECT_EQ(refused(edge.ask("POST", "/v2/models/measure/infer", hello), "failed"), 503);
  EXPECT_EQ(edge.get("/v2/health/ready").status, 503);
}

}  // namespace
}  // namespace continuo
