// mosquitto.conf(5); https://prometheus.io/docs/prometheus/2.42/configuration/configuration/
#include "emulate/operating.hh"

#include <fmt/format.h>

#include "emulate/addresses.hh"
#include "scenario/operating_name.hh"

namespace continuo {

namespace {

constexpr std::uint16_t mqtt_port = 1883;
constexpr std::uint16_t prometheus_port = 9090;

OperatingPlan mosquitto_on(NodeIndex node) {
  OperatingPlan plan{.node = node, .name = "mosquitto", .port = mqtt_port, .configuration = "/run/tmp/mosquitto.conf", .text = {}, .arguments = {}};
  // As root it would change to a user of its own, which a node without that right cannot.
  plan.text = fmt::format("listener {} 0.0.0.0\nallow_anonymous true\npersistence false\nuser root\nlog_dest stderr\n", mqtt_port);
  plan.arguments = {"-c", plan.configuration.string()};
  return plan;
}

OperatingPlan prometheus_on(NodeIndex node, const Scenario& scenario) {
  OperatingPlan plan{.node = node, .name = "prometheus", .port = prometheus_port, .configuration = "/run/tmp/prometheus.yml", .text = {}, .arguments = {}};
  plan.text = "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n  - job_name: continuo\n    static_configs:\n";
  for (NodeIndex target = 0; target < scenario.nodes.size(); ++target) {
    plan.text += fmt::format("      - {{targets: ['{}'], labels: {{node: '{}', tier: '{}'}}}}\n", endpoint_of(target),
                             scenario.nodes[target].name, scenario.tier_of(target).name);
  }
  plan.arguments = {"--config.file=" + plan.configuration.string(), "--storage.tsdb.path=/run/tmp/prometheus",
                    fmt::format("--web.listen-address=0.0.0.0:{}", prometheus_port)};
  return plan;
}

}  // namespace

std::vector<OperatingPlan> operating_plans(const Scenario& scenario) {
  std::vector<OperatingPlan> plans;
  for (const OperatingService& service : scenario.operating) {
    plans.push_back(service.kind == OperatingService::Kind::mosquitto ? mosquitto_on(service.on) : prometheus_on(service.on, scenario));
  }
  return plans;
}

std::optional<std::string> why_no_operating(const Scenario& scenario, const std::function<std::string(const std::string&)>& find) {
  for (const OperatingService& service : scenario.operating) {
    const std::string name = to_string(service.kind);
    if (find(name).empty()) {
      return fmt::format("the scenario runs {0} on {1}, and it is not installed here.\n"
                         "Nothing was started. Install it (apt-get install --no-install-recommends {0}), or leave it out of `operating`.",
                         name, scenario.nodes.at(service.on).name);
    }
  }
  return std::nullopt;
}

}  // namespace continuo
