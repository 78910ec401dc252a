#include "emulate/energy_account.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

// One edge node of two cores, an endpoint; services "read" and "see", which answer with what they are sent.
Scenario small_scenario() {
  Scenario scenario;
  scenario.name = "small";
  scenario.tiers = {{.name = "edge", .cores = 2}, {.name = "endpoint", .role = Role::endpoint}};
  scenario.tiers[0].power = PowerDraw{Power::watts(10), Power::watts(30)};
  scenario.nodes = {{"edge-1", 0}, {"endpoint-1", 1}};
  scenario.links = {{0, 0, {}, ""}, {0, 1, {}, ""}, {1, 0, {}, ""}, {1, 1, {}, ""}};
  for (const char* name : {"read", "see"}) {
    Service service;
    service.name = name;
    Variant variant;
    variant.name = "v";
    service.package.variants = {variant};
    scenario.services.push_back(service);
    Stream stream;
    stream.name = std::string{name} + "-stream";
    stream.from = 1;
    stream.service = scenario.services.size() - 1;
    stream.input_size = 1000_B;
    scenario.workload.push_back(stream);
  }
  scenario.workload[1].input_size = 3000_B;
  return scenario;
}

LoadRecord record(const std::string& service, Duration served) {
  LoadRecord made;
  made.stream = service + "-stream";
  made.service = service;
  made.from = "endpoint-1";
  made.scheduled = 1000s;
  made.sent = made.scheduled + 1ms;
  made.arrived = made.sent + 20ms;
  made.served = served;
  made.received = made.arrived + served + 1ms;
  made.node = "edge-1";
  made.variant = "v";
  return made;
}

PathCounters path(Port from, Port to, Bytes offered, Bytes overflowed) {
  PathCounters made{.from = from, .to = to, .link = {}, .measure = {}};
  made.link.offered = offered;
  made.link.overflowed = overflowed;
  return made;
}

struct Seen {
  Scenario scenario = small_scenario();
  RequestLedger requests{scenario};
  RunObservations run;

  Seen() {
    run.load_start = 1000s;
    run.load_time = 10s;
    run.usage.resize(2);
    run.usage[0].cpu_used = 4s;
    run.usage[1].cpu_used = 100ms;
    requests.add(record("read", 30ms), run.load_start);
    requests.add(record("see", 10ms), run.load_start);
  }
};

TEST(EnergyAccount, shares_the_cpu_of_a_node_by_the_time_in_service_there) {
  const Seen seen;
  const Usage usage = usage_of(seen.scenario, seen.requests, seen.run);
  EXPECT_NEAR(usage.busy(0, 0), 3.0, 1e-9);  // 4 s by 30 ms to 10 ms
  EXPECT_NEAR(usage.busy(0, 1), 1.0, 1e-9);
  EXPECT_NEAR(usage.busy(1, 0), 0.05, 1e-9) << "one request of each was sent from there";
  EXPECT_EQ(usage.of_nodes, (std::vector<double>{4.0, 0.1}));
}

TEST(EnergyAccount, counts_what_links_carried_while_the_load_ran) {
  Seen seen;
  seen.run.before.paths = {path(1, 0, 500_B, 0_B)};
  seen.run.after.paths = {path(1, 0, 4'700_B, 200_B), path(0, 1, 800_B, 0_B)};
  const Usage usage = usage_of(seen.scenario, seen.requests, seen.run);
  EXPECT_NEAR(usage.carried(2, 0), 1000, 1e-9);  // 4700 - 500 - 200 by 1000 to 3000
  EXPECT_NEAR(usage.carried(2, 1), 3000, 1e-9);
  EXPECT_NEAR(usage.carried(1), 800, 1e-9);
}

TEST(EnergyAccount, of_a_busy_profiled_device_is_a_node_with_all_its_cores_in_use) {
  Seen seen;
  for (Service& service : seen.scenario.services) service.package.variants[0].runtime = "profiled";
  seen.run.usage[0].cpu_used = 0s;
  EXPECT_NEAR(usage_of(seen.scenario, seen.requests, seen.run).busy(0), 2 * 0.04, 1e-9);
  seen.run.usage[0].cpu_used = 30s;
  EXPECT_NEAR(usage_of(seen.scenario, seen.requests, seen.run).busy(0), 20, 1e-9) << "two cores for ten seconds are all there is";
}

TEST(EnergyAccount, of_what_no_service_asked_for_stands_beside) {
  Seen seen;
  const RequestLedger nothing{seen.scenario};
  seen.run.after.paths = {path(1, 0, 700_B, 0_B)};
  const Usage usage = usage_of(seen.scenario, nothing, seen.run);
  EXPECT_NEAR(usage.busy_beside(0), 4.0, 1e-9);
  EXPECT_NEAR(usage.carried_beside(2), 700, 1e-9);
}

}  // namespace
}  // namespace continuo
