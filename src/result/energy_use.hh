// What a run took of energy, and what it cost: of nodes, links and services. docs/model.md, "Energy and cost", says how each is computed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "units/bytes.hh"
#include "units/energy.hh"
#include "units/time.hh"

namespace continuo {

// Of all nodes of a tier together.
struct TierEnergy {
  std::string name;
  std::uint64_t nodes = 0;
  Power idle_power = Power::watts(0);  // of one node
  Power busy_power = Power::watts(0);
  bool is_usual = false;               // the scenario does not state them: they are those of the role
  Energy idle = Energy::none();        // that the nodes draw with nothing to do
  Energy dynamic = Energy::none();     // beyond that, by the share of their cores in use
  std::optional<double> cost = std::nullopt;  // node hours at the price; nothing: it has none
};

struct NodeEnergy {
  std::string name;
  Energy idle = Energy::none();
  Energy dynamic = Energy::none();
};

struct LinkEnergy {
  std::string name;  // as among the resources
  EnergyPerBit per_bit = EnergyPerBit::nanojoules(0);
  bool is_usual = false;
  Bytes carried = Bytes::zero();  // headers of TCP and IP included
  Energy energy = Energy::none();
};

// What was done for the requests of one service, the failed ones included.
struct ServiceEnergy {
  std::string name;
  std::uint64_t completed = 0;
  Energy dynamic = Energy::none();  // on nodes
  Energy links = Energy::none();
};

struct EnergyUse {
  Duration time{};  // over which the nodes were on
  std::vector<TierEnergy> tiers;
  std::vector<NodeEnergy> nodes;  // empty: there are too many to list
  std::vector<LinkEnergy> links;  // that carried something
  std::vector<ServiceEnergy> services;
  Energy beside = Energy::none();  // of the dynamic energy and that of links: for no service's requests
  std::string currency;  // empty: no tier has a price

  Energy idle() const;
  Energy dynamic() const;
  Energy of_links() const;
  Energy total() const { return idle() + dynamic() + of_links(); }
  std::optional<double> cost() const;
};

// Of a completed request. Nothing: none was completed.
//   marginal   what the service's requests took beyond idle nodes: with one request less it would be less by that
//   whole      and an even share of all else, the same for each request of any service: idle nodes, and what was for no service
std::optional<Energy> marginal_per_request(const ServiceEnergy& service);
std::optional<Energy> whole_per_request(const EnergyUse& use, const ServiceEnergy& service);
// Of completed requests of any service. Nothing: no prices, or no such request.
std::optional<double> cost_per_million(const EnergyUse& use);

// Of one scenario and fidelity: energies, costs and times add up.
void merge(const EnergyUse& more, EnergyUse& sum);

}  // namespace continuo
