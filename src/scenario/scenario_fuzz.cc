// libFuzzer target: the scenario parser and, behind a first byte of 'm' the manifest parser, of 'c' that of commands.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target scenario_fuzz
//   build/fuzz/bin/scenario_fuzz -max_total_time=300 -max_len=8192 -timeout=10 build/fuzz/corpus src/scenario/testdata/*
//
// Beside memory and undefined behaviour it checks what is promised: a Scenario whose indices hold, or errors with a place.
#include <cstddef>
#include <cstdint>

#include "scenario/event_action.hh"
#include "scenario/fuzz_checks.hh"
#include "scenario/infrastructure_state.hh"
#include "scenario/parse.hh"
#include "scenario/service_package_parse.hh"

namespace continuo {
namespace {

void check_scenario(const Scenario& scenario) {
  require(!scenario.tiers.empty());
  require(scenario.hub < scenario.nodes.size());
  require(scenario.links.size() == scenario.tiers.size() * scenario.tiers.size());
  const std::string* currency = nullptr;
  for (const Tier& tier : scenario.tiers) {
    if (tier.power) require(tier.power->idle <= tier.power->busy && tier.power->busy <= Power::watts(1e6));
    if (!tier.price) continue;
    require(tier.price->per_hour >= 0.0 && tier.price->per_hour <= 1e6 && tier.price->currency.size() == 3);
    require(currency == nullptr || *currency == tier.price->currency);
    currency = &tier.price->currency;
  }
  for (const Node& node : scenario.nodes) require(node.tier < scenario.tiers.size());
  for (const Link& link : scenario.links) {
    require(!contradiction_in(link.properties));
    if (link.properties.energy) require(link.properties.energy->nanojoules() >= 0.0 && link.properties.energy->nanojoules() <= 1e6);
  }
  for (const PairLink& pair : scenario.pair_links) {
    require(pair.from < scenario.nodes.size());
    require(pair.to < scenario.nodes.size());
    require(pair.from != pair.to);
    require(!contradiction_in(pair.properties));
  }
  std::size_t in_sites = 0;
  for (const Site& site : scenario.sites) in_sites += site.nodes.size();
  require(in_sites == scenario.nodes.size());
  for (const Stream& stream : scenario.workload) {
    require(stream.from < scenario.tiers.size());
    require(stream.service < scenario.services.size());
    require(!stream.inputs.empty());
    require(stream.mean_interval() > Duration::zero());
    require(stream.duration > Duration::zero());
    require(requests_per_second(scenario, stream) > 0.0);
    if (const auto* loop = std::get_if<ClosedLoop>(&stream.arrivals)) {
      require(loop->users >= 1);
      require(loop->think >= Duration::zero());
    }
  }
  require(scenario.end() > Duration::zero());
  for (const Program& program : scenario.programs) {
    require(!program.on.empty());
    require(program.deadline > Duration::zero());
  }
  InfrastructureState state{scenario};
  Duration before{};
  for (const Event& event : scenario.events) {
    require(event.at >= before);
    require(event.at < scenario.end());
    require(!event.text.empty());
    require(!state.apply(event.action));
    before = event.at;
  }
}

// What commands are about.
const Scenario& known_scenario() {
  static const Scenario scenario = std::get<Scenario>(parse_scenario(
      "tiers: {cloud: , edge: {nodes: 2}, endpoint: }\nsites: {hall: [edge-1, endpoint]}\n"
      "workload: [{exec: 'true', on: edge}]\n",
      "known.yaml", NoDisk{}));
  return scenario;
}

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace continuo;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (text.starts_with('m')) {
    const auto parsed = parse_manifest(text.substr(1), "package");
    if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) check_errors(*errors);
    return 0;
  }
  if (text.starts_with('c')) {
    const auto parsed = parse_action(text.substr(1), known_scenario(), NoDisk{});
    if (const auto* action = std::get_if<NamedAction>(&parsed)) {
      require(!action->text.empty());
      InfrastructureState{known_scenario()}.apply(action->action);
    } else {
      require(!std::get<std::string>(parsed).empty());
    }
    return 0;
  }
  const auto parsed = parse_scenario(text, "folder/scenario.yaml", NoDisk{});
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    check_errors(*errors);
  } else {
    check_scenario(std::get<Scenario>(parsed));
  }
  return 0;
}
