// What nodes draw and what bits take where a scenario does not say: one table. docs/model.md has the source of each figure.
#pragma once

#include "scenario/scenario.hh"

namespace continuo {

// By role: a server in a data centre, a small server, a single-board computer.
PowerDraw usual_power(Role role);

EnergyPerBit ethernet_energy();

// A wire between two tiers, or within one: Ethernet, and a wide-area network wherever the cloud or another edge is at one end.
EnergyPerBit usual_energy(Role from, Role to, bool within_tier);

// A cellular network with an endpoint at one end, as the presets 4g and 5g have it; dearer down than up. Behind it, to the cloud, is a
// wide-area network.
EnergyPerBit cellular_energy(Role from, Role to);

}  // namespace continuo
