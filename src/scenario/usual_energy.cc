#include "scenario/usual_energy.hh"

namespace continuo {

namespace {

// SPECpower_ssj2008 as CloudSim's power models have it: IBM System x3550 M3 (2 Xeon X5670) and x3250 M3 (Xeon X3470), active idle and
// full load. Raspberry Pi 4 Model B: idle, and under a stress of all four cores.
constexpr PowerDraw server{Power::watts(66), Power::watts(247)};
constexpr PowerDraw small_server{Power::watts(41.6), Power::watts(113)};
constexpr PowerDraw single_board{Power::watts(2.7), Power::watts(6.4)};

// PureEdgeSim's example of network figures, nJ/bit.
constexpr double ethernet = 40;
constexpr double wide_area = 46.7;
constexpr double device_sends = 438.4;
constexpr double device_receives = 51.97;
constexpr double base_station_up = 6200;
constexpr double base_station_down = 20500;

}  // namespace

PowerDraw usual_power(Role role) {
  switch (role) {
    case Role::cloud: return server;
    case Role::edge: return small_server;
    case Role::endpoint: return single_board;
  }
  return small_server;
}

EnergyPerBit ethernet_energy() { return EnergyPerBit::nanojoules(ethernet); }

EnergyPerBit usual_energy(Role from, Role to, bool within_tier) {
  const bool has_cloud = from == Role::cloud || to == Role::cloud;
  const bool between_edges = from == Role::edge && to == Role::edge;
  return EnergyPerBit::nanojoules(!within_tier && (has_cloud || between_edges) ? wide_area : ethernet);
}

EnergyPerBit cellular_energy(Role from, Role to) {
  const double air = from == Role::endpoint ? device_sends + base_station_up : base_station_down + device_receives;
  const bool has_cloud = from == Role::cloud || to == Role::cloud;
  return EnergyPerBit::nanojoules(air + (has_cloud ? wide_area : 0.0));
}

}  // namespace continuo
