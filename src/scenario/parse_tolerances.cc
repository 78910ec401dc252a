// How far an emulation may be from what was asked before it is called invalid.
#include <fmt/format.h>

#include "scenario/parse_parts.hh"

namespace continuo {

void read_tolerances(const YamlNode* node, Scenario& scenario, Problems& problems) {
  using namespace std::chrono_literals;
  if (node == nullptr) return;
  const Fields fields{*node, "`tolerances`", {"delay", "delay-share", "rate", "cpu", "lateness"}, problems};
  DeliveryTolerances& tolerances = scenario.tolerances;
  const auto read_as_duration = [&](const char* key, Duration& value) {
    if (const YamlNode* found = fields.find(key)) {
      value = read_duration(*found, fmt::format("`{}` of the tolerances", key), {0ns, 10s}, problems).value_or(value);
    }
  };
  const auto read_as_share = [&](const char* key, double& value) {
    if (const YamlNode* found = fields.find(key)) {
      value = read_share(*found, fmt::format("`{}` of the tolerances", key), {0.0, 1.0}, problems).value_or(value);
    }
  };
  read_as_duration("delay", tolerances.delay);
  read_as_share("delay-share", tolerances.delay_share);
  read_as_share("rate", tolerances.rate_share);
  read_as_share("cpu", tolerances.cpu_share);
  read_as_duration("lateness", tolerances.lateness_p99);
}

}  // namespace continuo
