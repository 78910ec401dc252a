#include "scenario/link_presets.hh"

#include "scenario/usual_energy.hh"

namespace continuo {

namespace {

LinkProperties figures(double delay_ms, double jitter_ms, double rate_mbit) {
  return {.delay = from_milliseconds(delay_ms),
          .jitter = from_milliseconds(jitter_ms),
          .rate = BitRate::megabits_per_second(rate_mbit)};
}

LinkProperties wireless(LinkProperties figures, Role from, Role to) {
  figures.energy = cellular_energy(from, to);
  return figures;
}

}  // namespace

std::vector<std::string> preset_names() { return {"4g", "5g"}; }

std::optional<LinkProperties> preset_link(std::string_view preset, Role from, Role to) {
  const double wireless_rate = preset == "5g" ? 29.66 : 7.21;
  const auto joins = [&](Role one, Role other) { return (from == one && to == other) || (from == other && to == one); };
  if (joins(Role::cloud, Role::cloud)) return figures(0, 0, 1000);
  if (joins(Role::edge, Role::edge)) return figures(7.5, 2.5, 1000);
  if (joins(Role::cloud, Role::edge)) return figures(7.5, 2.5, 1000);
  if (joins(Role::cloud, Role::endpoint)) return wireless(figures(45, 5, wireless_rate), from, to);
  if (joins(Role::edge, Role::endpoint)) return wireless(figures(7.5, 2.5, wireless_rate), from, to);
  return std::nullopt;
}

}  // namespace continuo
