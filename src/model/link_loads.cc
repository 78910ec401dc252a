#include "model/link_loads.hh"

#include <optional>

#include "model/terms/serialisation.hh"

namespace continuo {

LinkLoads::LinkLoads(const Scenario& scenario, const Flows& flows) : scenario_{scenario}, flows_{flows}, links_(flows.links.size()) {
  if (!scenario.access.empty()) {
    up_.resize(flows.classes.size());
    down_.resize(flows.classes.size());
  }
  for (const Source& source : flows.sources) {
    for (const Choice& choice : source.choices) {
      if (choice.share <= 0.0 || choice.local()) continue;
      load(choice.there, false, source, choice);
      load(choice.back, true, source, choice);
    }
  }
}

void LinkLoads::load(std::size_t index, bool answer, const Source& source, const Choice& choice) {
  const Bytes message = answer ? source.response : source.request;
  const ClassLink& link = flows_.links[index];
  links_[index].add(source.rate_of_one(choice), serialisation_seconds(message, link.rate), 0.0);
  for (const Hop& hop : hops(link)) {
    const bool at_source = hop.up != answer;
    const double rate = at_source ? source.rate * choice.share : source.rate_at(choice, flows_.servers[choice.server]);
    (hop.up ? up_ : down_)[hop.nodes].add(rate, serialisation_seconds(message, hop.rate), 0.0);
  }
}

std::vector<LinkLoads::Hop> LinkLoads::hops(const ClassLink& link) const {
  std::vector<Hop> hops;
  if (scenario_.access.empty()) return hops;
  const auto add = [&](std::size_t nodes, bool up, const std::optional<LinkProperties>& access) {
    if (const auto rate = access ? access->mean_rate() : std::nullopt) hops.push_back({nodes, up, *rate});
  };
  add(link.from, true, scenario_.access.at(link.from_node).up_link());
  add(link.to, false, scenario_.access.at(link.to_node).down_link());
  return hops;
}

}  // namespace continuo
