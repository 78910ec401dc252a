// Time in continuo: Duration and Instant are different types, and neither is wall time.
//
// Every fidelity counts from the start of the scenario, so the same code serves a simulated and a real clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace continuo {

using Duration = std::chrono::nanoseconds;

// The clock of a scenario: it has no now(). Whoever drives the code says what time it is.
struct ScenarioClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<ScenarioClock>;
  static constexpr bool is_steady = true;
};

using Instant = ScenarioClock::time_point;

constexpr Instant scenario_start{};

// Real-valued seconds and milliseconds, for formulas and for people; never for keeping time.
constexpr double to_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
constexpr double to_milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}
// Rounds to the nearest nanosecond. The argument must lie within +-292 years.
constexpr Duration from_seconds(double seconds) {
  return Duration{static_cast<std::int64_t>(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5))};
}
constexpr Duration from_milliseconds(double milliseconds) { return from_seconds(milliseconds / 1e3); }

}  // namespace continuo
